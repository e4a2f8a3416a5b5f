import { getEventListeners, once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { writeWithoutEnd } from '../../test/support/endless.ts';
import { startTarget } from '../../test/support/target.ts';
import { probe } from './probe.ts';

test('stops reading an endless response', async () => {
  let isOpen = true;
  const target = await startTarget({
    answer(_request, response) {
      response.on('close', () => {
        isOpen = false;
      });
      response.writeHead(200);
      writeWithoutEnd(response);
    },
  });
  try {
    const { signal } = new AbortController();
    const result = await probe(target.url, 'nonce', 60_000, signal);
    expect(result).toEqual({ type: 'not-ours', status: 200 });
    await expect.poll(() => isOpen).toBe(false);
    target.answer = (_request, response) => void response.end('nonce');
    expect(await probe(target.url, 'nonce', 60_000, signal)).toMatchObject({ type: 'reached' });
    target.answer = (_request, response) =>
      void response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end('nonce, or so');
    expect(await probe(target.url, 'nonce', 60_000, signal)).toMatchObject({ status: 302 });
  } finally {
    await target.close();
  }
});

test('a failure says whether the call reached the server', async () => {
  const { signal } = new AbortController();
  const reached = async (url: string) => {
    const result = await probe(url, 'nonce', 2_000, signal);
    return result.type === 'failed' ? [result.reachedServer, result.message] : result;
  };
  const target = await startTarget({ answer: (_request, response) => void response.destroy() });
  const { host } = new URL(target.url);
  expect(await reached(target.url)).toEqual([true, `${host} closed the connection`]);
  // It speaks no TLS.
  expect(await reached(target.url.replace('http:', 'https:'))).toEqual([false, `${host} does not speak TLS`]);
  await target.close();
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => void silent.close());
  const silentHost = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const notStarted = `${silentHost} accepted the connection but did not start TLS`;
  expect(await reached(`https://${silentHost}`)).toEqual([true, notStarted]);
  expect(await reached(target.url)).toEqual([false, `${host} refuses the connection`]);
  expect(await reached('http://no-such-host.invalid')).toEqual([false, expect.any(String)]);
});

test('calls leave no listener on the signal and no socket', async () => {
  const target = await startTarget({ answer: (_request, response) => void response.end('nonce') });
  const { signal } = new AbortController();
  const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
  const openBefore = sockets();
  for (let calls = 0; calls < 1_000; calls++) await probe(target.url, 'nonce', 60_000, signal);
  await expect.poll(sockets, { timeout: 5_000 }).toBeLessThanOrEqual(openBefore);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  expect(target.requests).toHaveLength(1_000);
  await target.close();
});
