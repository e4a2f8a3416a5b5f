import { expect } from 'vitest';
import { isJson } from '../../src/model/json.ts';
import { cliFile } from './cli.ts';
import type { TestHome } from './home.ts';
import { runInProcess } from './in-process.ts';
import { openTerminal } from './terminal.ts';

/** Control sequences that a terminal would obey, and a line that imitates one of ours. */
export const foreign =
  'a\u001b]52;c;aGk=\u0007\u001b]0;title\u001b\\\u001b[2J\u001b[8m\u001b[5m\u001bP1$r\u001b\\\u001bc\u009b31m\u009d0;t\u009c' +
  '\r\nFORGED line\n\b\u007f\u202eevil\u2066\u200f\u061c\u200b\u2060\ufeff\u180e\u00ad\ufe01\ufff9\u{e0001}\u{e0041}\u2028z';

/** The same with what neither arguments, variables nor names of files can hold. */
export const foreignWithNul = `${foreign}\u0000end`;

/** The same as header text and reason phrases can be: bytes, no ends of lines. */
export const foreignField = Buffer.from(foreign.replaceAll(/[\r\n]/g, ' ')).toString('latin1');

const ownColours = /\u001b\[(?:0|1|2|7|22|27|3[0-79]|4[09]|9[0-7])m/g;

const obeyed =
  /(?![\n\t])[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufff9-\ufffb]|[\ufe00-\ufe0d]|(?![\ufe0e\ufe0f])\p{Default_Ignorable_Code_Point}|\p{Surrogate}/u;

/** Fails where output holds what a terminal obeys or hides, a line that is not ours, or words of Node. */
export function expectSafe(output: string, what: unknown, colours = false): void {
  const text = (colours ? output.replaceAll(ownColours, '') : output).replaceAll('\r\n', '\n');
  const found = obeyed.exec(text);
  const around = found && JSON.stringify(text.slice(Math.max(0, found.index - 60), found.index + 20));
  expect([what, around]).toEqual([what, null]);
  for (const pattern of [
    ...(showsBodies(what) ? [] : [/^FORGED/m]),
    /this is a bug/,
    /^\(node:\d+\)/m,
    /^ +at .*:\d+:\d+\)?$/m,
    /node:internal/,
  ]) {
    expect([what, pattern.exec(text)?.[0], pattern.test(text) ? text : '']).toEqual([what, undefined, '']);
  }
}

/** The lines of a body are shown as such. */
function showsBodies(what: unknown): boolean {
  return /"(show|--dry-run|--body)"/.test(JSON.stringify(what));
}

export interface Walk {
  readonly home: TestHome;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: string;
}

/** Runs a command into pipes: both streams are safe, and each line is JSON where that is asked for. */
export async function walkPiped(args: readonly string[], walk: Walk): Promise<string> {
  const { stdout: out, stderr } = await runInProcess(args, walk);
  expectSafe(out, ['stdout', args]);
  expectSafe(stderr, ['stderr', args]);
  if (args.includes('--json')) {
    for (const line of `${out}${stderr}`.split('\n').filter(Boolean)) {
      expect([args, isJson(line) || /^webhook-cli: /.test(line), line]).toEqual([args, true, line]);
    }
  }
  return out + stderr;
}

/** Runs a command in a terminal that takes colours, to its end. */
export async function walkTerminal(args: readonly string[], { home, env, cwd }: Walk): Promise<string> {
  const terminal = openTerminal({
    command: process.execPath,
    args: [cliFile, ...args],
    cwd: cwd ?? home.work,
    env: { LANG: 'C.UTF-8', ...home.env, ...env },
    cols: 120,
    rows: 40,
  });
  await terminal.exit;
  expectSafe(terminal.raw(), ['terminal', args], true);
  return terminal.raw();
}
