import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { guardedIo } from './guarded-io.ts';
import { type ProcessIo, write } from './io.ts';
import { writeBytes } from './write-bytes.ts';

function io(isTTY: boolean, env: Record<string, string> = {}) {
  const stream = () => Object.assign(new PassThrough(), { isTTY, columns: 80 });
  const [stdout, stderr] = [stream(), stream()];
  const raw = {
    stdin: process.stdin,
    stdout,
    stderr,
    env,
    cwd: '/',
    signal: new AbortController().signal,
    quitAtOnce() {},
  };
  const guarded = guardedIo(raw as unknown as ProcessIo);
  return { guarded, out: () => String(stdout.read() ?? ''), err: () => String(stderr.read() ?? '') };
}

const hostile = 'a\u001b]52;c;aGk=\u0007\u001b[8m\u202eb\r\u009b2Jc';
const visible = 'a␛]52;c;aGk=␇␛[8m\\u202eb␍\\x9b2Jc';

test('no command can write a control sequence to stdout or stderr, on a terminal or into a pipe', async () => {
  for (const isTTY of [true, false]) {
    const { guarded, out, err } = io(isTTY);
    await write(guarded.stdout, `${hostile}\n`);
    guarded.stderr.write(`${hostile}\n`);
    expect([out(), err()]).toEqual([`${visible}\n`, `${visible}\n`]);
  }
});

test('our own colours pass on a terminal that takes colours, and nowhere else', () => {
  const red = '\u001b[31mno\u001b[39m';
  const printed = (isTTY: boolean, env: Record<string, string>) => {
    const { guarded, out } = io(isTTY, env);
    guarded.stdout.write(red);
    return out();
  };
  expect(printed(true, { TERM: 'xterm' })).toBe(red);
  expect(printed(false, { FORCE_COLOR: '1' })).toBe(red);
  for (const [isTTY, env] of [
    [true, { NO_COLOR: '1' }],
    [true, { TERM: 'dumb' }],
    [false, {}],
  ] as const)
    expect(printed(isTTY, env)).toBe('␛[31mno␛[39m');
});

test('bytes are exact in a pipe, visible on a terminal, and exact there, too, where that is asked for', async () => {
  const bytes = [Buffer.from(hostile), Buffer.from([0xff, 0xe2, 0x80]), Buffer.from([0xae, 0x0a])];
  const printed = async (isTTY: boolean, exact?: boolean) => {
    const { guarded, out } = io(isTTY);
    await writeBytes(bytes, guarded, { exact });
    return out();
  };
  const whole = Buffer.concat(bytes).toString();
  expect(await printed(false)).toBe(whole);
  expect(await printed(true, true)).toBe(whole);
  expect(await printed(true)).toBe(`${visible}\ufffd\\u202e\n\n`);
});
