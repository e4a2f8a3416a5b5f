import { expect, test } from 'vitest';
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
  expect(await probe(target.url, 'nonce', 60_000, new AbortController().signal)).toMatchObject({
    type: 'failed',
  });
});
