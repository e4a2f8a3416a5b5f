import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { projectDrivers } from './tunnel-drivers.ts';

let folder: string;
const file = () => join(folder, 'tunnel-drivers.ndjson');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drivers-'));
  return () => rmSync(folder, { recursive: true, force: true });
});

test('keeps the driver in use and the agreement of each project', () => {
  const first = projectDrivers(folder, '/a');
  expect([first.used, first.allowed]).toEqual([undefined, undefined]);
  first.use('localtunnel');
  first.use('localtunnel');
  first.allow('cloudflared');
  first.use('cloudflared');
  const again = projectDrivers(folder, '/a');
  expect([again.used, again.allowed]).toEqual(['cloudflared', 'cloudflared']);
  expect(projectDrivers(folder, '/b').used).toBeUndefined();
  expect(readFileSync(file(), 'utf8').trim().split('\n')).toHaveLength(3);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
});

test('does without a place to keep them', () => {
  writeFileSync(join(folder, 'file'), '');
  for (const [state, project] of [
    [undefined, '/a'],
    [folder, undefined],
    [join(folder, 'file'), '/a'],
  ]) {
    const drivers = projectDrivers(state, project);
    drivers.use('localtunnel');
    expect(drivers.used).toBe('localtunnel');
  }
});

test('ignores a file that others may write, and lines that are no entries', () => {
  writeFileSync(
    file(),
    '{"folder":"/a","used":1}\nnot json\n{"folder":"/a","used":"ssh"}\n{"folder":"/a"}\n',
  );
  expect(projectDrivers(folder, '/a').used).toBe('ssh');
  chmodSync(file(), 0o666);
  expect(projectDrivers(folder, '/a').used).toBeUndefined();
});
