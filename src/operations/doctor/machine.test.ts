import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startConnectProxy } from '../../../test/support/connect-proxy.ts';
import { parseHostAddress } from '../../model/host-address.ts';
import { openDatabase } from '../../store/driver.ts';
import { openStore } from '../../store/store.ts';
import { clockFindings } from './clock.ts';
import { databaseFindings } from './database.ts';
import { containerFindings, runtimeFindings } from './machine.ts';
import { portFindings, usedPortFinding } from './port.ts';

test.each([
  ['20.18.0', 'failed'],
  ['18.20.4', 'failed'],
  ['20.18.1', 'ok'],
  ['20.20.2', 'ok'],
  ['24.0.0', 'ok'],
])('Node %s: %s', (node, state) => {
  const [first, ...others] = runtimeFindings({ ...process.versions, node });
  expect(first?.state).toBe(state);
  expect(others).toEqual([
    expect.objectContaining({ state: 'ok', message: expect.stringMatching(/^SQLite 3\./) }),
  ]);
});

test('tells of Windows, and of a container', () => {
  expect(runtimeFindings(process.versions, 'win32')[1]?.state).toBe('warning');
  expect(containerFindings(true)).toMatchObject([{ area: 'container', state: 'warning' }]);
  expect(containerFindings(false)).toEqual([]);
});

test('tells how a database is, and creates none', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'a.db');
  const check = () =>
    databaseFindings(file, (bytes) => `${bytes} bytes`).map(({ state, message }) => `${state}: ${message}`);
  expect(check()).toEqual([`ok: ${file} does not exist yet: listen creates it.`]);
  const store = openStore(file);
  await store.close();
  expect(check()).toEqual([expect.stringMatching(/^ok: .*a\.db, \d+ bytes: it is sound\.$/)]);
  chmodSync(file, 0o644);
  expect(check()[1]).toMatch(/^warning: Other users may have access to .* \(mode 644\)\.$/);
  const newer = openDatabase(file);
  newer.pragma('user_version = 999');
  newer.close();
  expect(databaseFindings(file, String)).toMatchObject([
    {
      state: 'failed',
      message: expect.stringMatching(/was made by a newer webhook-cli/),
      hint: expect.anything(),
    },
  ]);
  writeFileSync(file, 'this is not a database, but a text that is long enough to be read as one'.repeat(20));
  expect(check()).toEqual([expect.stringMatching(/^failed: .*a\.db is not a database that can be read: /)]);
});

test('tells whether a port is free', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  expect(await portFindings(port)).toMatchObject([
    { state: 'failed', message: expect.stringMatching(/another program uses it/) },
  ]);
  expect(usedPortFinding(port, 17)).toMatchObject({
    state: 'ok',
    message: expect.stringMatching(/process 17/),
  });
  expect(await portFindings(port, parseHostAddress('0.0.0.0'))).toMatchObject([{ state: 'failed' }]);
  server.close();
  await once(server, 'close');
  expect(await portFindings(port)).toMatchObject([{ state: 'ok', message: `Port ${port} is free.` }]);
  expect(await portFindings(port, parseHostAddress('0.0.0.0'))).toMatchObject([
    { state: 'ok', message: `Port ${port} is free at 0.0.0.0.` },
  ]);
  expect(await portFindings(0, parseHostAddress('203.0.113.99'))).toMatchObject([
    { state: 'failed', message: 'This machine does not have the address 203.0.113.99.' },
  ]);
});

test.each([
  [0, 'ok', /agrees/],
  [-50_000, 'ok', /agrees/],
  [120_000, 'warning', /^The clock is 1(19|20) s behind the one of/],
  [-600_000, 'warning', /^The clock is (599|600) s ahead of the one of/],
])('a server whose clock differs by %d ms: %s', async (byMs, state, message) => {
  const server = createServer((_request, response) => {
    response.setHeader('Date', new Date(Date.now() + byMs).toUTCString());
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const found = await clockFindings(url, new AbortController().signal);
  expect(found).toEqual([expect.objectContaining({ state, message: expect.stringMatching(message) })]);
  const proxy = await startConnectProxy();
  onTestFinished(proxy.close);
  const named = url.replace('127.0.0.1', 'clock.test');
  const env = { HTTP_PROXY: proxy.url };
  expect(await clockFindings(named, new AbortController().signal, env)).toMatchObject([{ state }]);
});

test('a server that cannot be reached says nothing of the clock', async () => {
  expect(await clockFindings('http://127.0.0.1:9', new AbortController().signal)).toEqual([]);
});
