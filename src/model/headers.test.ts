import { expect, test } from 'vitest';
import {
  endToEnd,
  flatFromHeaders,
  headersFromFlat,
  headerValue,
  headerValues,
  withoutFraming,
} from './headers.ts';

test('pairs keep order, case and repeats', () => {
  const flat = ['X-A', '1', 'x-a', '2', 'X-B', ''];
  expect(flatFromHeaders(headersFromFlat(flat))).toEqual(flat);
  expect(headerValues(headersFromFlat(flat), 'X-a')).toEqual(['1', '2']);
  expect(headerValue(headersFromFlat(flat), 'x-B')).toBe('');
});

test('hop-by-hop fields and those that Connection names do not travel', () => {
  const headers = headersFromFlat([
    ...['Host', 'h', 'Connection', 'close, X-Secret', 'X-Secret', '1', 'Keep-Alive', '5', 'TE', 'trailers'],
    ...[
      'Upgrade',
      'h2c',
      'Proxy-Connection',
      'x',
      'Transfer-Encoding',
      'chunked',
      'X-Kept',
      '2',
      'Trailer',
      'X',
    ],
  ]);
  expect(withoutFraming(endToEnd(headers))).toEqual([
    ['Host', 'h'],
    ['X-Kept', '2'],
  ]);
});
