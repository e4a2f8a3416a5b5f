import * as fc from 'fast-check';
import type { Attempt } from '../../src/model/attempt.ts';
import { bodyOf } from '../../src/model/body.ts';
import type { Classification } from '../../src/model/classification.ts';
import type { HeaderList } from '../../src/model/headers.ts';
import type { CapturedRequest } from '../../src/model/request.ts';
import { aRequest } from './builders.ts';

/** Characters that a terminal obeys, hides or reorders. */
export const obeyed =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]/u;

/** Pieces of what senders might try. */
const tricks = [
  '\u001b[5;8m',
  '\u001b]52;c;aGk=\u0007',
  '\u001b]0;title\u001b\\',
  '\u001bP1$r\u001b\\',
  '\u001b[3J\u001b[H',
  '\u001bc',
  '\u009b5m',
  '\u009d0;t\u009c',
  '\u0090q\u009c',
  '\u202eevil\u2066',
  '\u200f\u061c\u200b\ufeff',
  '\r\n\t\b\u007f\u0000',
  '\u2028\u2029\u0085',
  '\u{e0001}\u{e0041}',
  'e\u0301\u0301\u0301',
  '漢字🙂👩‍👩‍👧',
];

/** Text of anything, with such pieces in it. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(...tricks),
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));

/** The same as the latin1 that headers and request targets are. */
const hostileLatin1 = hostileText.map((text) => Buffer.from(text).toString('latin1'));

const hostileHeaders: fc.Arbitrary<HeaderList> = fc.array(fc.tuple(hostileLatin1, hostileLatin1), {
  maxLength: 5,
});

const contentTypes = [
  'application/json',
  'application/x-ndjson',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=b',
  'application/xml',
  'text/plain',
  'text/plain; charset=utf-16le',
  'image/png',
];

const hostileBody: fc.Arbitrary<Uint8Array> = fc.oneof(
  hostileText.map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 200 }),
  fc.jsonValue({ stringUnit: 'binary' }).map((value) => Buffer.from(JSON.stringify(value))),
  fc.tuple(hostileText, hostileText).map(([key, value]) => Buffer.from(`{"${key}": ["${value}"]}`)),
  fc
    .tuple(hostileText, hostileText)
    .map(([key, value]) => Buffer.from(`${encodeURIComponent(wellFormed(key))}=${value}`)),
  fc.tuple(hostileText, hostileText).map(([name, text]) => Buffer.from(`<a x="${name}">${text}</a>`)),
  fc
    .tuple(hostileText, hostileText)
    .map(([name, text]) => Buffer.from(`--b\r\nX: ${name}\r\n\r\n${text}\r\n--b--`)),
);

function wellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\ufffd');
}

/** A request of which every string is hostile, but for its id. */
export const hostileRequest: fc.Arbitrary<CapturedRequest> = fc
  .record({
    method: hostileText,
    requestTarget: hostileLatin1.map((text) => `/${text}`),
    project: fc.constant('project'),
    headers: hostileHeaders,
    type: fc.constantFrom(...contentTypes),
    coding: fc.option(fc.oneof(fc.constantFrom('gzip', 'br'), hostileLatin1), { nil: undefined, freq: 4 }),
    trailers: hostileHeaders,
    body: hostileBody,
    remoteAddress: hostileText,
  })
  .map(({ type, coding, headers, ...rest }) =>
    aRequest({
      ...rest,
      headers: [
        ['Content-Type', type],
        ...(coding === undefined ? [] : [['Content-Encoding', coding] as const]),
        ...headers,
      ],
    }),
  );

/** The classification of a hostile provider. */
export const hostileClassification: fc.Arbitrary<Classification> = fc.record({
  provider: fc.option(hostileText),
  event: fc.option(hostileText),
  eventId: fc.option(hostileText),
  verification: fc.record({
    result: fc.constantFrom('valid', 'invalid', 'unchecked'),
    reason: fc.option(hostileText),
  }),
  replyDeadlineMs: fc.option(fc.nat()),
});

/** Attempts with a hostile target. */
export const hostileAttempt: fc.Arbitrary<Attempt> = fc
  .record({
    statusText: hostileLatin1,
    headers: hostileHeaders,
    body: hostileBody,
    fails: fc.boolean(),
    message: hostileText,
  })
  .map(({ statusText, headers, body, fails, message }) => ({
    seq: 1,
    requestId: 'k7m2qaaaaaaa',
    number: 1,
    kind: 'forward',
    target: 'http://localhost:3000',
    startedAt: 1_790_000_000_100,
    ms: 12,
    reply: { status: null, by: null },
    outcome: fails
      ? { type: 'failed', code: 'reset', message }
      : {
          type: 'response',
          response: { status: 200, statusText, headers, trailers: [], body: bodyOf(body) },
        },
  }));
