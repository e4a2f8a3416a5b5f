import { expect, test } from 'vitest';
import { aRequest } from '../../../test/support/builders.ts';
import { bodyOf } from '../../model/body.ts';
import type { HeaderList } from '../../model/headers.ts';
import type { CapturedRequest } from '../../model/request.ts';
import { rawRequest } from './http.ts';

function message(headers: HeaderList, body = '', rest: Partial<CapturedRequest> = {}): string {
  const request = aRequest({
    id: 'k7m2qaaaaaaa',
    project: 'shop',
    receivedAt: 0,
    ms: 0,
    method: 'POST',
    requestTarget: '//a/../b?x=%zz',
    origin: 'http://localhost',
    httpVersion: '1.1',
    headers,
    trailers: [],
    body: bodyOf(Buffer.from(body, 'latin1')),
    remoteAddress: '127.0.0.1',
    state: 'complete',
    ...rest,
  });
  return Buffer.concat([...rawRequest(request)]).toString('latin1');
}

test('writes a request with a length exactly as it arrived', () => {
  const headers: HeaderList = [
    ['host', 'LOCALHOST'],
    ['X-a', '1'],
    ['x-A', 'caf\xe9'],
    ['content-LENGTH', '3'],
  ];
  expect(message(headers, '\x00\xffz')).toBe(
    'POST //a/../b?x=%zz HTTP/1.1\r\nhost: LOCALHOST\r\nX-a: 1\r\nx-A: caf\xe9\r\ncontent-LENGTH: 3\r\n\r\n\x00\xffz',
  );
});

test('replaces the chunked coding of a request by its length, and drops its trailers', () => {
  const headers: HeaderList = [
    ['Host', 'a'],
    ['Trailer', 'X-Sum'],
    ['transfer-encoding', 'chunked'],
    ['X-B', '2'],
  ];
  expect(message(headers, 'hello', { trailers: [['X-Sum', '1']] })).toBe(
    'POST //a/../b?x=%zz HTTP/1.1\r\nHost: a\r\ncontent-length: 5\r\nX-B: 2\r\n\r\nhello',
  );
});

test('corrects a wrong length', () => {
  expect(message([['Content-Length', '100']], 'cut', { state: 'aborted' })).toContain(
    'Content-Length: 3\r\n',
  );
  expect(message([], 'x', { httpVersion: '1.0' })).toContain(' HTTP/1.0\r\nContent-Length: 1\r\n');
});

test('a request without a body gets no length', () => {
  expect(message([['Host', 'a']], '', { method: 'GET' })).toBe(
    'GET //a/../b?x=%zz HTTP/1.1\r\nHost: a\r\n\r\n',
  );
});
