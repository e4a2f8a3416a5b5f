import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './folders.ts';

/** A program that prints what a vendor's program prints, and does nothing else. */
export interface StandIn {
  /** Environment in which the program is found. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The arguments of its last run. */
  args(): string[];
  /** Has it print more. */
  printMore(text: string): void;
}

/**
 * Makes a stand-in for a program, which prints `text` and goes on until it is ended, or ends with `exitCode`. Vendors'
 * services cannot be reached in tests.
 */
export async function standInFor(name: string, text: string, exitCode?: number): Promise<StandIn> {
  const folder = await temporaryFolder();
  const file = (part: string) => join(folder, part);
  const script = `#!/bin/sh
printf '%s\\n' "$@" > '${folder}/args'
cat '${folder}/text' >&2
[ -f '${folder}/exit' ] && exit "$(cat '${folder}/exit')"
while :; do
  if [ -f '${folder}/more' ]; then
    mv '${folder}/more' '${folder}/now'
    cat '${folder}/now' >&2
  fi
  sleep 0.05
done
`;
  writeFileSync(file('text'), text);
  if (exitCode !== undefined) writeFileSync(file('exit'), String(exitCode));
  writeFileSync(file(name), script);
  chmodSync(file(name), 0o755);
  return {
    env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
    args: () => readFileSync(file('args'), 'utf8').trimEnd().split('\n'),
    printMore(more) {
      writeFileSync(file('more.part'), more);
      renameSync(file('more.part'), file('more'));
    },
  };
}
