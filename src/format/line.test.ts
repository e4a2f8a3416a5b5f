import { expect, test } from 'vitest';
import { aSummary as summary } from '../../test/support/a-summary.ts';
import type { Attempt } from '../model/attempt.ts';
import { bodyOf } from '../model/body.ts';
import { unclassified } from '../model/classification.ts';
import type { RequestSummary } from '../model/request.ts';
import { attemptLine, requestLine } from './line.ts';
import { createPaint } from './paint.ts';
import { statusOf } from './status.ts';
import { asciiSymbols } from './symbols.ts';

const refused = {
  kind: 'forward',
  target: 'http://localhost:3000',
  startedAt: 0,
  ms: 1,
  status: undefined,
  errorCode: 'refused',
  bodySize: undefined,
} as const;

test('a request is one line', () => {
  expect(requestLine(summary())).toBe('16:34:35  ✓ 200  POST /webhooks/stripe  2 ms  2.1 KB  k7m2qaaaaaaa');
  expect(requestLine({ ...summary(), target: 'http://localhost:3000' })).toBe(
    '16:34:35  ✓ 200  POST /webhooks/stripe → localhost:3000  2 ms  2.1 KB  k7m2qaaaaaaa',
  );
  expect(requestLine({ ...summary(), requestTarget: `/${'x'.repeat(90)}` }, { columns: 80 })).toBe(
    '16:34:35  ✓ 200  POST /xxxxxxxxxxxxxxxxxxxxxxxxxxxx…  2 ms  2.1 KB  k7m2qaaaaaaa',
  );
  const verification = { result: 'unchecked', reason: 'unsigned: no signature' } as const;
  const push = { ...unclassified, provider: 'github', event: 'push', verification };
  const long = summary({
    requestTarget: `/hooks/${'x'.repeat(90)}`,
    classification: push,
    redeliveryOf: 'a',
  });
  expect(requestLine({ ...long, target: 'http://localhost:3000' }, { columns: 80 })).toBe(
    '16:34:35  ✓ 200  POST /hooks/xxxxxxxxxxxxx… → localhost:3000  2 ms  k7m2qaaaaaaa',
  );
  expect(requestLine(long, { columns: 90 })).toMatch(/… {2}2 ms {2}github push {2}k7m2qaaaaaaa$/);
  const startedAt = new Date(2026, 10, 24, 16, 35, 2).getTime();
  const retried = { ...refused, kind: 'retry', startedAt, status: 200, errorCode: undefined } as const;
  expect(requestLine(summary({ lastAttempt: retried }))).toMatch(
    /^16:35:02 {2}✓ 200 {2}POST .* {2}1 ms {2}retry {2}/,
  );
  expect(requestLine(summary({ lastAttempt: refused }))).toContain('  ✗ refused  POST');
  expect(requestLine(summary({ reply: { status: null, by: null } }))).toContain('  …  POST');
  expect(requestLine(summary({ reply: { status: 500, by: 'target' } }), { symbols: asciiSymbols })).toContain(
    'x 500',
  );
});

test('says what could not be checked in a request that the listener refused', () => {
  const verification = { result: 'unchecked', reason: 'no secret is configured' } as const;
  const classification = { ...unclassified, provider: 'slack', verification };
  const refusedOne = summary({ classification, reply: { status: 401, by: 'listener' } });
  expect(requestLine(refusedOne)).toContain('  slack  unchecked: no secret is configured  ');
  expect(requestLine({ ...refusedOne, classification: unclassified })).toContain(
    '  unchecked: unknown provider  ',
  );
  expect(requestLine(summary({ classification }))).toContain('  slack  unchecked  ');
});

test('keeps captured text on one line', () => {
  const line = requestLine(summary({ method: 'P\nX', requestTarget: '/a\r\nb\t\u001b[2J\u009b' }));
  expect(line).toContain('P␊X /a␍␊b␉␛[2J\\x9b');
});

test('repeats in colour what the words say', () => {
  expect(requestLine(summary(), { paint: createPaint(1) })).toContain('\u001b[32m✓ 200\u001b[39m');
});

test('an attempt is one line with why it failed', () => {
  const attempt: Attempt = {
    seq: 1,
    requestId: 'k7m2qaaaaaaa',
    number: 2,
    kind: 'replay',
    target: 'http://localhost:3000',
    startedAt: 0,
    ms: 6,
    reply: { status: null, by: null },
    outcome: {
      type: 'response',
      response: { status: 200, statusText: '', headers: [], trailers: [], body: bodyOf(Buffer.from('ok')) },
    },
  };
  expect(attemptLine(attempt)).toBe('✓ 200  6 ms  2 B  k7m2qaaaaaaa → http://localhost:3000');
  const sent = { method: 'POST', requestTarget: '/', headers: [], body: bodyOf(Buffer.from('')) };
  expect(attemptLine({ ...attempt, sent })).toMatch(/:3000 {2}edited$/);
  expect(attemptLine({ ...attempt, sent: { ...sent, change: 're-signed' } })).toMatch(/:3000 {2}re-signed$/);
  const failed = {
    ...attempt,
    outcome: { type: 'failed', code: 'timeout', message: 'No answer\nin 30 s.' },
  } as const;
  expect(attemptLine(failed)).toBe(
    '✗ timed out  6 ms  k7m2qaaaaaaa → http://localhost:3000  No answer␊in 30 s.',
  );
});

test('has different status words for states, failures and replies', () => {
  const of = (fields: Partial<RequestSummary>) => statusOf(summary(fields));
  expect(of({ state: 'aborted' })).toEqual({ text: 'aborted', tone: 'bad' });
  expect(of({ state: 'truncated' }).text).toBe('too large');
  expect(of({ lastAttempt: { ...refused, errorCode: 'brand-new' } }).text).toBe('brand-new');
  expect(
    ['201', '304', '404', '503', '101'].map(
      (code) => of({ reply: { status: Number(code), by: 'rule' } }).tone,
    ),
  ).toEqual(['good', 'redirect', 'warn', 'bad', 'plain']);
});
