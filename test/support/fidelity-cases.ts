import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { runCli, startCli } from './cli.ts';
import type { JsonLine } from './output.ts';
import { connectRaw, exchangeRaw } from './raw-http.ts';
import { startTarget, type TestTarget } from './target.ts';

/** `listen` in front of a real dev server, and what it takes to look at both sides. */
interface Listening {
  readonly target: TestTarget;
  /** The port on 127.0.0.1 to send to. */
  readonly port: number;
  /** The output of `show` for the newest request. */
  show(...args: string[]): Promise<Buffer>;
}

/** Starts `listen` with these arguments for its tunnel; `port`, by what it says when it is ready, is where to send to. */
export async function startListening(
  args: readonly string[],
  port: (ready: JsonLine) => number,
): Promise<Listening> {
  const target = await startTarget();
  const cli = await startCli(['listen', String(target.port), '--json', ...args]);
  const ready = await cli.waitForLine(({ type }) => type === 'ready');
  const show = async (...more: string[]) => (await runCli(['show', '@', ...more], { home: cli.home })).stdout;
  return { target, port: port(ready), show };
}

/** A message's head and body apart. */
function parts(message: Buffer): { requestLine: string; fields: string[]; body: Buffer } {
  const end = message.indexOf('\r\n\r\n');
  const [requestLine = '', ...fields] = message.toString('latin1', 0, end).split('\r\n');
  return { requestLine, fields, body: message.subarray(end + 4) };
}

/** What must arrive: everything but what belongs to one connection, framing, and the place and case of Host. */
function endToEnd(fields: readonly string[]): string[] {
  return fields.filter(
    (field) => !/^(host|connection|keep-alive|content-length|transfer-encoding|trailer|expect):/i.test(field),
  );
}

const head = (line: string, ...fields: string[]) => `${[line, ...fields].join('\r\n')}\r\n\r\n`;

