import { type OperationMention, type OptionMention, type Phrase, phraseText } from '../model/phrase.ts';

/** `maxBody` → `--max-body`. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The text of a phrase for the command line: options are flags, operations are command lines. */
export function inFlags(said: string | Phrase): string {
  return phraseText(said, (mention) =>
    mention.type === 'option' ? flagText(mention) : commandText(mention),
  );
}

function commandText({ name, takes }: OperationMention): string {
  const words = takes.map((each) => (typeof each === 'string' ? each : flagText(each)));
  return ['webhook-cli', name, ...words].join(' ');
}

function flagText({ key, value }: OptionMention): string {
  const flag = flagOf(key);
  if (value === false) return flag.replace('--', '--no-');
  return value === undefined ? flag : `${flag} ${value}`;
}
