import { expect, test } from 'vitest';
import type { Attempt } from '../model/attempt.ts';
import { bodyOf } from '../model/body.ts';
import { unclassified } from '../model/classification.ts';
import { notWithheld, type RequestSummary } from '../model/request.ts';
import { attemptLine, requestLine, requestTable } from './line.ts';
import { createPaint } from './paint.ts';
import { statusOf } from './status.ts';
import { asciiSymbols } from './symbols.ts';

const now = new Date(2026, 10, 24, 16, 34, 40).getTime();

function summary(fields: Partial<RequestSummary> = {}): RequestSummary {
  return {
    seq: 1,
    id: 'k7m2qaaaaaaa',
    project: 'shop',
    receivedAt: new Date(2026, 10, 24, 16, 34, 35).getTime(),
    ms: 2,
    method: 'POST',
    requestTarget: '/webhooks/stripe',
    origin: 'http://localhost',
    httpVersion: '1.1',
    remoteAddress: '127.0.0.1',
    state: 'complete',
    bodySize: 2150,
    reply: { status: 200, by: 'listener' },
    classification: unclassified,
    redeliveryOf: undefined,
    attemptCount: 0,
    lastAttempt: undefined,
    isHeld: false,
    ...notWithheld,
    ...fields,
  };
}

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

test('prints complete tab-separated fields for programs', () => {
  expect(requestTable([summary({ requestTarget: '/a\tb' })], { now })).toEqual([
    ['k7m2qaaaaaaa', new Date(now - 5000).toISOString(), 'shop', 'POST', '/a␉b', '200', '2', '2150']
      .concat(['', '', '', 'unchecked', ''])
      .join('\t'),
  ]);
});

test('prints a table that fits the terminal for people', () => {
  const rows = [
    summary(),
    summary({ id: 'h2n8waaaaaaa', requestTarget: `/${'x'.repeat(200)}`, method: 'GET' }),
  ];
  const lines = requestTable(rows, { now, columns: 80 });
  expect(lines).toEqual([
    'ID            TIME      METHOD  PATH                        STATUS    MS    SIZE',
    'k7m2qaaaaaaa  16:34:35  POST    /webhooks/stripe            200     2 ms  2.1 KB',
    'h2n8waaaaaaa  16:34:35  GET     /xxxxxxxxxxxxxxxxxxxxxxxx…  200     2 ms  2.1 KB',
  ]);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
});

test('shows names if they differ, and the date of other days', () => {
  const rows = [summary(), summary({ project: 'other', receivedAt: now - 48 * 3600 * 1000 })];
  const [heading, , second] = requestTable(rows, { now, columns: 120 });
  expect(heading).toContain('NAME');
  expect(second).toContain('2026-11-22 16:34:40  other');
});
