import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { aRequest } from '../../test/support/builders.ts';
import { openClient } from '../../test/support/client.ts';
import { startRawTarget } from '../../test/support/raw-target.ts';
import { until } from '../../test/support/until.ts';
import { bodyOf } from '../model/body.ts';
import { parseTarget } from '../model/target.ts';

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** A target on kept connections, to each of which it has responded once; `later` serves what comes then. */
async function keptConnections(count: number, later: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  let isLater = false;
  const target = await startRawTarget((socket) => {
    if (isLater && sockets.has(socket)) later(socket);
    else socket.write(ok);
    sockets.add(socket);
  });
  const client = openClient({ timeoutMs: 10_000 });
  const to = parseTarget(String(target.port));
  const sendAll = () => Promise.all(Array.from({ length: count }, () => client.send(aRequest(), to)));
  for (const outcome of await sendAll()) expect(outcome).toMatchObject({ type: 'response' });
  expect(sockets.size).toBe(count);
  // Undici has a connection back a turn of the loop after its response.
  await nextTurn();
  await nextTurn();
  isLater = true;
  return { ...target, client, to, sendAll, sockets: [...sockets] };
}

describe.each([1, 2, 8, 30])('%d kept connections that the target has closed', (count) => {
  const endings: readonly (readonly [name: string, end: (socket: Socket) => void])[] = [
    ['ended', (socket) => socket.destroy()],
    ['reset', (socket) => socket.resetAndDestroy()],
    ['half-closed, then closed', (socket) => socket.end(() => socket.destroy())],
  ];
  test.each(endings)('(%s) before the requests get the response all the same', async (_, end) => {
    const { sendAll, sockets, heads } = await keptConnections(count, (socket) => socket.destroy());
    for (const socket of sockets) end(socket);
    for (const outcome of await sendAll()) expect(outcome).toMatchObject({ type: 'response' });
    expect(heads.length).toBe(2 * count);
  });

  test('while the requests are written get the response all the same', async () => {
    const { sendAll, sockets, heads } = await keptConnections(count, (socket) => socket.destroy());
    // Undici looks at an idle connection once more a turn before it writes: the end comes behind that look.
    setImmediate(() => {
      for (const socket of sockets) socket.destroy();
    });
    for (const outcome of await sendAll()) expect(outcome).toMatchObject({ type: 'response' });
    expect(heads.length).toBe(2 * count);
  });
});

describe('a request that the target has read on a kept connection is not sent again where it', () => {
  const drops: Readonly<Record<string, (socket: Socket) => void>> = {
    'hangs up at once': (socket) => socket.destroy(),
    'ends its side at once': (socket) => void socket.end(),
    'resets at once': (socket) => socket.resetAndDestroy(),
    'hangs up later': (socket) => void setTimeout(() => socket.destroy(), 300),
    'resets later': (socket) => void setTimeout(() => socket.resetAndDestroy(), 300),
  };
  test.each(Object.entries(drops))('%s', async (_, drop) => {
    const { client, to, heads } = await keptConnections(1, drop);
    expect(await client.send(aRequest(), to)).toMatchObject({ type: 'failed', code: 'reset' });
    expect(heads.length).toBe(2);
    expect(await client.send(aRequest(), to)).toMatchObject({ type: 'response' });
    expect(heads.length).toBe(3);
  });

  test('reads its head and resets within a large body', async () => {
    const { client, to, heads } = await keptConnections(1, (socket) => socket.resetAndDestroy());
    const request = aRequest({ body: bodyOf(Buffer.alloc(20 * 1024 * 1024)) });
    const outcome = await client.send(request, to);
    expect(outcome).toMatchObject({ type: 'failed', code: 'reset' });
    expect(heads.length).toBe(2);
  });

  test('breaks its response off', async () => {
    const { client, to, heads } = await keptConnections(1, (socket) => socket.end('HTTP/1.1 2'));
    expect(await client.send(aRequest(), to)).toMatchObject({ type: 'failed', code: 'response-cut' });
    expect(heads.length).toBe(2);
  });
});

test('a request is sent again once at most', async () => {
  const target = await startRawTarget((socket, _, number) => {
    if (number === 1) socket.write(ok);
    else socket.destroy();
  });
  const client = openClient({ timeoutMs: 10_000 });
  const to = parseTarget(String(target.port));
  expect(await client.send(aRequest(), to)).toMatchObject({ type: 'response' });
  for (const number of [2, 3, 4]) {
    expect(await client.send(aRequest(), to)).toMatchObject({ type: 'failed', code: 'reset' });
    await until(() => target.heads.length === number);
  }
});
