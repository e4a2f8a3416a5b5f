import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import busboy from 'busboy';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boundaryOf, multipartFields, multipartParts } from './multipart.ts';

const lines = (...all: string[]) => all.join('\r\n');
const field = (name: string, value: string) =>
  `Content-Disposition: form-data; name="${name}"\r\n\r\n${value}`;
const fieldsOf = (text: string, boundary = 'abc') => {
  const body = Buffer.from(text);
  return multipartFields(body, boundary).map(({ name, start, end }) => [
    name,
    body.toString('utf8', start, end),
  ]);
};

describe('the fields of a form', () => {
  test.each([
    ['a boundary within a line', ['see --abc in the text']],
    ['a boundary at the beginning of the value', ['--abc in the text']],
    ['a boundary at the end of the value', ['the text --abc']],
    ['a line that begins like the delimiter and goes on', ['one\r\n--abcdef\r\ntwo']],
    ['a line that begins like the last delimiter of another', ['one\r\n--ab--\r\ntwo']],
    ['a bare line feed before the boundary', ['one\n--abc\ntwo']],
    ['a carriage return before the boundary', ['one\r--abc\rtwo']],
    ['line breaks at both ends', ['\r\n\r\nx\r\n\r\n']],
    ['nothing', ['']],
    ['nothing, twice', ['', '']],
    ['a blank line', ['\r\n']],
    ['what looks like headers', ['A: b\r\n\r\nC: d']],
    ['several', ['1', '-- abc', '\r\n', 'last']],
  ])('may hold %s', (_, values) => {
    const parts = values.map((value, index) => `--abc\r\n${field(String(index), value)}\r\n`);
    expect(fieldsOf(`${parts.join('')}--abc--\r\n`)).toEqual(
      values.map((value, index) => [String(index), value]),
    );
  });

  test.each([
    [
      'a preamble and an epilogue',
      lines('pre --abc', '--abc', field('a', '1'), '--abc--', field('b', '2')),
      ['a'],
    ],
    [
      'space behind the delimiter',
      lines('--abc \t', field('a', '1'), '--abc  ', field('b', '2'), '--abc--'),
      ['a', 'b'],
    ],
    ['lines that end with LF alone', '--abc\nContent-Disposition: form-data; name=a\n\n1\n--abc--\n', ['a']],
    [
      'a header over two lines',
      lines('--abc', 'Content-Disposition: form-data;', ' name="a"', '', '1', '--abc--'),
      ['a'],
    ],
    ['other headers before', lines('--abc', 'X-Y: z', field('a', '1'), '--abc--'), ['a']],
    ['upper case', lines('--abc', 'CONTENT-DISPOSITION: FORM-DATA; NAME="a"', '', '1', '--abc--'), ['a']],
    [
      'a quote in a name',
      lines('--abc', 'Content-Disposition: form-data; name="a\\"b"', '', '1', '--abc--'),
      ['a"b'],
    ],
    ['UTF-8 in a name', lines('--abc', field('é', '1'), '--abc--'), ['é']],
    [
      'a name within a file name',
      lines('--abc', 'Content-Disposition: form-data; filename="; name=b"', '', '1', '--abc--'),
      [],
    ],
    [
      'a file',
      lines('--abc', 'Content-Disposition: form-data; name="a"; filename="f"', '', '1', '--abc--'),
      [],
    ],
    [
      'a file with an extended name',
      lines('--abc', "Content-Disposition: form-data; name=a; filename*=UTF-8''f", '', '1', '--abc--'),
      [],
    ],
    ['a part that is cut off', lines('--abc', field('a', '1'), '--abc', field('b', '2')), ['a']],
    ['a part without headers', lines('--abc', '', '1', '--abc', field('a', '1'), '--abc--'), ['a']],
  ])('are read beside %s', (_, text, names) => {
    expect(fieldsOf(text).map(([name]) => name)).toEqual(names);
  });

  test.each(['', '--', '--abc', '--abc--', '--abc\r\n', '--abcx', 'x--abc\r\n', '\r\n'])(
    'of %j are none',
    (text) => {
      expect(fieldsOf(text)).toEqual([]);
    },
  );

  test('are what busboy reads, whatever a value holds', async () => {
    const piece = fc.constantFrom(
      '--abc',
      '--',
      'abc',
      '\r\n',
      '\n',
      '\r',
      ' ',
      'a',
      ':',
      '"',
      'é',
      '--abc--',
    );
    const value = fc
      .array(piece, { maxLength: 12 })
      .map((pieces) => pieces.join(''))
      .filter((text) => !`\r\n${text}`.includes('\r\n--abc'));
    await fc.assert(
      fc.asyncProperty(fc.array(value, { maxLength: 4 }), async (values) => {
        const parts = values.map((text, index) => `--abc\r\n${field(`n${index}`, text)}\r\n`);
        const body = `${parts.join('')}--abc--\r\n`;
        expect(fieldsOf(body)).toEqual(await readByBusboy(body));
      }),
      { numRuns: 500 },
    );
  });

  async function readByBusboy(body: string): Promise<[string, string][]> {
    const fields: [string, string][] = [];
    const reader = busboy({
      headers: { 'content-type': 'multipart/form-data; boundary=abc' },
      defCharset: 'utf8',
    });
    reader.on('field', (name, value) => fields.push([name, value]));
    Readable.from([Buffer.from(body)]).pipe(reader);
    await finished(reader, { readable: false });
    return fields;
  }
});

test('any bytes are read without an error, and every part is a piece of them', () => {
  const piece = fc.constantFrom('--b', '\r\n', '\n', '--', 'X: 1', ':', ' ', '\0', 'Content-Disposition: a');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const body = Buffer.from(pieces.join(''));
      for (const { bytes, start, end } of multipartParts(body, 'b') ?? []) {
        expect(Buffer.from(bytes).equals(body.subarray(start, end))).toBe(true);
      }
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ['multipart/form-data; boundary=a', 'a'],
  ['multipart/form-data;boundary="a b"', 'a b'],
  ['Multipart/Form-Data; charset=utf-8; BOUNDARY=--x', '--x'],
  ['multipart/form-data; boundary="a\\"b"', 'a"b'],
  ['multipart/form-data', undefined],
  ['multipart/mixed; boundary=a', undefined],
  ['text/plain; x="multipart/form-data; boundary=a"', undefined],
])('the boundary of %s is %s', (type, expected) => {
  expect(boundaryOf(type)).toBe(expected);
});
