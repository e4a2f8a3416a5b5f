import { expect, test } from 'vitest';
import { aRequest } from '../../test/support/builders.ts';
import type { Attempt } from '../model/attempt.ts';
import { bodyOf } from '../model/body.ts';
import { unclassified } from '../model/classification.ts';
import { notWithheld, type RequestRecord } from '../model/request.ts';
import { attemptJson, bodyJson, errorJson, requestJson, sessionEventJson, stringifyJson } from './json.ts';

const attempt: Attempt = {
  seq: 7,
  requestId: 'k7m2qaaaaaaa',
  number: 1,
  kind: 'forward',
  target: 'http://localhost:3000',
  startedAt: Date.UTC(2026, 10, 24, 16, 34, 35, 120),
  ms: 5.5,
  reply: { status: 200, by: 'target' },
  outcome: {
    type: 'response',
    response: {
      status: 200,
      statusText: 'OK',
      headers: [['X-A', '1']],
      trailers: [],
      body: bodyOf(Buffer.from('ok')),
    },
  },
};

const record: RequestRecord = {
  seq: 3,
  request: aRequest({
    id: 'k7m2qaaaaaaa',
    project: 'shop',
    receivedAt: Date.UTC(2026, 10, 24, 16, 34, 35, 120),
    ms: 2,
    method: 'POST',
    requestTarget: '//a/../b?x=%zz',
    origin: 'https://calm-fox-41.loca.lt',
    httpVersion: '1.1',
    headers: [
      ['Host', 'calm-fox-41.loca.lt'],
      ['x-a', '1'],
      ['X-A', '2'],
    ],
    trailers: [],
    body: bodyOf(Buffer.from([0xff, 0xfe, 0x00])),
    remoteAddress: '203.0.113.9',
    state: 'complete',
  }),
  reply: { status: 200, by: 'target' },
  classification: unclassified,
  redeliveryOf: undefined,
  ...notWithheld,
  deliveries: [
    { target: 'http://localhost:3000', state: 'delivered', reason: null, held: false, retryAt: null },
  ],
  attempts: [attempt],
};

test('writes exactly the documented fields of a request, in their order', () => {
  expect(stringifyJson(requestJson(record, { bodies: true }))).toBe(
    '{"id":"k7m2qaaaaaaa","project":"shop","receivedAt":"2026-11-24T16:34:35.120Z","ms":2,"method":"POST",' +
      '"url":"https://calm-fox-41.loca.lt//a/../b?x=%zz","requestTarget":"//a/../b?x=%zz","httpVersion":"1.1",' +
      '"headers":[["Host","calm-fox-41.loca.lt"],["x-a","1"],["X-A","2"]],"trailers":[],' +
      '"body":{"encoding":"base64","data":"//4A","size":3},"remoteAddress":"203.0.113.9","state":"complete",' +
      '"provider":null,"event":null,"eventId":null,' +
      '"verification":{"result":"unchecked","reason":"unknown provider"},"redeliveryOf":null,"replyDeadlineMs":null,' +
      '"refusal":null,"handledBy":null,' +
      '"reply":{"status":200,"by":"target","disconnectedAfterMs":null},"deliveries":[{"target":"http://localhost:3000",' +
      '"state":"delivered","reason":null,"held":false,"retryAt":null}],' +
      '"attempts":[{"requestId":"k7m2qaaaaaaa","number":1,"kind":"forward","target":"http://localhost:3000",' +
      '"startedAt":"2026-11-24T16:34:35.120Z","ms":5.5,"outcome":"response","sent":null,' +
      '"response":{"status":200,"statusText":"OK","headers":[["X-A","1"]],"trailers":[],' +
      '"body":{"encoding":"utf8","data":"ok","size":2}},"error":null}]}',
  );
});

test('keeps the size of a body that is left out', () => {
  const json = requestJson(record, { bodies: false });
  expect(json.body).toEqual({ encoding: null, data: null, size: 3 });
  expect(json.attempts[0]?.response?.body).toEqual({ encoding: null, data: null, size: 2 });
});

