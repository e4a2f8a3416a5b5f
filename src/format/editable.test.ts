import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aRequest } from '../../test/support/builders.ts';
import { wholeBody } from '../model/body.ts';
import { editableRequest, readEdited } from './editable.ts';

const text = (request: Parameters<typeof editableRequest>[0]) =>
  editableRequest(request, 'nothing is sent').toString('latin1');

function edited(written: string, original = aRequest({ body: 'hello' })) {
  const { body, ...rest } = readEdited(Buffer.from(written, 'latin1'), original);
  return { ...rest, body: Buffer.from(wholeBody(body)).toString('latin1') };
}

test('turns a request into HTTP text without its framing', () => {
  const request = aRequest({
    headers: [
      ['Host', 'a'],
      ['X-Twice', '1'],
      ['x-twice', '2'],
      ['Content-Length', '5'],
    ],
    body: 'hello',
  });
  expect(text(request)).toMatch(/^# Saved, .*\nPOST \/hooks\?x=1\nHost: a\nX-Twice: 1\nx-twice: 2\n\nhello$/);
});

test('sends what was written', () => {
  expect(edited('# remark\n\nPUT /other HTTP/1.1\r\nX-A:  1 \r\n\r\nline 1\nline 2')).toEqual({
    method: 'PUT',
    requestTarget: '/other',
    headers: [['X-A', '1']],
    body: 'line 1\nline 2',
  });
  expect(edited('GET /')).toEqual({ method: 'GET', requestTarget: '/', headers: [], body: '' });
});

test('ignores the final newline that an editor adds, and keeps one that was there', () => {
  expect(edited('POST /\n\nhello\n').body).toBe('hello');
  expect(edited('POST /\n\nhello\n', aRequest({ body: 'hello\n' })).body).toBe('hello\n');
  expect(edited('POST /\n\nhello!\n').body).toBe('hello!\n');
});

test('keeps a binary body unchanged without showing it', () => {
  const bytes = Uint8Array.from([0, 255, 10, 13, 128]);
  const request = aRequest({ body: bytes });
  expect(text(request)).toContain('# The body (5 bytes, binary) is sent unchanged.');
  const sent = readEdited(Buffer.from('PUT /\n\n'), request);
  expect(wholeBody(sent.body)).toEqual(bytes);
});

test("names the line that can't be read", () => {
  expect(() => edited('hello\n')).toThrow('Line 1 is not a request line such as POST /path.');
  expect(() => edited('# x\nPOST /\nX-A: 1\n{"a":1}')).toThrow(/^Line 4 is not a header/);
  expect(() => edited('POST /\nX: a\u0000b\n')).toThrow(/^Line 2/);
});

test('round-trips any request', () => {
  const token = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,8}$/);
  const value = fc.stringMatching(/^[!-~\u00a1-\u00ff]{1,12}$/);
  fc.assert(
    fc.property(
      fc.record({
        method: token,
        requestTarget: value.map((path) => `/${path}`),
        headers: fc.array(
          fc.tuple(
            token.map((name) => `X-${name}`),
            value,
          ),
          { maxLength: 4 },
        ),
        body: fc.oneof(
          fc.string({ unit: 'grapheme' }).map((each) => Buffer.from(each)),
          fc.uint8Array(),
        ),
      }),
      (classification) => {
        const request = aRequest(classification);
        const sent = readEdited(editableRequest(request, 'it is sent'), request);
        expect([sent.method, sent.requestTarget, sent.headers]).toEqual([
          classification.method,
          classification.requestTarget,
          classification.headers,
        ]);
        expect(Buffer.from(wholeBody(sent.body))).toEqual(Buffer.from(classification.body));
      },
    ),
  );
});
