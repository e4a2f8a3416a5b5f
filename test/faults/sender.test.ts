import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listed, startListen } from '../support/listening.ts';
import { connectRaw, exchangeRaw } from '../support/raw-http.ts';
import { startTarget } from '../support/target.ts';

const crlf = (...lines: string[]) => lines.map((line) => `${line}\r\n`).join('');

/** What a listener makes of bytes that no client should send, and that it goes on afterwards. */
async function sent(bytes: string | Uint8Array, args: readonly string[] = []) {
  const target = await startTarget();
  onTestFinished(() => target.close());
  const listening = await startListen([String(target.port), ...args]);
  const connection = await connectRaw(listening.port);
  // It may be answered and hung up on before all of it is sent.
  await connection.write(bytes).catch(() => {});
  const answer = await Promise.race([
    connection.read().then(({ status }) => status as number | 'closed'),
    connection.closed().then(() => 'closed' as const),
  ]).catch(() => 'closed' as const);
  connection.destroy();
  const good = await exchangeRaw(
    listening.port,
    `${crlf('POST /good HTTP/1.1', 'Host: h', 'Content-Length: 2', '')}ok`,
  );
  expect(good.status).toBe(200);
  const rows = await listed(listening.home);
  return { answer, listening, target, rows: rows.filter(({ requestTarget }) => requestTarget !== '/good') };
}

describe('a sender that does not speak valid HTTP gets a reply, is not recorded, and disturbs nobody', () => {
  test.each([
    [
      'both Content-Length and Transfer-Encoding',
      crlf('POST / HTTP/1.1', 'Host: h', 'Content-Length: 5', 'Transfer-Encoding: chunked', '', '0', ''),
    ],
    [
      'two different Content-Lengths',
      `${crlf('POST / HTTP/1.1', 'Host: h', 'Content-Length: 5', 'Content-Length: 6', '')}helloo`,
    ],
    [
      'a Content-Length that is no number',
      `${crlf('POST / HTTP/1.1', 'Host: h', 'Content-Length: five', '')}hello`,
    ],
    ['bare LF', 'POST / HTTP/1.1\nHost: h\nContent-Length: 0\n\n'],
    ['NUL bytes in a header', crlf('GET / HTTP/1.1', 'Host: h', 'X-Nul: a\0b', '')],
    ['NUL bytes in the request line', crlf('GET /\0 HTTP/1.1', 'Host: h', '')],
    ['a header that is folded', crlf('GET / HTTP/1.1', 'Host: h', 'X-Folded: a', ' b', '')],
    ['a space before the colon', crlf('GET / HTTP/1.1', 'Host: h', 'X-Space : a', '')],
    ['no Host in HTTP/1.1', crlf('GET / HTTP/1.1', '')],
    ['an HTTP version that does not exist', crlf('GET / HTTP/7.3', 'Host: h', '')],
    ['a bad chunk', `${crlf('POST / HTTP/1.1', 'Host: h', 'Transfer-Encoding: chunked', '')}zz\r\nhello\r\n`],
    ['the HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a TLS hello', Buffer.from('16030100a5010000a10303', 'hex')],
    ['an SSH banner', 'SSH-2.0-OpenSSH_9.6\r\n'],
    [
      '10 MB of headers',
      crlf(
        'GET / HTTP/1.1',
        'Host: h',
        ...Array.from({ length: 10_000 }, (_, at) => `X-${at}: ${'y'.repeat(1_000)}`),
        '',
      ),
    ],
    ['a request line of 1 MB', crlf(`GET /${'z'.repeat(1_000_000)} HTTP/1.1`, 'Host: h', '')],
  ])('%s', async (_, bytes) => {
    const { answer, target, rows } = await sent(bytes);
    if (answer !== 'closed') expect(answer).toBeGreaterThanOrEqual(400);
    expect(rows.filter(({ state }) => state === 'complete')).toEqual([]);
    expect(target.requests.map(({ url }) => url)).toEqual(['/good']);
  });

  test('a too long Content-Length is recorded as aborted, not forwarded', async () => {
    const { listening, target } = await sent(crlf('GET /first HTTP/1.1', 'Host: h', ''));
    const connection = await connectRaw(listening.port);
    await connection.write(`${crlf('POST /short HTTP/1.1', 'Host: h', 'Content-Length: 100', '')}only this`);
    connection.destroy();
    await expect.poll(async () => (await listed(listening.home))[0]).toMatchObject({ state: 'aborted' });
    expect(target.requests.some(({ url }) => url === '/short')).toBe(false);
  });

  test('a too short Content-Length: the rest is not a request', async () => {
    const { rows, answer } = await sent(
      `${crlf('POST /less HTTP/1.1', 'Host: h', 'Content-Length: 2', '')}abcdef\r\n\r\n`,
    );
    expect(answer).toBe(200);
    expect(rows).toMatchObject([{ requestTarget: '/less', body: { size: 2 }, state: 'complete' }]);
  });

  test('a half-closed connection still gets its reply', async () => {
    const { port } = await startListen();
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    await once(socket, 'connect');
    socket.end(`${crlf('POST / HTTP/1.1', 'Host: h', 'Content-Length: 2', 'Connection: close', '')}ok`);
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('slow headers get 408 in time', async () => {
    const { port } = await startListen(['--head-timeout', '1s']);
    const connection = await connectRaw(port);
    await connection.write('POST / HTTP/1.1\r\nHost: h\r\n');
    expect((await connection.read()).status).toBe(408);
  });

  test('a body that stops is cut off in time and recorded as aborted', async () => {
    const { port, home } = await startListen(['--body-timeout', '500ms']);
    const connection = await connectRaw(port);
    await connection.write(`${crlf('POST /slow HTTP/1.1', 'Host: h', 'Content-Length: 100', '')}begun`);
    await connection.closed();
    await expect
      .poll(async () => (await listed(home))[0])
      .toMatchObject({ state: 'aborted', body: { size: 5 } });
  });

  test('a slow body is accepted', async () => {
    const { port, home } = await startListen(['--body-timeout', '700ms']);
    const connection = await connectRaw(port);
    await connection.write(crlf('POST /drip HTTP/1.1', 'Host: h', 'Content-Length: 8', ''));
    for (let at = 0; at < 8; at++) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      await connection.write('x');
    }
    expect((await connection.read()).status).toBe(200);
    expect((await listed(home))[0]).toMatchObject({ state: 'complete', body: { size: 8 } });
    connection.destroy();
  });

  test('endless chunks are cut at the limit and get 413', async () => {
    const { port, home } = await startListen(['--max-body', '1mb']);
    const connection = await connectRaw(port);
    await connection.write(crlf('POST /endless HTTP/1.1', 'Host: h', 'Transfer-Encoding: chunked', ''));
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    let over = false;
    const answer = connection.read().finally(() => {
      over = true;
    });
    while (!over) await connection.write(chunk).catch(() => {});
    expect((await answer).status).toBe(413);
    connection.destroy();
    expect((await listed(home))[0]).toMatchObject({ state: 'truncated', body: { size: 1024 * 1024 } });
  });
});
