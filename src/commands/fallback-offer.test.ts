import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { Io } from '../cli/io.ts';
import type { SessionListener } from '../model/events.ts';
import { offerWhenAsked } from './fallback-offer.ts';

/** A session that offers cloudflared, and the terminal or the file that the offer goes to. */
function offering({ isTTY = true, json = false, target = undefined as string | undefined } = {}) {
  const listeners = new Set<SessionListener>();
  const taken: string[] = [];
  let written = '';
  const stdin = Object.assign(new PassThrough(), { isTTY });
  const session = {
    fallback: 'cloudflared',
    takeFallback: () => void taken.push('cloudflared'),
    subscribe(listener: SessionListener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const stderr = {
    isTTY,
    write(text: string) {
      written += text;
      return true;
    },
  };
  const io = { stdin, stderr, signal: new AbortController().signal } as unknown as Io;
  offerWhenAsked(session, { json, target, io });
  const offer = () => {
    for (const listener of listeners) listener({ type: 'fallback', driver: 'cloudflared' });
  };
  return { offer, stdin, taken, written: () => written };
}

test.each([
  ['y\n', ['cloudflared']],
  ['YES\n', ['cloudflared']],
  ['n\n', []],
  ['\n', []],
])('asks on a terminal, and uses the tunnel after a yes: %j', async (answer, expected) => {
  const { offer, stdin, taken, written } = offering();
  expect(written()).toBe('');
  offer();
  await expect
    .poll(written)
    .toBe(
      'There is no public URL yet. Use cloudflared, a service of another company, in this folder? [y/N] ',
    );
  stdin.write(answer);
  await expect.poll(() => stdin.listenerCount('data') + stdin.listenerCount('end')).toBe(0);
  expect(taken).toEqual(expected);
});

test.each([
  [
    { isTTY: false, target: '3000' },
    "webhook-cli: There is no public URL yet. To use another company's tunnel: webhook-cli listen 3000 --tunnel cloudflared\n",
  ],
  [{ isTTY: false }, /: webhook-cli listen --tunnel cloudflared\n$/],
  [{ json: true }, /^\{"type":"warning","code":"fallback","message":".*--tunnel cloudflared"\}\n$/],
])('prints the command where nobody can be asked: %j', async (where, expected) => {
  const { offer, taken, written } = offering(where);
  offer();
  await expect.poll(written).toMatch(expected);
  expect(taken).toEqual([]);
});
