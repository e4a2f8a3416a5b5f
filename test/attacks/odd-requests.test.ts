import { expect } from 'vitest';
import { attacks } from '../support/attacks.ts';
import { head, listed, post, startListen } from '../support/listening.ts';
import { connectRaw } from '../support/raw-http.ts';
import { startTarget } from '../support/target.ts';
import { until } from '../support/until.ts';

const offer = ['Connection: Upgrade', 'Upgrade: h2c'];
const upgrade = (path: string, ...fields: string[]) =>
  `${head(`POST ${path} HTTP/1.1`, 'Host: h', 'Content-Length: 2', ...fields)}hi`;

interface Burst {
  readonly bytes: string;
  /** The paths that are recorded, delivered and replied to, in this order. */
  readonly paths: readonly string[];
}

attacks<Burst>(
  'what is sent at once with an offered upgrade is recorded whole and replied to',
  {
    'behind one with a body': { bytes: upgrade('/1', ...offer) + post('/2', 'yo'), paths: ['/1', '/2'] },
    'behind one without a body': {
      bytes:
        head('GET /1 HTTP/1.1', 'Host: h', 'Connection: Upgrade', 'Upgrade: websocket') + post('/2', 'yo'),
      paths: ['/1', '/2'],
    },
    'before it, too': {
      bytes:
        post('/1', 'a') + upgrade('/2', 'Connection: keep-alive, Upgrade', 'Upgrade: h2c') + post('/3', 'b'),
      paths: ['/1', '/2', '/3'],
    },
    'two offers': {
      bytes: upgrade('/1', ...offer) + upgrade('/2', ...offer) + post('/3', 'b'),
      paths: ['/1', '/2', '/3'],
    },
    '30 offers': {
      bytes: Array.from({ length: 30 }, (_, at) => upgrade(`/${at}`, ...offer)).join(''),
      paths: Array.from({ length: 30 }, (_, at) => `/${at}`),
    },
    'a chunked one': {
      bytes: `${head('POST /1 HTTP/1.1', 'Host: h', 'Transfer-Encoding: chunked', ...offer)}2\r\nhi\r\n0\r\n\r\n${post('/2')}`,
      paths: ['/1', '/2'],
    },
    'in lower case and with HTTP2-Settings': {
      bytes:
        upgrade('/1', 'connection: Upgrade, HTTP2-Settings', 'upgrade: h2c', 'HTTP2-Settings: AAMA') +
        post('/2'),
      paths: ['/1', '/2'],
    },
  },
  async ({ bytes, paths }) => {
    const target = await startTarget({ answer: ({ url }, response) => void response.end(url) });
    const { port, home, cli } = await startListen([String(target.port)]);
    const connection = await connectRaw(port);
    await connection.write(bytes);
    for (const path of paths) {
      const reply = await connection.read();
      expect([reply.status, reply.body.toString()]).toEqual([200, path]);
    }
    connection.destroy();
    const rows = (await listed(home, '--limit', '100')).reverse();
    expect(rows.map(({ requestTarget }) => requestTarget).sort()).toEqual([...paths].sort());
    const first = rows.find(({ headers }) => headers.some(([name]) => /^upgrade$/i.test(name)));
    expect(first?.headers.some(([name, value]) => /^connection$/i.test(name) && /upgrade/i.test(value))).toBe(
      true,
    );
    expect(cli.stderr()).not.toMatch(/Warning|bug/);
    await target.close();
  },
);

attacks<{ readonly bytes: string; readonly status: number; readonly reason: RegExp }>(
  'what is no request for us is refused with a reason that is shown',
  {
    'HTTP/1.1 without Host': {
      bytes: `${head('POST / HTTP/1.1', 'Content-Length: 2')}hi`,
      status: 400,
      reason: /without a Host header/,
    },
    'GET without Host': { bytes: head('GET / HTTP/1.1'), status: 400, reason: /without a Host header/ },
    'chunked without Host': {
      bytes: `${head('POST / HTTP/1.1', 'Transfer-Encoding: chunked')}2\r\nhi\r\n0\r\n\r\n`,
      status: 400,
      reason: /without a Host header/,
    },
    'gzip, chunked': {
      bytes: `${head('POST / HTTP/1.1', 'Host: h', 'Transfer-Encoding: gzip, chunked')}2\r\nhi\r\n0\r\n\r\n`,
      status: 501,
      reason: /only chunked is supported, not \W*gzip/,
    },
    'gzip and chunked in two fields': {
      bytes: `${head('POST / HTTP/1.1', 'Host: h', 'Transfer-Encoding: gzip', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
      status: 501,
      reason: /only chunked is supported, not \W*gzip/,
    },
    'DEFLATE, Chunked': {
      bytes: `${head('POST / HTTP/1.1', 'Host: h', 'transfer-encoding: DEFLATE, Chunked')}0\r\n\r\n`,
      status: 501,
      reason: /only chunked is supported, not \W*DEFLATE/,
    },
    'gzip alone': {
      bytes: `${head('POST / HTTP/1.1', 'Host: h', 'Transfer-Encoding: gzip')}hi`,
      status: 501,
      reason: /only chunked is supported, not \W*gzip/,
    },
  },
  async ({ bytes, status, reason }) => {
    const target = await startTarget();
    const { port, home, cli } = await startListen([String(target.port)]);
    const connection = await connectRaw(port);
    await connection.write(bytes);
    const reply = await connection.read();
    expect([reply.status, reply.body.toString()]).toEqual([status, expect.stringMatching(reason)]);
    expect((await connection.closed()).toString('latin1').match(/HTTP\/1\.1 \d{3} /g)).toHaveLength(1);
    await until(() => reason.test(cli.stderr() + cli.stdout().toString()));
    expect(await listed(home)).toEqual([]);
    expect(target.requests).toEqual([]);
    await target.close();
  },
);
