import * as zlib from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anAnswered, aRefused, aRequest } from '../../../test/support/builders.ts';
import type { Attempt, NewAttempt } from '../../model/attempt.ts';
import type { HeaderList } from '../../model/headers.ts';
import type { StyledLine } from '../styled.ts';
import { comparableAttempt, comparableRequest, compareLines } from './compare.ts';

const textOf = (lines: readonly StyledLine[]) => lines.map((line) => line.map(([, text]) => text).join(''));

function recorded(attempt: NewAttempt, number: number): Attempt {
  return { ...attempt, seq: number, requestId: 'k7m2qaaaaaaa', number, reply: { status: null, by: null } };
}

const json: HeaderList = [['Content-Type', 'application/json']];

/** What is said of the bodies alone. */
function bodies(
  before: string | Uint8Array,
  after: string | Uint8Array,
  headers = json,
  afterHeaders = headers,
) {
  const lines = compareLines(
    comparableRequest(aRequest({ id: 'one', body: before, headers })),
    comparableRequest(aRequest({ id: 'two', body: after, headers: afterHeaders })),
  );
  const said = textOf(lines);
  return said.slice(said.findIndex((line) => line.startsWith('body')));
}

test('compares two responses by status, time, headers and body', () => {
  const first = anAnswered(
    500,
    '{"error":"x","id":1}',
    [
      ['Content-Type', 'application/json'],
      ['X-Old', 'a'],
    ],
    { ms: 41 },
  );
  const second = anAnswered(
    200,
    '{"ok":true,"id":1}',
    [
      ['content-type', 'application/json'],
      ['X-New', 'b'],
    ],
    { ms: 6 },
  );
  const lines = compareLines(comparableAttempt(recorded(first, 1)), comparableAttempt(recorded(second, 2)));
  expect(textOf(lines)).toEqual([
    'attempt 1 (-) compared with attempt 2 (+)',
    '',
    '  target: http://localhost:3000, the same',
    '~ status: 500 OK → 200 OK',
    '~ time: 41 ms → 6 ms',
    '',
    'headers: 1 changed, 1 added, 1 removed, 0 the same',
    '~ Content-Type, now content-type: application/json → application/json',
    '- X-Old: a',
    '+ X-New: b',
    '',
    'body: JSON, 1 added, 1 removed',
    '- error: "x"',
    '+ ok: true',
  ]);
});

test('says why an attempt got no response', () => {
  const lines = compareLines(
    comparableAttempt(recorded(aRefused(), 1)),
    comparableAttempt(recorded(anAnswered(200), 2)),
  );
  expect(textOf(lines).slice(3, 6)).toEqual([
    '~ status',
    '  - refused refused: is the server on localhost:3000 running?',
    '  + 200 OK',
  ]);
});

test('says that credentials differ, and masks them', () => {
  const before = aRequest({
    id: 'one',
    headers: [
      ['Authorization', 'Bearer aaa'],
      ['A', '1'],
      ['B', '2'],
    ],
  });
  const after = aRequest({
    id: 'two',
    headers: [
      ['B', '2'],
      ['A', '1'],
      ['Authorization', 'Bearer bbb'],
    ],
  });
  const said = textOf(compareLines(comparableRequest(before), comparableRequest(after)));
  expect(said).toContain('~ Authorization: Bearer •••• → Bearer ••••');
  expect(said).toContain('  masked values differ');
  expect(said).toContain('  headers in a different order');
  expect(said.join()).not.toMatch(/aaa|bbb/);
});