test('leaves out bodies that are too large for a line, and smaller ones in events', () => {
  const megabyte = 1024 * 1024;
  const large = (size: number) => ({ ...record.request, body: bodyOf(Buffer.alloc(size, 'x')) });
  const shown = (size: number) => requestJson({ ...record, request: large(size) }, { bodies: true }).body;
  expect(shown(64 * megabyte).data?.length).toBe(64 * megabyte);
  expect(shown(64 * megabyte + 1)).toEqual({ encoding: null, data: null, size: 64 * megabyte + 1 });
  const told = (size: number) =>
    sessionEventJson(
      { ...record, type: 'request', request: large(size), deliveries: [] },
      { project: 'a', db: 'a', pid: 1 },
    ) as {
      body: unknown;
    };
  expect(told(25 * megabyte).body).toMatchObject({ encoding: 'utf8' });
  expect(told(25 * megabyte + 1).body).toEqual({ encoding: null, data: null, size: 25 * megabyte + 1 });
});

test('writes the error of a failed attempt and the part of the response that arrived', () => {
  const cut = {
    ...attempt,
    number: 0,
    outcome: { type: 'failed', code: 'response-cut', message: 'it broke off' },
  } as const;
  expect(attemptJson(cut)).toMatchObject({
    number: null,
    outcome: 'failed',
    response: null,
    error: { code: 'response-cut', message: 'it broke off' },
  });
});

test('a body is text only if it is valid UTF-8, and a byte order mark is part of it', () => {
  const json = (bytes: Uint8Array) => bodyJson(bodyOf(bytes), { bodies: true });
  expect(json(Buffer.from('\ufeffé'))).toEqual({ encoding: 'utf8', data: '\ufeffé', size: 5 });
  expect(json(Buffer.from([0xc3]))).toEqual({ encoding: 'base64', data: 'ww==', size: 1 });
  expect(json(Buffer.alloc(0))).toEqual({ encoding: 'utf8', data: '', size: 0 });
});

test('events name their type first', () => {
  const context = { project: 'shop', db: '/tmp/a.db', pid: 42 };
  const line = (event: Parameters<typeof sessionEventJson>[0]) =>
    stringifyJson(sessionEventJson(event, context));
  expect(line({ type: 'ready', url: null, localUrl: 'http://localhost:4000', target: null })).toBe(
    '{"type":"ready","url":null,"localUrl":"http://localhost:4000","target":null,"project":"shop","db":"/tmp/a.db","pid":42}',
  );
  expect(
    line({
      type: 'tunnel',
      state: 'online',
      driver: 'localtunnel',
      url: 'https://a.loca.lt',
      verified: true,
      message: null,
      latencyMs: 80,
      fidelity: null,
    }),
  ).toBe(
    '{"type":"tunnel","state":"online","driver":"localtunnel","url":"https://a.loca.lt","verified":true,"message":null,"fidelity":null}',
  );
  expect(line({ type: 'attempt', seq: 3, request: record.request, attempt, recorded: true })).toMatch(
    /^\{"type":"attempt","requestId":"k7m2qaaaaaaa","number":1,/,
  );
  const request = line({ ...record, type: 'request', deliveries: [] });
  expect(request).toMatch(/^\{"type":"request","id":"k7m2qaaaaaaa",/);
  expect(request).not.toContain('attempts');
});

test('errors always have a hint, if only null', () => {
  expect(errorJson({ code: 'usage', message: 'No.' })).toEqual({
    type: 'error',
    code: 'usage',
    message: 'No.',
    hint: null,
  });
});

test('escapes control sequences', () => {
  expect(stringifyJson({ a: '\u007f\u009b\u202e\u2028\u001b' })).toBe(
    '{"a":"\\u007f\\u009b\\u202e\\u2028\\u001b"}',
  );
  expect(JSON.parse(stringifyJson('\u202e'))).toBe('\u202e');
});
