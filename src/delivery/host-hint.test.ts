import { expect, test } from 'vitest';
import { inFlags } from '../format/in-flags.ts';
import { bodyOf } from '../model/body.ts';
import { hostHint } from './host-hint.ts';

const hintFor = (status: number, text: string) =>
  hostHint({ status, statusText: '', headers: [], trailers: [], body: bodyOf(Buffer.from(text)) });

test.each([
  [403, 'Blocked request. This host ("calm-fox.loca.lt") is not allowed.\nTo allow this host, add it …'],
  [403, 'Invalid Host header'],
  [200, 'Invalid Host header'],
  [400, 'Invalid host header'],
  [421, 'invalid host header\n'],
  [400, "<title>400 Bad Request</title><p>Host 'calm-fox.loca.lt' is not trusted.</p>"],
  [400, 'Untrusted Host "calm-fox.loca.lt".'],
  [403, '<h1>Blocked hosts: calm-fox.loca.lt</h1>'],
  [400, "DisallowedHost at /\nInvalid HTTP_HOST header: 'calm-fox.loca.lt'."],
  [400, '<h2>Bad Request - Invalid Hostname</h2>'],
])('gives the flag that helps for %i %j', (status, text) => {
  expect(inFlags(hintFor(status, text)!)).toMatch(/--host-header rewrite/);
});

test.each([
  [403, 'Forbidden'],
  [200, 'ok'],
  [401, '{"error":"bad signature"}'],
  [200, `Blocked hosts: ${'x'.repeat(200)}`],
])('gives no advice for %i %j', (status, text) => {
  expect(hintFor(status, text)).toBeUndefined();
});
