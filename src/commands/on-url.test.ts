import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { SessionListener, TunnelState } from '../model/events.ts';
import { noTunnel } from '../session/running-session.ts';
import { runOnUrl, urlCommand } from './on-url.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'on-url-'));
  return () => rmSync(folder, { recursive: true, force: true });
});

/** A session that gets a URL when the test says so, with a command that writes what it is given to a file. */
function following(script: string, url: string | null = null) {
  const file = join(folder, 'update');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  const listeners = new Set<SessionListener>();
  const said: string[] = [];
  const session = {
    tunnel: { ...noTunnel, state: url === null ? ('connecting' as const) : ('online' as const), url },
    warn: (message: string) => void said.push(message),
    subscribe(listener: SessionListener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const command = urlCommand(`${file} '{url}' '$HOME;{url}'`, process.env);
  const stop = runOnUrl(session, command, (line) => said.push(line));
  onTestFinished(stop);
  const gets = (next: string, state: TunnelState = 'online') => {
    for (const listener of listeners) listener({ type: 'tunnel', ...noTunnel, state, url: next });
  };
  const written = () => {
    const log = join(folder, 'log');
    return existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(0, -1) : [];
  };
  return { gets, stop, said, written, file };
}

const log = 'printf "%s|%s\\n" "$1" "$2" >> "$(dirname "$0")/log"';

test('runs the command with each new URL, without a shell', async () => {
  const { gets, written, said } = following(`${log}; echo done`, 'https://a.example/t');
  const line = (url: string) => `${url}|$HOME;${url}`;
  await expect.poll(() => said.length).toBe(1);
  gets('https://a.example/t');
  gets('https://b.example/t');
  await expect.poll(written).toEqual([line('https://a.example/t'), line('https://b.example/t')]);
  await expect
    .poll(() => said)
    .toEqual([expect.stringMatching(/update: done$/), expect.stringMatching(/done$/)]);
});

test('waits until requests arrive at the URL', async () => {
  const { gets, written } = following(log);
  gets('https://a.example', 'connecting');
  gets('https://a.example', 'unreachable');
  gets('https://b.example');
  gets('https://b.example', 'unreachable');
  gets('https://b.example');
  gets('https://c.example');
  await expect.poll(() => written().at(-1)).toMatch(/^https:\/\/c/);
  expect(written().filter((line) => line.startsWith('https://a'))).toEqual([]);
  expect(written().length).toBeLessThanOrEqual(2);
});

test('warns of a command that fails', async () => {
  const { said } = following('exit 3', 'https://a.example');
  await expect
    .poll(() => said)
    .toEqual([expect.stringMatching(/^--on-url: .*update ended with exit code 3\.$/)]);
});

test('ends a run that is going on when the URL changes, and when the session ends', async () => {
  const { gets, written, stop, said } = following(`${log}; while :; do sleep 0.1; done`, 'https://a.example');
  await expect.poll(() => written().length).toBe(1);
  gets('https://b.example');
  await expect.poll(() => written().length).toBe(2);
  await stop();
  gets('https://c.example');
  expect([written().length, said]).toEqual([2, []]);
});

test.each([
  ['', /--on-url is empty/],
  ["./a 'b", /quote/],
  ['./no-such-program {url}', /cannot be run/],
  ['no-such-program-anywhere', /cannot be run/],
])('rejects %j', (text, message) => {
  expect(() => urlCommand(text, process.env)).toThrow(message);
});
