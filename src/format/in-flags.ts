import type { MentionWriter, OptionMention } from '../model/phrase.ts';

/** `maxBody` → `--max-body`. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Writes options as flags and operations as command lines, for phrases that the command line prints. */
export const inFlags: MentionWriter = (mention) =>
  mention.type === 'option'
    ? flagText(mention)
    : [
        `webhook-cli ${mention.name}`,
        ...mention.takes.map((each) => (typeof each === 'string' ? each : flagText(each))),
      ].join(' ');

function flagText({ key, value }: OptionMention): string {
  const flag = flagOf(key);
  if (value === false) return flag.replace('--', '--no-');
  return value === undefined ? flag : `${flag} ${value}`;
}
