import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { announcedSessions, announceSession } from './announced-sessions.ts';
import { openPathTokens } from './path-tokens.ts';
import { appendPrivate, readPrivate, writePrivate } from './private-file.ts';
import { isTrusted, trust, untrust } from './trust.ts';
import { keptTunnelName } from './tunnel-names.ts';

function temporaryState(): string {
  const folder = mkdtempSync(join(tmpdir(), 'webhook-cli-state-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'webhook-cli');
}

const modeOf = (path: string) => statSync(path).mode & 0o777;

test('private files are for their user alone, whatever the umask', () => {
  const state = temporaryState();
  const before = process.umask(0);
  onTestFinished(() => void process.umask(before));
  writePrivate(join(state, 'deep', 'file'), 'text');
  appendPrivate(join(state, 'deep', 'lines'), 'one');
  appendPrivate(join(state, 'deep', 'lines'), 'two');
  expect(
    [join(state, 'deep'), join(state, 'deep', 'file'), join(state, 'deep', 'lines')].map(modeOf),
  ).toEqual([0o700, 0o600, 0o600]);
  expect(readPrivate(join(state, 'deep', 'lines'))).toBe('one\ntwo\n');
  expect(readPrivate(join(state, 'nothing'))).toBeUndefined();
});

test('a private file that is a link, or that others can write, counts as none', () => {
  const state = temporaryState();
  const file = join(state, 'file');
  writePrivate(file, 'text');
  symlinkSync(file, join(state, 'link'));
  expect(readPrivate(join(state, 'link'))).toBeUndefined();
  expect(readPrivate(state)).toBeUndefined();
  chmodSync(file, 0o602);
  expect(readPrivate(file)).toBeUndefined();
});

test('trust holds for a path with a hash, until it is taken back', () => {
  const state = temporaryState();
  const one = { file: '/a/webhook-cli.jsonc', sha256: 'aa' };
  expect(isTrusted(state, one)).toBe(false);
  trust(state, one);
  expect(isTrusted(state, one)).toBe(true);
  expect(isTrusted(state, { ...one, sha256: 'bb' })).toBe(false);
  expect(isTrusted(state, { ...one, file: '/b/webhook-cli.jsonc' })).toBe(false);
  trust(state, { ...one, sha256: 'bb' });
  expect(isTrusted(state, one)).toBe(false);
  expect([untrust(state, one.file), untrust(state, one.file)]).toEqual([true, false]);
  expect(isTrusted(state, { ...one, sha256: 'bb' })).toBe(false);
});

test('a path token is made once for a folder and kept', () => {
  const state = temporaryState();
  const token = openPathTokens(state).keep('/a');
  expect(token).toMatch(/^[0-9a-f]{32}$/);
  const tokens = openPathTokens(state);
  expect([tokens.keep('/a'), tokens.all()]).toEqual([token, [token]]);
  const other = openPathTokens(state).keep('/b');
  expect(other).not.toBe(token);
  // Made by another process since: found when a path begins with it.
  expect(tokens.of(`/${other}/x`)).toBe(other);
  expect(tokens.all()).toEqual([token, other]);
});

test('of two processes that make a token at once, the first counts for both', () => {
  const state = temporaryState();
  const [one, two] = [openPathTokens(state), openPathTokens(state)];
  const token = one.keep('/a');
  appendPrivate(join(state, 'path-tokens.ndjson'), JSON.stringify({ folder: '/a', token: '0'.repeat(32) }));
  expect(two.keep('/a')).toBe(token);
});

test.each([
  ['/TOKEN', true],
  ['/TOKEN/hooks', true],
  ['/TOKEN?a', true],
  ['/TOKEN#f', true],
  ['/TOKENx', false],
  ['/x/TOKEN', false],
  ['/?TOKEN', false],
  [`/${'0'.repeat(32)}/hooks`, false],
])('%s begins with a token: %s', (pattern, expected) => {
  const tokens = openPathTokens(undefined);
  const token = tokens.keep('/a');
  expect(tokens.of(pattern.replace('TOKEN', token))).toBe(expected ? token : undefined);
});

test('lines that are no tokens are passed over', () => {
  const state = temporaryState();
  const token = openPathTokens(state).keep('/a');
  const file = join(state, 'path-tokens.ndjson');
  writeFileSync(
    file,
    `x\n{"folder":1,"token":"a"}\n[]\n{"folder":"/a","token":"../.."}\n${readFileSync(file)}`,
  );
  expect(openPathTokens(state).keep('/a')).toBe(token);
});

test('a tunnel name is made once for a folder and a driver, and kept', () => {
  const state = temporaryState();
  const name = keptTunnelName(state, '/a', 'one');
  expect(name).toMatch(/^[a-z][a-z2-7]{11}$/);
  expect(keptTunnelName(state, '/a', 'one')).toBe(name);
  const others = [keptTunnelName(state, '/b', 'one'), keptTunnelName(state, '/a', 'two')];
  expect(new Set([name, ...others]).size).toBe(3);
  const file = join(state, 'tunnel-names.ndjson');
  expect(modeOf(file)).toBe(0o600);
  writeFileSync(file, `x\n[]\n{"folder":"/a","driver":"one","name":"../.."}\n${readFileSync(file)}`);
  expect(keptTunnelName(state, '/a', 'one')).toBe(name);
});

test('a tunnel name that cannot be kept is made for this process alone', () => {
  const state = temporaryState();
  // A file is where its folder would be.
  writePrivate(state, '');
  for (const [stateFolder, folder] of [
    [state, '/a'],
    [undefined, '/a'],
    [temporaryState(), undefined],
  ]) {
    const [first, second] = [1, 2].map(() => keptTunnelName(stateFolder, folder, 'one'));
    expect(first).toMatch(/^[a-z][a-z2-7]{11}$/);
    expect(second).not.toBe(first);
  }
});

test('a session is found while its process runs, the newest first', () => {
  const state = temporaryState();
  const classification = { port: 4000, project: 'shop', folder: '/shop', db: '/db', startedAt: 1 };
  const first = announceSession(state, classification);
  const second = announceSession(state, { ...classification, startedAt: 2 });
  expect(announcedSessions(state).map(({ key }) => key)).toEqual([second.key, first.key]);
  second.withdraw();
  expect(announcedSessions(state)).toEqual([{ ...classification, pid: process.pid, key: first.key }]);
  writePrivate(
    join(state, 'sessions', '1-ab.json'),
    JSON.stringify({ ...classification, pid: 2 ** 22 + 1, key: first.key }),
  );
  expect(announcedSessions(state)).toHaveLength(1);
  expect(readPrivate(join(state, 'sessions', '1-ab.json'))).toBeUndefined();
});
