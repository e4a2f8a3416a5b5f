import { expect, test } from 'vitest';
import { aRequest } from '../../test/support/builders.ts';
import { bodyOf } from '../model/body.ts';
import { unclassified } from '../model/classification.ts';
import { notWithheld, type RequestRecord } from '../model/request.ts';
import { createPaint } from './paint.ts';
import { showLines } from './show.ts';

const at = new Date(2026, 10, 24, 16, 34, 35, 120).getTime();

const record: RequestRecord = {
  seq: 1,
  request: aRequest({
    id: 'k7m2qaaaaaaa',
    project: 'shop',
    receivedAt: at,
    ms: 2,
    method: 'POST',
    requestTarget: '/hooks?a=1',
    origin: 'https://calm-fox-41.loca.lt',
    httpVersion: '1.1',
    headers: [
      ['Authorization', 'Bearer secret'],
      ['Content-Type', 'application/json'],
      ['X-Evil', '\u001b]0;owned\u0007'],
    ],
    trailers: [['X-Sum', '1']],
    body: bodyOf(Buffer.from('{"token":"tok_42"}')),
    remoteAddress: '203.0.113.9',
    state: 'complete',
  }),
  reply: { status: 502, by: 'listener' },
  classification: unclassified,
  redeliveryOf: undefined,
  ...notWithheld,
  deliveries: [
    { target: 'http://localhost:4000', state: 'pending', reason: null, held: true, retryAt: null },
  ],
  attempts: [
    {
      seq: 1,
      requestId: 'k7m2qaaaaaaa',
      number: 1,
      kind: 'forward',
      target: 'http://localhost:3000',
      startedAt: at,
      ms: 1,
      reply: { status: 502, by: 'listener' },
      outcome: { type: 'failed', code: 'refused', message: 'Nothing listens on localhost:3000.' },
    },
    {
      seq: 2,
      requestId: 'k7m2qaaaaaaa',
      number: 2,
      kind: 'replay',
      target: 'http://localhost:3000',
      startedAt: at + 1000,
      ms: 6,
      reply: { status: null, by: null },
      outcome: {
        type: 'response',
        response: {
          status: 201,
          statusText: 'Created',
          headers: [['Set-Cookie', 'sid=1']],
          trailers: [],
          body: bodyOf(Buffer.from('done')),
        },
      },
    },
  ],
};

test('a request is shown with its headers masked, its body and its attempts', () => {
  expect([...showLines(record, { secrets: ['tok_42'] })]).toEqual([
    'POST /hooks?a=1 HTTP/1.1',
    '',
    'id        k7m2qaaaaaaa',
    'received  2026-11-24 16:34:35.120, in 2 ms',
    'from      203.0.113.9',
    'url       https://calm-fox-41.loca.lt/hooks?a=1',
    'query     a = 1',
    'project   shop',
    'body      18 B',
    'reply     502 by the listener',
    'waiting   http://localhost:4000 has not received it yet',
    '',
    'Authorization: Bearer ••••',
    'Content-Type: application/json',
    'X-Evil: ␛]0;owned␇',
    'trailers',
    'X-Sum: 1',
    '',
    '{',
    '  "token": "••••"',
    '}',
    '',
    'attempt 1, forward to http://localhost:3000',
    'refused in 1 ms  2026-11-24 16:34:35.120',
    'Nothing listens on localhost:3000.',
    '',
    'attempt 2, replay to http://localhost:3000',
    '201 Created in 6 ms  2026-11-24 16:34:36.120',
    '',
    'Set-Cookie: ••••',
    '',
    'done',
  ]);
});

test('secrets are shown only when asked for', () => {
  const text = [...showLines(record, { showSecrets: true, secrets: ['tok_42'] })].join('\n');
  expect(text).toContain('Bearer secret');
  expect(text).toContain('tok_42');
});

test('says that a request did not arrive whole', () => {
  const cut = { ...record, request: { ...record.request, state: 'truncated' } } as const;
  expect([...showLines(cut)]).toContain(
    'body      18 B: more than --max-body allows, only the beginning was kept',
  );
  const hungUp = { ...record, request: { ...record.request, state: 'aborted' } } as const;
  expect([...showLines(hungUp)]).toContain(
    'body      18 B: the sender disconnected before all of it arrived',
  );
});

test('says how much of a body was not read', () => {
  const body = bodyOf(Buffer.from('x'.repeat(3 * 1024 * 1024)));
  const request = { ...record.request, headers: [], body };
  expect([...showLines({ ...record, request, attempts: [] })].at(-1)).toBe(
    '… 1.0 MB more (3,145,728 bytes in all)',
  );
});

test('keys of JSON stand out', () => {
  expect([...showLines(record, { paint: createPaint(1) })].join('\n')).toContain(
    '\u001b[36m"token"\u001b[39m: ',
  );
});

test("says how much of the provider's time limit a reply took", () => {
  const [attempt] = record.attempts;
  const { outcome } = record.attempts[1]!;
  const answered = (ms: number): RequestRecord => ({
    ...record,
    classification: { ...unclassified, provider: 'github', replyDeadlineMs: 10_000 },
    reply: { status: 201, by: 'target' },
    attempts: [{ ...attempt!, ms, outcome }],
  });
  const text = (ms: number) => [...showLines(answered(ms))].join('\n');
  expect(text(41)).toContain('reply     201 by the target, 41 ms of the 10 s github waits');
  expect(text(12_000)).toContain('late      12.0 s, and github waits 10 s for a reply');
});

test.each([
  ['/hooks', []],
  ['/hooks?a=1', ['query     a = 1']],
  ['/hooks?a=x%20y+z', ['query     a = x y z']],
  ['/hooks?a=1&b=%C3%A9#f', ['query     a = 1', '          b = é']],
  ['/hooks?n=\u00c3\u00a9', ['query     n = é']],
  ['/hooks?a=%1b%5b31m&b=%zz', ['query     a = ␛[31m', '          b = %zz']],
])('decodes the query of %s', (requestTarget, expected) => {
  const text = [...showLines({ ...record, request: { ...record.request, requestTarget } })];
  const from = text.findIndex((line) => line.startsWith('url')) + 1;
  const to = text.findIndex((line) => line.startsWith('project'));
  expect(text.slice(from, to)).toEqual(expected);
});

test('marks the position where JSON breaks', () => {
  const body = bodyOf(Buffer.from('{"a": 1, oops: [2,\n 3]'));
  const text = [...showLines({ ...record, request: { ...record.request, body } })];
  const at = text.indexOf('  oops: [2,');
  expect(text.slice(at - 2, at + 3)).toEqual([
    '{',
    '  "a": 1,',
    '  oops: [2,',
    '  ^ not JSON from here on',
    ' 3]',
  ]);
});

test('a held request is shown with its reason, position and next try', () => {
  const standings = [
    {
      target: 'http://localhost:4000',
      ahead: 2,
      nextTryMs: null,
      cause: { errorCode: 'refused' },
      isRetried: true,
    },
  ];
  expect([...showLines({ ...record, standings })]).toContain(
    'waiting   held: localhost:4000 refuses connections · 2 ahead · retried automatically',
  );
});
