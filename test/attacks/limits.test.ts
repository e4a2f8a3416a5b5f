import { describe, expect, onTestFinished, test } from 'vitest';
import { openMemorySink } from '../../src/deliver/memory-sink.ts';
import { bodyOf } from '../../src/model/body.ts';
import { attacks } from '../support/attacks.ts';
import { startListener } from '../support/listener.ts';
import { createAccessControl, head, listed, shown, startListen } from '../support/listening.ts';
import { connectRaw, exchangeRaw, type RawConnection } from '../support/raw-http.ts';
import { startRawTarget } from '../support/raw-target.ts';
import { startTarget } from '../support/target.ts';

/** Writes pieces, one every `everyMs`, until the connection ends. */
function trickle(connection: RawConnection, pieces: Iterator<string>, everyMs: number): () => void {
  const timer = setInterval(() => {
    const { value, done } = pieces.next();
    if (!done) connection.socket.write(String(value));
  }, everyMs);
  connection.socket.once('close', () => clearInterval(timer));
  return () => clearInterval(timer);
}

function* endless(piece: string): Generator<string> {
  for (;;) yield piece;
}

const length = head('POST /slow HTTP/1.1', 'Host: h', 'Content-Length: 100000');
const chunked = head('POST /slow HTTP/1.1', 'Host: h', 'Transfer-Encoding: chunked');

attacks<{ readonly begin: string; readonly piece: string; readonly everyMs?: number }>(
  'a body that trickles is cut off and answered 408',
  {
    'a byte at a time': { begin: length, piece: 'x' },
    'a byte at a time, with long pauses': { begin: length, piece: 'x', everyMs: 400 },
    'a little below the rate': { begin: length, piece: 'x'.repeat(4) },
    'chunks of one byte': { begin: chunked, piece: '1\r\nx\r\n' },
    'a chunk size without end': { begin: chunked, piece: '0' },
    'chunk extensions without end': { begin: `${chunked}1;`, piece: 'a' },
    'a chunk size, then nothing but its bytes': { begin: `${chunked}fffff\r\n`, piece: 'x' },
    'trailers without end': { begin: `${chunked}1\r\nx\r\n0\r\n`, piece: 'a: b\r\n' },
    'one trailer without end': { begin: `${chunked}1\r\nx\r\n0\r\nX-Slow: `, piece: 'a' },
    'a fast start': { begin: length + 'x'.repeat(50_000), piece: 'x' },
    'a fast start in chunks': { begin: `${chunked}4000\r\n${'x'.repeat(0x4000)}\r\n`, piece: '1\r\nx\r\n' },
    'after 100 Continue': {
      begin: head('POST /slow HTTP/1.1', 'Host: h', 'Content-Length: 100000', 'Expect: 100-continue'),
      piece: 'x',
    },
    'the second request of a connection': {
      begin: head('POST /first HTTP/1.1', 'Host: h', 'Content-Length: 0') + length,
      piece: 'x',
    },
  },
  async ({ begin, piece, everyMs = 50 }) => {
    const { port, arrivals } = await startListener();
    const connection = await connectRaw(port);
    await connection.write(begin);
    trickle(connection, endless(piece), everyMs);
    let answer = await connection.read();
    while (answer.status === 100 || answer.status === 200) answer = await connection.read();
    expect([answer.status, answer.body.toString()]).toEqual([408, 'The body arrived too slowly.\n']);
    expect(arrivals.at(-1)).toMatchObject({ requestTarget: '/slow', state: 'aborted' });
    connection.destroy();
  },
);

