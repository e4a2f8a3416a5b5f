import { expect, test } from 'vitest';
import { writeWithoutEnd } from '../../test/support/endless.ts';
import { startTarget } from '../../test/support/target.ts';
import { fetchText } from './fetch-text.ts';

test('fetches a text, or says why not', async () => {
  const target = await startTarget({
    answer({ url }, response) {
      response.writeHead(url === '/key?id=1' ? 200 : 404).end('a key');
    },
  });
  try {
    const { signal } = new AbortController();
    const base = `http://127.0.0.1:${target.port}`;
    expect(await fetchText(`${base}/key?id=1`, signal)).toEqual({ text: 'a key', reason: undefined });
    expect(await fetchText(`${base}/other`, signal)).toEqual({ text: undefined, reason: 'it responded 404' });
  } finally {
    await target.close();
  }
  const gone = await fetchText(`http://127.0.0.1:${target.port}/`, new AbortController().signal);
  expect(gone).toEqual({ text: undefined, reason: expect.stringContaining('refused') });
});

test('follows no endless response, redirect or endless head', async () => {
  let isOpen = true;
  const target = await startTarget({
    answer({ url }, response) {
      if (url === '/redirect') {
        response.writeHead(302, { Location: '/key' }).end();
        return;
      }
      if (url === '/head') {
        response.writeHead(200, { 'X-Large': 'x'.repeat(200_000) }).end('key');
        return;
      }
      response.on('close', () => {
        isOpen = false;
      });
      writeWithoutEnd(response);
    },
  });
  try {
    const { signal } = new AbortController();
    const fetched = (path: string) => fetchText(`http://127.0.0.1:${target.port}${path}`, signal);
    expect(await fetched('/endless')).toEqual({
      text: undefined,
      reason: 'the response is larger than 65536 bytes',
    });
    await expect.poll(() => isOpen).toBe(false);
    expect(await fetched('/redirect')).toEqual({ text: undefined, reason: 'it responded 302' });
    expect(await fetched('/head')).toEqual({
      text: undefined,
      reason: expect.stringContaining('larger than 128 KB'),
    });
    expect(target.requests.map(({ url }) => url)).toEqual(['/endless', '/redirect', '/head']);
  } finally {
    await target.close();
  }
});
