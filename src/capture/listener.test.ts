import { expect, test } from 'vitest';
import { startListener } from '../../test/support/listener.ts';
import { head } from '../../test/support/listening.ts';
import { connectRaw, exchangeRaw } from '../../test/support/raw-http.ts';
import { emptyBody } from '../model/body.ts';

const post = (path: string, size: number) =>
  head(`POST ${path} HTTP/1.1`, 'Host: h', `Content-Length: ${size}`);

test('a body that trickles ends as aborted, and its sender reads 408', async () => {
  const { port, arrivals } = await startListener();
  const connection = await connectRaw(port);
  await connection.write(post('/', 1_000));
  const timer = setInterval(() => connection.socket.write('x'), 40);
  expect((await connection.read()).status).toBe(408);
  clearInterval(timer);
  connection.destroy();
  expect(arrivals).toMatchObject([{ state: 'aborted' }]);
});

test('replies 503 to more requests than may arrive at once, and reports them', async () => {
  const { port, arrivals, refused } = await startListener({ mostArriving: 1 });
  const first = await connectRaw(port);
  await first.write(`${post('/first', 2)}o`);
  const status = async () => (await exchangeRaw(port, post('/second', 0))).status;
  await expect.poll(status).toBe(503);
  expect(refused[0]).toEqual([503, '1 other requests are arriving at once']);
  await first.write('k');
  expect((await first.read()).status).toBe(200);
  expect(await status()).toBe(200);
  first.destroy();
  expect(arrivals.at(-1)).toMatchObject({ requestTarget: '/second' });
});

test('a connection of the tunnel that has sent nothing is left alone', async () => {
  const tunnel = {
    url: () => undefined,
    addressSource: () => 'none' as const,
    replyToProbe: () => undefined,
    wantsReport: () => false,
    requestBegan: () => () => {},
  };
  const { port } = await startListener({ headTimeoutMs: 60, tunnel });
  const silent = await connectRaw(port);
  const slow = await connectRaw(port);
  await slow.write('POST / HTTP/1.1\r\n');
  expect((await slow.read()).status).toBe(408);
  await silent.write(post('/', 0));
  expect((await silent.read()).status).toBe(200);
  silent.destroy();
});

test('the tunnel is told when a request begins and is over, also one whose sender left before its turn', async () => {
  let inFlight = 0;
  const tunnel = {
    url: () => undefined,
    addressSource: () => 'none' as const,
    replyToProbe: () => undefined,
    wantsReport: () => false,
    requestBegan() {
      inFlight++;
      return () => {
        inFlight--;
      };
    },
  };
  const replying: (() => void)[] = [];
  const { port } = await startListener({
    tunnel,
    receive: () =>
      new Promise((resolve) => {
        const reply = { status: 200, headers: [], body: emptyBody, by: 'listener' } as const;
        replying.push(() => resolve(reply));
      }),
  });
  const connection = await connectRaw(port);
  await connection.write(post('/first', 0) + post('/second', 0) + post('/third', 0));
  await expect.poll(() => [inFlight, replying.length]).toEqual([3, 3]);
  replying[0]!();
  expect((await connection.read()).status).toBe(200);
  await expect.poll(() => inFlight).toBe(2);
  connection.destroy();
  await expect.poll(() => inFlight).toBe(0);
  for (const reply of replying) reply();
  expect(inFlight).toBe(0);
});

test.each([
  ['ends its side within a body', post('/', 10), 'begun', true, 5],
  ['ends its side before a body', post('/', 10), '', true, 0],
  [
    'ends its side within a chunk',
    head('POST / HTTP/1.1', 'Host: h', 'Transfer-Encoding: chunked'),
    '5\r\nab',
    true,
    2,
  ],
  [
    'sends an invalid chunk',
    head('POST / HTTP/1.1', 'Host: h', 'Transfer-Encoding: chunked'),
    '2\r\nabZZ\r\n',
    false,
    2,
  ],
])(
  'a sender that %s gets 400, and its request is recorded as aborted',
  async (_how, start, body, ends, size) => {
    const { port, arrivals, refused } = await startListener();
    const connection = await connectRaw(port);
    await connection.write(start + body);
    if (ends) connection.end();
    expect((await connection.read()).status).toBe(400);
    await connection.closed();
    await expect.poll(() => arrivals).toMatchObject([{ state: 'aborted', body: { size } }]);
    expect(refused).toEqual([]);
  },
);

test('a sender that ends its side within the headers is refused', async () => {
  const { port, arrivals, refused } = await startListener();
  const connection = await connectRaw(port);
  await connection.write('POST / HTTP/1.1\r\nHos');
  connection.end();
  expect((await connection.read()).status).toBe(400);
  expect(refused).toEqual([[400, 'the sender ended the request before it was complete']]);
  expect(arrivals).toEqual([]);
});
