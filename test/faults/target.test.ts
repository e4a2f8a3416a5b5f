import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startCli } from '../support/cli.ts';
import { head, listed, shown, startListen } from '../support/listening.ts';
import { forgetMostMemory, memoryOf } from '../support/memory.ts';
import { startRawTarget } from '../support/raw-target.ts';
import { sendTo } from '../support/send.ts';
import { startTarget, type TestTarget } from '../support/target.ts';
import { until } from '../support/until.ts';

async function aTarget(answer?: TestTarget['answer']): Promise<TestTarget> {
  const target = await startTarget(answer ? { answer } : {});
  onTestFinished(() => target.close());
  return target;
}

const megabyte = 1024 * 1024;

describe('a target that', () => {
  test('accepts and never responds: held after --timeout, retried later, others pass', async () => {
    const target = await aTarget(({ url }, response) => {
      const isFirst = target.requests.filter((got) => got.url === url).length === 1;
      if (url !== '/silent' || !isFirst) response.end('ok');
    });
    const { home, localUrl } = await startListen([String(target.port), '--timeout', '1s']);
    const silent = sendTo(`${localUrl}/silent`);
    await until(() => target.requests.length === 1);
    expect((await sendTo(`${localUrl}/meanwhile`)).status).toBe(200);
    expect((await silent).status).toBe(202);
    expect((await sendTo(`${localUrl}/after`)).status).toBe(200);
    await until(async () => (await listed(home, '--held')).length === 0);
    expect(target.requests.filter(({ url }) => url === '/silent').length).toBe(2);
    const { attempts, deliveries } = await shown(home, '@~2');
    expect(attempts).toMatchObject([
      { kind: 'forward', outcome: 'failed', error: { code: 'timeout' } },
      { kind: 'retry', outcome: 'response' },
    ]);
    expect(deliveries).toMatchObject([{ state: 'delivered' }]);
  });

  test('has a full queue of connections and accepts none: held after --connect-timeout', async () => {
    // Linux keeps one connection more than the backlog; the next is neither taken nor refused.
    const server = createServer(() => {});
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1 });
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    // Python has a listening socket that accepts nothing; Node has none.
    const program = ['python3', '-c', listensOnly] as const;
    const silent = await startCli([String(port)], { program });
    await silent.waitForOutput(/listening/);
    const { home, localUrl } = await startListen([String(port), '--connect-timeout', '500ms']);
    expect((await sendTo(`${localUrl}/unheard`)).status).toBe(202);
    expect((await shown(home)).attempts).toMatchObject([{ error: { code: 'unreachable' } }]);
  });

  test('sends half a response and resets: held, the part is kept, and the sender gets none of it', async () => {
    const target = await startRawTarget((socket, _, number) => {
      if (number > 1) return void socket.end(`${head('HTTP/1.1 200 OK', 'Content-Length: 5')}whole`);
      socket.write(`${head('HTTP/1.1 200 OK', 'Content-Length: 100')}half of it`, () =>
        socket.resetAndDestroy(),
      );
    });
    const { home, localUrl } = await startListen([String(target.port)]);
    const answer = await sendTo(`${localUrl}/cut`);
    expect([answer.status, answer.body.toString()]).toEqual([202, expect.stringMatching(/"held":true/)]);
    await until(() => target.heads.length === 2);
    await until(async () => (await shown(home)).attempts.length === 2);
    expect((await shown(home)).attempts).toMatchObject([
      { outcome: 'failed', error: { code: 'response-cut' }, response: { body: { data: 'half of it' } } },
      { outcome: 'response', response: { body: { data: 'whole' } } },
    ]);
  });

  test.each([
    ['garbage', Buffer.from('\x00\xff\xfe this is not HTTP \r\n\r\n', 'latin1')],
    ['an SSH banner', Buffer.from('SSH-2.0-OpenSSH_9.6\r\n')],
    ['a header of 1 MB', Buffer.from(`HTTP/1.1 200 OK\r\nX: ${'y'.repeat(megabyte)}\r\n\r\n`)],
    ['a status line that lies', Buffer.from('HTTP/1.1 999999 OK\r\n\r\n')],
    [
      'both lengths',
      Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
    ],
    ['a chunk that is none', Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n')],
    [
      'two answers to one request',
      Buffer.from('HTTP/1.1 204 A\r\n\r\nHTTP/1.1 200 B\r\nContent-Length: 2\r\n\r\nhi'),
    ],
  ])('answers %s: an outcome, and the next request is served', async (_, bytes) => {
    const target = await startRawTarget((socket, text) => {
      if (text.startsWith('POST /good')) socket.end(`${head('HTTP/1.1 200 OK', 'Content-Length: 2')}ok`);
      else socket.end(bytes);
    });
    const { home, localUrl, cli } = await startListen([String(target.port), '--when-down', 'fail']);
    const { status } = await sendTo(`${localUrl}/bad`);
    expect([200, 204, 502]).toContain(status);
    expect((await shown(home)).attempts.length).toBe(1);
    expect((await sendTo(`${localUrl}/good`)).body.toString()).toBe('ok');
    expect(cli.stderr()).not.toMatch(/bug in webhook-cli/);
  });

  test('responds with 100 MB: the sender gets every byte, and memory stays bounded', async () => {
    const piece = Buffer.alloc(megabyte, 'p');
    const server = createServer(async ({ url }, response) => {
      if (url !== '/large') return void response.end(piece);
      response.setHeader('Content-Length', 100 * megabyte);
      for (let number = 0; number < 100; number++) {
        if (!response.write(piece)) await once(response, 'drain');
      }
      response.end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { localUrl, cli } = await startListen([String((server.address() as AddressInfo).port)]);
    for (let number = 0; number < 4; number++) await sendTo(`${localUrl}/warm`);
    forgetMostMemory(cli.pid);
    const before = memoryOf(cli.pid).now;
    const { size, hash } = await download(`${localUrl}/large`);
    const grown = memoryOf(cli.pid).most - before;
    console.log(`an answer of 100 MB: ${Math.round(grown / megabyte)} MB more at most`);
    const expected = createHash('sha256');
    for (let number = 0; number < 100; number++) expected.update(piece);
    expect([size, hash]).toEqual([100 * megabyte, expected.digest('hex')]);
    expect(grown).toBeLessThan(64 * megabyte);
  });

  test('responds without end: cut off after --timeout, held, the part is kept, and others pass', async () => {
    const target = await startRawTarget((socket, text) => {
      if (text.startsWith('POST /good')) {
        socket.end(`${head('HTTP/1.1 200 OK', 'Content-Length: 2')}ok`);
        return;
      }
      socket.write(head('HTTP/1.1 200 OK', 'Content-Type: text/event-stream'));
      const timer = setInterval(() => socket.write('data: more\n\n'), 10);
      socket.on('close', () => clearInterval(timer));
    });
    const { home, localUrl } = await startListen([String(target.port), '--timeout', '1s']);
    const endless = sendTo(`${localUrl}/endless`);
    expect((await sendTo(`${localUrl}/good`)).status).toBe(200);
    expect((await endless).status).toBe(202);
    const ref = (await listed(home, '--held'))[0]!.id;
    const [attempt] = (await shown(home, ref)).attempts;
    expect(attempt).toMatchObject({ outcome: 'failed', error: { code: 'timeout' } });
    expect(attempt!.response!.body.data).toMatch(/^(data: more\n\n){10}/);
  });

  test('crashes at one request again and again: the others pass, and that one is not lost', async () => {
    const crash = (text: string) => text.startsWith('POST /poison');
    const target = await startRawTarget((socket, text) => {
      if (crash(text)) socket.resetAndDestroy();
      else socket.write(`${head('HTTP/1.1 200 OK', 'Content-Length: 2')}ok`);
    });
    const { home, localUrl } = await startListen([String(target.port)]);
    expect((await sendTo(`${localUrl}/1`)).status).toBe(200);
    expect((await sendTo(`${localUrl}/poison`)).status).toBe(202);
    for (let number = 2; number < 20; number++)
      expect((await sendTo(`${localUrl}/${number}`)).status).toBe(200);
    await until(() => target.heads.filter(crash).length >= 3);
    expect((await sendTo(`${localUrl}/20`)).status).toBe(200);
    expect((await listed(home, '--held')).map(({ requestTarget }) => requestTarget)).toEqual(['/poison']);
  });

  test('asks for time with 429 and Retry-After gets it, with --retry-on 429', async () => {
    const times: number[] = [];
    const target = await aTarget(({ url }, response) => {
      if (url !== '/limited') return void response.end('ok');
      times.push(performance.now());
      response.statusCode = times.length === 1 ? 429 : 200;
      response.setHeader('Retry-After', '3');
      response.end();
    });
    const { home, localUrl } = await startListen([String(target.port), '--retry-on', '429']);
    expect((await sendTo(`${localUrl}/limited`)).status).toBe(202);
    expect((await sendTo(`${localUrl}/other`)).status).toBe(200);
    await until(() => times.length === 2);
    expect(times[1]! - times[0]!).toBeGreaterThan(2_900);
    expect(times[1]! - times[0]!).toBeLessThan(6_000);
    await until(async () => (await shown(home, '@~1')).deliveries[0]?.state === 'delivered');
  });
});

const listensOnly = `
import socket, sys, time
s = socket.socket(); s.bind(('127.0.0.1', int(sys.argv[1]))); s.listen(0)
waiting = []
for _ in range(4):
    c = socket.socket(); c.setblocking(False)
    try: c.connect(s.getsockname())
    except BlockingIOError: pass
    waiting.append(c)
print('listening', flush=True)
time.sleep(600)
`;

function download(url: string): Promise<{ size: number; hash: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST' }, async (response) => {
      const hash = createHash('sha256');
      let size = 0;
      try {
        for await (const chunk of response as AsyncIterable<Buffer>) {
          size += chunk.length;
          hash.update(chunk);
        }
        resolve({ size, hash: hash.digest('hex') });
      } catch (error) {
        reject(error);
      }
    });
    sent.on('error', reject);
    sent.end();
  });
}