/** Declares the tests that bytes are exact, in front of `listen` as it is started here. */
export function fidelityCases(listening: () => Promise<Listening>): void {
  describe('what arrives is what is stored is what is sent', () => {
    test('keeps a strange request target, odd case, repeats, latin1 values and a binary body', async () => {
      const { target, port, show } = await listening();
      const body = Buffer.from(Array.from({ length: 512 }, (_, index) => index % 256));
      const sent = Buffer.concat([
        Buffer.from(
          head(
            'POST //a/../b?x=%zz&y=%00 HTTP/1.1',
            'X-First: 1',
            'hOsT: Example.test',
            'X-TWICE: a',
            'x-twice: b',
            'X-Twice:',
            'X-Latin: caf\xe9 \x80\xff',
            'Content-Type: application/octet-stream',
            `Content-Length: ${body.length}`,
          ),
          'latin1',
        ),
        body,
      ]);
      expect((await exchangeRaw(port, sent)).status).toBe(200);

      const received = parts((await target.next()).raw);
      expect(received.requestLine).toBe('POST //a/../b?x=%zz&y=%00 HTTP/1.1');
      expect(endToEnd(received.fields)).toEqual(
        endToEnd(parts(sent).fields).map((field) => field.replace(/:$/, ': ')),
      );
      expect(received.fields.find((field) => /^host:/i.test(field))).toMatch(/: Example\.test$/);
      expect(received.body.equals(body)).toBe(true);

      const raw = await show('--raw');
      expect(parts(raw).requestLine).toBe(parts(sent).requestLine);
      expect(parts(raw).fields).toEqual(parts(sent).fields.map((field) => field.replace(/:$/, ': ')));
      expect(parts(raw).body.equals(body)).toBe(true);
      expect((await show('--body')).equals(body)).toBe(true);
    });

    test('show --raw prints a message that can be sent again and is recorded the same', async () => {
      const { port, show } = await listening();
      await exchangeRaw(
        port,
        `${head('PATCH /again?a=b HTTP/1.1', 'Host: h', 'X-A: 1', 'Content-Length: 3')}abc`,
      );
      const first = await show('--raw');
      expect((await exchangeRaw(port, first)).status).toBe(200);
      expect((await show('--raw')).equals(first)).toBe(true);
    });

    test('keeps every method of the parser, with and without a body', async () => {
      const { target, port } = await listening();
      for (const method of [
        'GET',
        'DELETE',
        'OPTIONS',
        'PUT',
        'PATCH',
        'PROPFIND',
        'PURGE',
        'REPORT',
        'TRACE',
        'QUERY',
      ]) {
        for (const body of ['', 'body']) {
          const length = body ? [`Content-Length: ${body.length}`] : [];
          const answer = await exchangeRaw(port, head(`${method} /m HTTP/1.1`, 'Host: h', ...length) + body);
          expect([method, answer.status]).toEqual([method, 200]);
          const received = await target.next();
          expect([received.method, received.body.toString()]).toEqual([method, body]);
        }
      }
    });

    test('an absolute-form target never leads to another host', async () => {
      const { target, port } = await listening();
      const elsewhere = await startTarget();
      await exchangeRaw(
        port,
        head(`GET http://127.0.0.1:${elsewhere.port}/x?y HTTP/1.1`, `Host: 127.0.0.1:${elsewhere.port}`),
      );
      expect((await target.next()).url).toBe(`http://127.0.0.1:${elsewhere.port}/x?y`);
      expect(elsewhere.requests).toHaveLength(0);
      await elsewhere.close();
    });

    test('a request that no HTTP client can send is recorded and gets 502', async () => {
      const { port, show } = await listening();
      expect((await exchangeRaw(port, head('OPTIONS * HTTP/1.1', 'Host: h'))).status).toBe(502);
      const request = JSON.parse((await show('--json')).toString()) as {
        attempts: { error: { code: string } }[];
      };
      expect(request.attempts[0]!.error.code).toBe('not-sendable');
    });
  });

  describe('the answer', () => {
    test("is the target's own: status, reason, headers in order and case, repeats, bytes", async () => {
      const { target, port } = await listening();
      const body = randomBytes(2_000_000);
      target.answer = (_request, response) => {
        response.socket!.write(
          head(
            'HTTP/1.1 299 Fine By Me',
            'X-One: 1',
            'set-cookie: a=1',
            'Set-Cookie: b=2',
            'X-Latin: \xe9',
            `Content-Length: ${body.length}`,
          ),
          'latin1',
        );
        response.socket!.end(body);
      };
      const answer = await exchangeRaw(port, head('GET / HTTP/1.1', 'Host: h'));
      expect([answer.status, answer.statusText]).toEqual([299, 'Fine By Me']);
      const own = answer.headers.filter(([name]) => !/^(connection|keep-alive)$/i.test(name));
      expect(own).toEqual([
        ['X-One', '1'],
        ['set-cookie', 'a=1'],
        ['Set-Cookie', 'b=2'],
        ['X-Latin', '\xe9'],
        ['Content-Length', String(body.length)],
      ]);
      expect(answer.body.equals(body)).toBe(true);
    });

    test('passes on redirects, HEAD lengths, 204 and trailers', async () => {
      const { target, port } = await listening();
      target.answer = (_request, response) => void response.writeHead(302, { Location: '/else' }).end();
      expect(await exchangeRaw(port, head('GET / HTTP/1.1', 'Host: h'))).toMatchObject({ status: 302 });
      target.answer = (_request, response) =>
        void response.writeHead(200, { 'Content-Length': '12345' }).end();
      const headAnswer = await exchangeRaw(port, head('HEAD / HTTP/1.1', 'Host: h'));
      expect(headAnswer.headers).toContainEqual(['Content-Length', '12345']);
      target.answer = (_request, response) => void response.writeHead(204).end();
      expect((await exchangeRaw(port, head('GET / HTTP/1.1', 'Host: h'))).status).toBe(204);
      target.answer = (_request, response) => {
        response.writeHead(200, { Trailer: 'X-Sum' });
        response.write('abc');
        response.addTrailers({ 'X-Sum': '7' });
        response.end();
      };
      const answer = await exchangeRaw(port, head('GET / HTTP/1.1', 'Host: h'));
      expect(answer.body.toString()).toBe('abc');
      expect(answer.raw.toString('latin1')).toMatch(/\r\nX-Sum: 7\r\n\r\n$/);
    });

    test('is passed on without interim responses', async () => {
      const { target, port } = await listening();
      target.answer = (_request, response) => {
        response.writeEarlyHints({ link: '</a.css>; rel=preload' });
        response.end('done');
      };
      const answer = await exchangeRaw(port, head('GET / HTTP/1.1', 'Host: h'));
      expect([answer.status, answer.body.toString()]).toEqual([200, 'done']);
    });
  });
}

/** Declares the test that large bodies are exact, in front of `listen` as it is started here. */
export function largeBodyCase(listening: () => Promise<Listening>): void {
  test('keeps 20 MB of random bytes, also in chunks', async () => {
    const { target, port, show } = await listening();
    const body = randomBytes(20 * 1024 * 1024);
    await fetch(`http://127.0.0.1:${port}/whole`, { method: 'PUT', body });
    expect((await target.next()).body.equals(body)).toBe(true);
    expect((await show('--body')).equals(body)).toBe(true);

    const sender = await connectRaw(port);
    await sender.write(
      head('POST /chunked HTTP/1.1', 'Host: h', 'Transfer-Encoding: chunked', 'Trailer: X-Sum'),
    );
    for (let at = 0; at < body.length; at += 1_000_000) {
      const chunk = body.subarray(at, at + 1_000_000);
      await sender.write(`${chunk.length.toString(16)}\r\n`);
      await sender.write(chunk);
      await sender.write('\r\n');
    }
    await sender.write('0\r\nX-Sum: 42\r\n\r\n');
    expect((await sender.read()).status).toBe(200);
    sender.destroy();
    expect((await target.next()).body.equals(body)).toBe(true);
    const request = JSON.parse((await show('--json')).toString()) as {
      trailers: unknown;
      body: { size: number };
    };
    expect(request.trailers).toEqual([['X-Sum', '42']]);
    expect(request.body.size).toBe(body.length);
  });
}
