import { expect, test } from 'vitest';
import { startTarget } from '../../test/support/target.ts';
import { fetchText } from './fetch-text.ts';

test('a text is fetched, and why there is none is said', async () => {
  const target = await startTarget({
    answer({ url }, response) {
      response.writeHead(url === '/key?id=1' ? 200 : 404).end('a key');
    },
  });
  try {
    const { signal } = new AbortController();
    const base = `http://127.0.0.1:${target.port}`;
    expect(await fetchText(`${base}/key?id=1`, signal)).toEqual({ text: 'a key', reason: undefined });
    expect(await fetchText(`${base}/other`, signal)).toEqual({ text: undefined, reason: 'it answered 404' });
  } finally {
    await target.close();
  }
  const gone = await fetchText(`http://127.0.0.1:${target.port}/`, new AbortController().signal);
  expect(gone).toEqual({ text: undefined, reason: expect.stringContaining('refused') });
});