describe('JSON', () => {
  test('is compared by path, numbers as they were written', () => {
    expect(
      bodies(
        '{"a":{"b":1,"c":[1,2]},"n":12345678901234567890,"gone":{}}',
        '{"n":12345678901234567891,"a":{"b":"1","c":[1,2]},"new key":null}',
      ),
    ).toEqual([
      'body: JSON, 2 changed, 1 added, 1 removed',
      '~ a.b: 1 → "1"',
      '~ n: 12345678901234567890 → 12345678901234567891',
      '- gone: {}',
      '+ ["new key"]: null',
    ]);
  });

  test('matches items by id, so that an insertion changes no other', () => {
    expect(bodies('[1,2,3]', '[0,1,2,3]')).toEqual(['body: JSON, 1 added', '+ [0]: 0']);
    expect(
      bodies('{"items":[{"id":"a","n":1},{"id":"b","n":2}]}', '{"items":[{"id":"c"},{"id":"b","n":3}]}'),
    ).toEqual([
      'body: JSON, 2 changed, 1 removed',
      '~ items[0].id: "a" → "c"',
      '- items[0].n: 1',
      '~ items[1].n: 2 → 3',
    ]);
  });

  test('that is only written differently is called the same', () => {
    expect(bodies('{"a":1,"b":"\\u00e9"}', '{ "b": "é", "a": 1 }')).toEqual([
      'body: the same values, formatted differently',
    ]);
    expect(
      bodies('{"a":1}', zlib.gzipSync('{"a":2}'), json, [...json, ['Content-Encoding', 'gzip']]),
    ).toEqual(['body: JSON, 1 changed', '~ a: 1 → 2']);
  });

  test('has no difference to itself, and one to any other value', () => {
    const anyJson = fc
      .jsonValue({ maxDepth: 4 })
      .map((value) => JSON.parse(JSON.stringify(value)) as unknown);
    fc.assert(
      fc.property(anyJson, anyJson, (one, other) => {
        expect(bodies(JSON.stringify(one), JSON.stringify(one, null, 1))[0]).toMatch(/^body: the same/);
        const isSame = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
        expect(/^body: the same/.test(bodies(JSON.stringify(one), JSON.stringify(other))[0]!)).toBe(isSame);
      }),
      { numRuns: 300 },
    );
  });

  test('too deep to compare is compared as text', () => {
    const deep = (inner: string) => '['.repeat(5_000) + inner + ']'.repeat(5_000);
    expect(bodies(deep('1'), deep('2'))[0]).toBe('body: text, lines: 1 added, 1 removed');
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => [k, sorted(v)]),
  );
}

describe('text', () => {
  const plain: HeaderList = [['Content-Type', 'text/plain']];

  test('is compared line by line', () => {
    const before = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\n';
    expect(bodies(before, before.replace('five', 'FIVE'), plain)).toEqual([
      'body: text, lines: 1 added, 1 removed',
      '  …',
      '  three',
      '  four',
      '- five',
      '+ FIVE',
      '  six',
      '  seven',
    ]);
    expect(bodies('a\nb', 'a\r\nb', plain)).toEqual(['body: the same lines, different line endings']);
  });

  // Without a limit to the comparison this takes minutes, and the test times out.
  test('without a common line is compared in bounded time', () => {
    const lines = (word: string) =>
      Array.from({ length: 20_000 }, (_, index) => `${word} ${index}`).join('\n');
    const said = bodies(lines('a'), lines('b'), plain);
    expect(said[0]).toBe('body: text, lines: 20000 added, 20000 removed');
    expect(said.at(-1)).toMatch(/39,500 more differences$/);
  });
});

test('compares anything else by size and by the first byte that differs', () => {
  const binary: HeaderList = [['Content-Type', 'image/png']];
  expect(bodies(Uint8Array.of(0, 1, 2), Uint8Array.of(0, 1, 3, 4), binary)).toEqual([
    'body: different from byte 2 on',
    '~ size: 3 bytes → 4 bytes',
  ]);
  expect(bodies('x', 'x', binary)).toEqual(['body: the same, 1 B']);
  const large = Buffer.alloc(3 * 1024 * 1024, 'a');
  const other = Buffer.from(large);
  other[2_000_000] = 0x62;
  expect(bodies(large, other)[0]).toBe('body: different from byte 2,000,000 on');
});
