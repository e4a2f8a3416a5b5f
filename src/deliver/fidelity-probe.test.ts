import { getEventListeners } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { type Changes, startChangingProxy, withLines } from '../../test/support/changing-proxy.ts';
import { startListener } from '../../test/support/listener.ts';
import { bodyOf } from '../model/body.ts';
import {
  aspectsThatAre,
  type FidelityAspect,
  fidelityAspects,
  isExact,
  unmeasured,
} from '../model/tunnel-fidelity.ts';
import { oddReply } from './fidelity-checks.ts';
import { type FidelityOptions, measureFidelity } from './fidelity-probe.ts';
import { probeHeader, probeWish } from './probe.ts';

const nonce = '0b0a4f9e-nonce';

/** A listener behind a proxy that changes what passes, and what is measured through it. */
async function aTunnel() {
  const { port, arrivals } = await startListener({
    tunnel: {
      url: () => undefined,
      addressSource: () => 'none',
      requestBegan: () => () => {},
      wantsReport: (headers) => probeWish(headers[probeHeader], nonce) === 'report',
      replyToProbe(headers) {
        const wish = probeWish(headers[probeHeader], nonce);
        if (wish === 'response') return oddReply;
        const body = bodyOf(Buffer.from(nonce));
        return wish && { status: 200, headers: [], body, by: 'listener' };
      },
    },
  });
  const tunnel = { changes: {} as Changes, arrivals, requests: [] as string[] };
  const proxy = await startChangingProxy(
    () => port,
    () => ({
      ...tunnel.changes,
      request(message) {
        tunnel.requests.push(message);
        return tunnel.changes.request?.(message) ?? message;
      },
    }),
  );
  onTestFinished(proxy.close);
  const { signal } = new AbortController();
  const measure = (options: Partial<FidelityOptions> = {}) =>
    measureFidelity(proxy.url, {
      nonce,
      known: unmeasured,
      timeoutMs: 5_000,
      largeTimeoutMs: 20_000,
      maySendLarge: () => true,
      signal,
      ...options,
    });
  return { tunnel, measure, signal };
}

test('an exact tunnel keeps everything, and nothing of it is recorded', async () => {
  const { tunnel, measure, signal } = await aTunnel();
  const fidelity = await measure();
  expect(aspectsThatAre('kept', fidelity)).toEqual(fidelityAspects);
  expect(isExact(fidelity)).toBe(true);
  expect(tunnel.arrivals).toEqual([]);
  // The large one comes last.
  expect(tunnel.requests.map(({ length }) => length > 1024 * 1024)).toEqual([...Array(6).fill(false), true]);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

const lowerNames = (message: string) =>
  withLines(message, ([start = '', ...lines]) => [
    start,
    ...lines.map((line) => line.replace(/^[^:]+/, (name) => name.toLowerCase())),
  ]);

const withHeaders = (message: string, change: (headers: string[]) => string[]) =>
  withLines(message, ([start = '', ...headers]) => [start, ...change(headers)]);

const status = (code: number, body = '') =>
  `HTTP/1.1 ${code} X\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;

const lossy: readonly [string, Changes, readonly FidelityAspect[]][] = [
  ['makes names of headers lower case', { request: lowerNames }, ['headerCase']],
  ['makes names of response headers lower case', { response: lowerNames }, ['responseHeaderCase']],
  [
    'sorts headers',
    { request: (message) => withHeaders(message, (headers) => headers.toSorted()) },
    ['headerOrder'],
  ],
  [
    'joins headers of one name',
    {
      request: (message) =>
        withHeaders(message, (headers) =>
          headers
            .filter((line) => line !== 'X-Webhook-Cli-Repeat: 2')
            .map((line) => line.replace('Repeat: 1', 'Repeat: 1, 2')),
        ),
    },
    ['headerRepeats'],
  ],
  [
    'replaces bytes of headers that are not ASCII',
    {
      request: (message) =>
        withHeaders(message, (all) => all.map((line) => line.replace(/[\x80-\xff]/g, '?'))),
    },
    ['headerBytes'],
  ],
  [
    'refuses such bytes',
    { reply: (message) => (/Bytes: .*\xff/.test(message) ? status(400) : undefined) },
    ['headerBytes'],
  ],
  [
    'decodes the path',
    {
      request: (message) =>
        withLines(message, ([start = '', ...rest]) => [start.replace('%2F', '/'), ...rest]),
    },
    ['path'],
  ],
  [
    'takes dots out of the path',
    {
      request: (message) =>
        withLines(message, ([start = '', ...rest]) => [start.replace('/./', '/'), ...rest]),
    },
    ['path'],
  ],
  [
    'takes bodies for text',
    {
      request(message) {
        const start = message.indexOf('\r\n\r\n') + 4;
        return message.slice(0, start) + message.slice(start).replace(/[\x80-\xff]/g, '?');
      },
    },
    ['body', 'largeBody'],
  ],
  [
    'refuses large bodies',
    { reply: (message) => (message.length > 1024 * 1024 ? status(413) : undefined) },
    ['largeBody'],
  ],
  [
    'adds a body to requests without one',
    {
      request: (message) =>
        message.startsWith('GET ')
          ? `${withHeaders(message, (headers) => [...headers, 'Content-Length: 2'])}{}`
          : message,
    },
    ['emptyBody'],
  ],
  [
    'replaces responses of errors',
    { response: (message) => (message.startsWith('HTTP/1.1 422') ? status(500, 'sorry') : message) },
    ['response'],
  ],
  [
    'shows browsers a page',
    { reply: (message) => (message.includes('Mozilla/') ? status(401, '<html>') : undefined) },
    ['browsers'],
  ],
];

test.each(lossy)('a tunnel that %s loses that', async (_name, changes, lost) => {
  const { tunnel, measure } = await aTunnel();
  tunnel.changes = changes;
  const fidelity = await measure();
  expect(aspectsThatAre('lost', fidelity)).toEqual(lost);
  const unknown = lost.includes('response') ? ['responseHeaderCase'] : [];
  expect(aspectsThatAre('unknown', fidelity)).toEqual(unknown);
});

test('what fails for the moment is unknown, and measured when asked again', async () => {
  const { tunnel, measure } = await aTunnel();
  const isPath = (message: string) => message.includes('%2F');
  tunnel.changes = { reply: (message) => (isPath(message) ? status(503) : undefined) };
  const first = await measure({ maySendLarge: () => false });
  expect(aspectsThatAre('unknown', first)).toEqual(['largeBody', 'path']);
  tunnel.changes = {};
  tunnel.requests.length = 0;
  const second = await measure({ known: first });
  expect([isExact(second), tunnel.requests.length]).toEqual([true, 2]);
});

test('a tunnel that carries nothing loses nothing, and an end of waiting ends it', async () => {
  const { tunnel, measure } = await aTunnel();
  tunnel.changes = { reply: () => '' };
  expect(aspectsThatAre('unknown', await measure())).toEqual(fidelityAspects);
  const over = new AbortController();
  tunnel.requests.length = 0;
  tunnel.changes = {
    request(message) {
      over.abort();
      return message;
    },
  };
  expect(aspectsThatAre('unknown', await measure({ signal: over.signal }))).toEqual(fidelityAspects);
  expect(tunnel.requests).toHaveLength(1);
});