describe('a body', () => {
  test('faster than the rate in small pieces is accepted', async () => {
    const { port, arrivals } = await startListener();
    const connection = await connectRaw(port);
    await connection.write(head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 300'));
    trickle(connection, Array.from({ length: 30 }, () => 'x'.repeat(10))[Symbol.iterator](), 50);
    expect((await connection.read()).status).toBe(200);
    expect(arrivals).toMatchObject([{ state: 'complete' }]);
    connection.destroy();
  });

  test('slower is accepted without a limit', async () => {
    const pace = { bytesPerSecond: 0, graceMs: 100, spanMs: 100 };
    const { port } = await startListener({ pace });
    const connection = await connectRaw(port);
    await connection.write(head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 10'));
    trickle(connection, endless('x'), 60);
    expect((await connection.read()).status).toBe(200);
    connection.destroy();
  });

  test('that the store slows down is accepted', async () => {
    const gate = createAccessControl();
    const { port, arrivals } = await startListener({
      openBody() {
        const sink = openMemorySink();
        return {
          get size() {
            return sink.size;
          },
          write(chunk) {
            sink.write(chunk);
            return gate.opened;
          },
          end: sink.end,
        };
      },
    });
    const connection = await connectRaw(port);
    await connection.write(head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 20'));
    const stop = trickle(connection, endless('x'), 40);
    await new Promise((resolve) => setTimeout(resolve, 800));
    stop();
    gate.open();
    await connection.write('x'.repeat(20));
    expect((await connection.read()).status).toBe(200);
    expect(arrivals).toMatchObject([{ state: 'complete' }]);
    connection.destroy();
  });
});

test('of a byte per second is aborted after about 10 s by default', async () => {
  const { port, home } = await startListen();
  const connections = await Promise.all(Array.from({ length: 12 }, () => connectRaw(port)));
  for (const connection of connections) {
    await connection.write(length);
    trickle(connection, endless('x'), 1_000);
  }
  const answers = await Promise.all(connections.map((connection) => connection.read()));
  expect(answers.map(({ status }) => status)).toEqual(connections.map(() => 408));
  // The rest is not read for ever, either.
  await Promise.all(connections.map((connection) => connection.closed()));
  const rows = await listed(home);
  expect(rows.map(({ state }) => state)).toEqual(connections.map(() => 'aborted'));
  expect(rows.every(({ body }) => body.size >= 8 && body.size <= 14)).toBe(true);
});

const tunnel = {
  url: () => undefined,
  addressSource: () => 'none' as const,
  replyToProbe: () => undefined,
  wantsReport: () => false,
  requestBegan: () => () => {},
};

attacks<string>(
  'a head that trickles is answered 408, also on the port of the tunnel',
  {
    'its request line': 'POST /',
    'a header name': head('POST / HTTP/1.1', 'Host: h').slice(0, -2),
    'a header value': 'POST / HTTP/1.1\r\nHost: h\r\nX-Slow: ',
    'empty lines first': '\r\n\r\n',
    'only its method': 'P',
    'behind a whole request': `${head('GET /whole HTTP/1.1', 'Host: h')}POST /`,
    'behind a whole request with a body': `${head('POST /whole HTTP/1.1', 'Host: h', 'Content-Length: 2')}okPOST / HTTP/1.1\r\n`,
  },
  async (begin) => {
    const { port, refused } = await startListener({ headTimeoutMs: 300, tunnel });
    const connection = await connectRaw(port);
    await connection.write(begin);
    // Another letter would make it a method that there is not.
    if (begin !== 'P' && !begin.endsWith('\r\n\r\n')) trickle(connection, endless('a'), 60);
    let answer = await connection.read();
    while (answer.status === 200) answer = await connection.read();
    expect(answer.status).toBe(408);
    expect(refused).toEqual([[408, 'the request arrived too slowly']]);
    await connection.closed();
  },
);

describe('a connection that a tunnel opens ahead', () => {
  test('and that has sent nothing gets no 408; its first request does', async () => {
    const { port, refused } = await startListener({ headTimeoutMs: 100, tunnel });
    const connection = await connectRaw(port);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(connection.received()).toHaveLength(0);
    await connection.write(head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 0'));
    expect((await connection.read()).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await connection.write(head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 0'));
    expect((await connection.read()).status).toBe(200);
    expect(refused).toEqual([]);
    connection.destroy();
  });

  test('and that then trickles a head is', async () => {
    const { port } = await startListener({ headTimeoutMs: 100, tunnel });
    const connection = await connectRaw(port);
    await new Promise((resolve) => setTimeout(resolve, 400));
    trickle(connection, endless('A'), 20);
    expect((await connection.read()).status).toBeGreaterThanOrEqual(400);
    await connection.closed();
  });
});

attacks<string>(
  'requests beyond the number that may arrive at once are answered 503 with Retry-After, and not recorded',
  {
    'with a length': 'Content-Length: 1000',
    'in chunks': 'Transfer-Encoding: chunked',
    'that wait to be asked': 'Content-Length: 1000\r\nExpect: 100-continue',
    'that are too large': 'Content-Length: 100000000',
    'without a body': 'X-None: x',
  },
  async (field) => {
    const { port, arrivals, refused } = await startListener({ mostArriving: 5 });
    const arriving = await Promise.all(Array.from({ length: 5 }, () => connectRaw(port)));
    for (const connection of arriving) {
      await connection.write(`${head('POST /held HTTP/1.1', 'Host: h', 'Content-Length: 2000')}x`);
    }
    // Their heads have to be read before.
    await expect.poll(async () => (await over()).status).toBe(503);
    const answer = await over();
    expect(answer.headers).toContainEqual(['Retry-After', expect.stringMatching(/^\d+$/)]);
    expect(refused).toContainEqual([503, '5 other requests are arriving at once']);
    const before = arrivals.filter(({ requestTarget }) => requestTarget === '/over').length;
    await over();
    expect(arrivals.filter(({ requestTarget }) => requestTarget === '/over')).toHaveLength(before);
    for (const connection of arriving) await connection.write('x'.repeat(1_999));
    for (const connection of arriving) expect((await connection.read()).status).toBe(200);
    for (const connection of arriving) connection.destroy();
    expect(
      (await exchangeRaw(port, head('POST /then HTTP/1.1', 'Host: h', 'Content-Length: 0'))).status,
    ).toBe(200);

    async function over() {
      const connection = await connectRaw(port);
      try {
        await connection.write(head('POST /over HTTP/1.1', 'Host: h', ...field.split('\r\n')));
        return await connection.read();
      } finally {
        connection.destroy();
      }
    }
  },
);

describe('requests that do not count as arriving', () => {
  test('complete requests that wait for their reply', async () => {
    const gate = createAccessControl();
    const { port, refused } = await startListener({
      mostArriving: 3,
      async receive() {
        await gate.opened;
        return { status: 200, headers: [], body: bodyOf(Buffer.alloc(0)), by: 'listener' };
      },
    });
    const waiting = Array.from({ length: 20 }, () =>
      exchangeRaw(port, `${head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 2')}ok`),
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    gate.open();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(waiting.map(() => 200));
    expect(refused).toEqual([]);
  });

  test('a burst of whole requests in one piece', async () => {
    const { port, refused, arrivals } = await startListener({ mostArriving: 10 });
    const connection = await connectRaw(port);
    await connection.write(`${head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 2')}ok`.repeat(1_000));
    for (let at = 0; at < 1_000; at++) expect((await connection.read()).status).toBe(200);
    expect(refused).toEqual([]);
    expect(arrivals).toHaveLength(1_000);
    connection.destroy();
  });
});

test('by default 256 requests may arrive at once; the others are counted and reported', async () => {
  const { port, cli, home } = await startListen(['--body-timeout', '2s']);
  const held = await Promise.all(Array.from({ length: 256 }, () => connectRaw(port)));
  for (const connection of held) await connection.write(length);
  await expect
    .poll(async () => (await exchangeRaw(port, head('GET /over HTTP/1.1', 'Host: h'))).status)
    .toBe(503);
  await cli.waitForOutput(/"type":"refused","status":503/);
  await Promise.all(held.map((connection) => connection.closed()));
  expect((await exchangeRaw(port, head('GET /after HTTP/1.1', 'Host: h'))).status).toBe(200);
  const rows = await listed(home, '--limit', '1000');
  expect(rows.filter(({ state }) => state === 'aborted')).toHaveLength(256);
  expect(rows[0]).toMatchObject({ requestTarget: '/after' });
});

describe('connections to a target', () => {
  /** How many requests a target has at once, which answers when it is told to. */
  async function startCounting() {
    const gate = createAccessControl();
    let now = 0;
    let most = 0;
    const target = await startTarget({
      async answer(_request, response) {
        most = Math.max(most, ++now);
        await gate.opened;
        now--;
        response.end();
      },
    });
    onTestFinished(() => target.close());
    return { target, gate, most: () => most };
  }

  attacks<readonly string[]>(
    'requests in one piece open so many at most, and all arrive',
    { 'by default': [], 'of one': ['--max-connections', '1'], 'of 7': ['--max-connections', '7'] },
    async (args) => {
      const { target, gate, most } = await startCounting();
      const { port, cli } = await startListen([String(target.port), ...args]);
      const expected = Number(args[1] ?? 64);
      const connection = await connectRaw(port);
      await connection.write(`${head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 2')}ok`.repeat(300));
      await expect.poll(() => most()).toBe(expected);
      gate.open();
      for (let at = 0; at < 300; at++) expect((await connection.read()).status).toBe(200);
      expect(most()).toBe(expected);
      expect(target.requests).toHaveLength(300);
      connection.destroy();
      cli.signal('SIGINT');
      expect(await cli.exit).toBe(130);
    },
  );

  test('waiting for one does not count against --timeout', async () => {
    const target = await startTarget({
      answer: (_request, response) => void setTimeout(() => response.end(), 300),
    });
    onTestFinished(() => target.close());
    const { port } = await startListen([
      String(target.port),
      ...['--max-connections', '1', '--timeout', '1s', '--when-down', 'fail'],
    ]);
    const connection = await connectRaw(port);
    await connection.write(head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 0').repeat(8));
    for (let at = 0; at < 8; at++) expect((await connection.read()).status).toBe(200);
    connection.destroy();
  });

  test('a slow one makes room for the next', async () => {
    const target = await startRawTarget((socket, text) => {
      if (!text.includes('/hang')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    });
    const { port } = await startListen([
      String(target.port),
      ...['--max-connections', '2', '--timeout', '500ms', '--when-down', 'fail'],
    ]);
    const sent = ['/hang', '/hang', '/hang', '/ok', '/ok'].map((path) =>
      exchangeRaw(port, head(`POST ${path} HTTP/1.1`, 'Host: h', 'Content-Length: 0')),
    );
    expect((await Promise.all(sent)).map(({ status }) => status)).toEqual([504, 504, 504, 200, 200]);
  });

  test('a target that refuses them delays nothing', async () => {
    const { port } = await startListen(['1', '--max-connections', '2', '--when-down', 'fail']);
    const connection = await connectRaw(port);
    await connection.write(head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 0').repeat(50));
    for (let at = 0; at < 50; at++) expect((await connection.read()).status).toBe(502);
    connection.destroy();
  });

  test('requests waiting for one at the end are held', async () => {
    const { target, most } = await startCounting();
    const { port, cli, home } = await startListen([String(target.port), '--max-connections', '1']);
    const connection = await connectRaw(port);
    await connection.write(head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 0').repeat(5));
    await expect.poll(() => most()).toBe(1);
    await expect.poll(async () => (await listed(home)).length).toBe(5);
    cli.signal('SIGINT');
    expect(await cli.exit).toBe(130);
    expect((await listed(home, '--held')).length).toBe(5);
    connection.destroy();
  });
});

const many = (count: number, name = 'X-Many') => Array.from({ length: count }, (_, at) => `${name}: ${at}`);

attacks<readonly string[]>(
  'header fields are recorded, all of them, and reach the target',
  {
    '1,500 of one name': many(1_500),
    '1,024 and a second signature behind them': [...many(1_024), 'X-Signature: second'],
    '3,000 of different names': Array.from({ length: 3_000 }, (_, at) => `X-${at}: v`),
    'as many as fit, with values of nothing': Array.from({ length: 20_000 }, () => 'a:'),
    'one of 120 KB': [`X-Large: ${'y'.repeat(120_000)}`],
  },
  async (fields) => {
    const target = await startTarget();
    onTestFinished(() => target.close());
    const { port, home } = await startListen([String(target.port)]);
    const bytes = head('POST / HTTP/1.1', 'Host: h', ...fields, 'X-Last: here', 'Content-Length: 0');
    expect((await exchangeRaw(port, bytes)).status).toBe(200);
    const { headers } = await shown(home);
    const expected = ['Host: h', ...fields, 'X-Last: here', 'Content-Length: 0'];
    expect(headers.length).toBe(expected.length);
    expect(headers.map(([name, value]) => `${name}: ${value}`.trim())).toEqual(expected);
    const { rawHeaders } = await target.next();
    expect(rawHeaders).toContain('X-Last');
  },
);

attacks<string>(
  'headers that are too large are answered 431, told and not recorded',
  {
    'one value': head('POST / HTTP/1.1', 'Host: h', `X-Large: ${'y'.repeat(131_072)}`),
    'one name': head('POST / HTTP/1.1', 'Host: h', `${'y'.repeat(131_072)}: x`),
    'many fields': head('POST / HTTP/1.1', 'Host: h', ...many(20_000)),
    'the request target': head(`POST /${'y'.repeat(131_072)} HTTP/1.1`, 'Host: h'),
    'target and fields together': head(
      `POST /${'y'.repeat(70_000)} HTTP/1.1`,
      'Host: h',
      `X-Large: ${'y'.repeat(70_000)}`,
    ),
  },
  async (bytes) => {
    const { port, cli, home } = await startListen();
    const connection = await connectRaw(port);
    await connection.write(bytes).catch(() => {});
    expect((await connection.read()).status).toBe(431);
    await cli.waitForOutput(/"type":"refused","status":431/);
    expect(await listed(home)).toEqual([]);
    connection.destroy();
  },
);

test('trailers are recorded, all of them', async () => {
  const { port, arrivals } = await startListener();
  const trailers = many(3_000, 'X-Trailer');
  const connection = await connectRaw(port);
  await connection.write(`${chunked}1\r\nx\r\n0\r\n${trailers.join('\r\n')}\r\n\r\n`);
  expect((await connection.read()).status).toBe(200);
  expect(arrivals[0]?.trailers.map(([name, value]) => `${name}: ${value}`)).toEqual(trailers);
  connection.destroy();
});

describe("a target's response", () => {
  test('with thousands of headers and trailers is passed on and recorded', async () => {
    const fields = Array.from({ length: 2_500 }, (_, at) => [`X-${at}`, 'v'] as const);
    const target = await startRawTarget((socket) =>
      socket.write(
        `${head('HTTP/1.1 200 OK', ...fields.map(([name, value]) => `${name}: ${value}`), 'Transfer-Encoding: chunked')}` +
          `2\r\nok\r\n0\r\n${many(2_000, 'X-Trailer').join('\r\n')}\r\n\r\n`,
      ),
    );
    const { port, home } = await startListen([String(target.port)]);
    const answer = await exchangeRaw(port, head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 0'));
    expect(answer.headers.filter(([name]) => /^X-\d+$/.test(name))).toEqual(fields);
    const response = (await shown(home)).attempts[0]?.response as unknown as {
      headers: unknown[];
      trailers: unknown[];
    };
    expect([response.headers.length, response.trailers.length]).toEqual([2_501, 2_000]);
  });

  test('with too large headers fails, and does not stop others', async () => {
    const target = await startRawTarget((socket) =>
      socket.write(head('HTTP/1.1 200 OK', `X-Large: ${'y'.repeat(140_000)}`, 'Content-Length: 0')),
    );
    const { port, home } = await startListen([String(target.port), '--when-down', 'fail']);
    const answer = await exchangeRaw(port, head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 0'));
    expect(answer.status).toBe(502);
    expect((await shown(home)).attempts[0]?.error).toMatchObject({
      code: 'bad-response',
      message: expect.stringContaining('larger than 128 KB'),
    });
  });
});
