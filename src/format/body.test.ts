import * as zlib from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bodyOf } from '../model/body.ts';
import type { HeaderList } from '../model/headers.ts';
import { type BodyViewOptions, bodyView } from './body.ts';
import { jsonLines } from './document/json-lines.ts';

function view(
  body: string | Uint8Array,
  type?: string,
  more: HeaderList = [],
  options: BodyViewOptions = {},
) {
  const headers: HeaderList = type === undefined ? more : [['Content-Type', type], ...more];
  const { lines, ...rest } = bodyView(
    bodyOf(typeof body === 'string' ? Buffer.from(body) : body),
    headers,
    options,
  );
  return { ...rest, lines: [...lines] };
}

describe('JSON', () => {
  test('is indented without touching a number or a key', () => {
    const { kind, lines } = view(
      '{"a":1.0,"b":12345678901234567890,"a":[],"c":[1e400,{"d":null}, {}]}',
      'application/json',
    );
    expect(kind).toBe('json');
    expect(lines).toEqual([
      '{',
      '  "a": 1.0,',
      '  "b": 12345678901234567890,',
      '  "a": [],',
      '  "c": [',
      '    1e400,',
      '    {',
      '      "d": null',
      '    },',
      '    {}',
      '  ]',
      '}',
    ]);
  });

  test('of any shape reads back as the same value', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (json) => {
        expect(
          JSON.parse(view(json, 'application/json').lines.join('\n').replaceAll('\\u007f', '\u007f')),
        ).toEqual(JSON.parse(json));
      }),
    );
  });

  test('keeps escapes in strings', () => {
    expect(view('{"a":"\\"\\\\","b":"x"}', 'application/json').lines).toEqual([
      '{',
      '  "a": "\\"\\\\",',
      '  "b": "x"',
      '}',
    ]);
  });

  test('several values are shown one after the other', () => {
    expect(view('{"a":1}\n{"b":2}\n3\n', 'application/x-ndjson').lines).toEqual([
      '{',
      '  "a": 1',
      '}',
      '{',
      '  "b": 2',
      '}',
      '3',
    ]);
  });

  test('is shown as is from the position where it breaks', () => {
    expect(view('{"a": 1, oops: [2,\n 3]', 'application/json').lines).toEqual([
      '{',
      '  "a": 1,',
      '  oops: [2,',
      ' 3]',
    ]);
    expect(view('<html>\nno', 'application/json').lines).toEqual(['<html>', 'no']);
    expect(view('', 'application/json').lines).toEqual(['(no body)']);
    expect(view(']', 'application/json').lines).toEqual([']']);
    expect(view('{"a"', 'application/json').lines).toEqual(['{', '  "a"']);
  });

  test('is detected without its type: curl calls it a form', () => {
    for (const type of [undefined, 'text/plain', 'application/x-www-form-urlencoded', 'garbage']) {
      expect(view('{"a":[1]}', type).kind).toBe('json');
    }
  });

  test('a hundred thousand levels deep takes neither a stack nor gigabytes', () => {
    const { lines } = view('['.repeat(100_000) + ']'.repeat(100_000), 'application/json');
    expect(lines).toHaveLength(199_999);
    expect(lines.reduce((most, line) => Math.max(most, line.length), 0)).toBeLessThan(100);
  });

  test('in UTF-16 or with a byte order mark is decoded', () => {
    expect(view(Buffer.from('\ufeff{"a":"é"}', 'utf16le'), 'application/json').lines).toEqual([
      '{',
      '  "a": "é"',
      '}',
    ]);
    expect(view(Buffer.from('{"a":1}', 'utf16le'), 'application/json; charset=utf-16le').lines).toHaveLength(
      3,
    );
    expect(view('\ufeff{"a":1}', 'application/json').lines).toHaveLength(3);
  });
});

describe('forms', () => {
  test('are listed as names and values', () => {
    expect(view('a=1&b=x+y%20z&c&d=%zz&=e&a=2', 'application/x-www-form-urlencoded')).toEqual({
      kind: 'form',
      lines: ['a = 1', 'b = x y z', 'c = ', 'd = %zz', ' = e', 'a = 2'],
      note: undefined,
      unread: 0,
    });
  });

  test('that carry JSON show it indented', () => {
    const payload = encodeURIComponent('{"a":1}');
    expect(view(`payload=${payload}`, 'application/x-www-form-urlencoded').lines).toEqual([
      'payload =',
      '  {',
      '    "a": 1',
      '  }',
    ]);
  });
});

test('multipart bodies are shown part by part', () => {
  const body = Buffer.concat([
    Buffer.from(
      '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nhello\r\n--b\r\nContent-Type: image/png\r\n\r\n',
    ),
    Buffer.from([0x89, 0x50, 0x00]),
    Buffer.from('\r\n--b--\r\n'),
  ]);
  const { kind, lines } = view(body, 'multipart/form-data; boundary=b');
  expect(kind).toBe('multipart');
  expect(lines).toEqual([
    'part 1, 5 B',
    '  Content-Disposition: form-data; name="a"',
    '',
    '  hello',
    '',
    'part 2, 3 B',
    '  Content-Type: image/png',
    '',
    `  00000000  89 50 00 ${' '.repeat(40)} .P.`,
  ]);
});

test('a part that was cut off is still a part', () => {
  expect(view('--b\r\nX: 1\r\n\r\nhal', 'multipart/mixed; boundary=b').lines).toEqual([
    'part 1, 3 B',
    '  X: 1',
    '',
    '  hal',
  ]);
});

describe('other bodies', () => {
  test('are shown as text if they are', () => {
    expect(view('<a>\n\t<b/>\r\n</a>', 'application/xml')).toMatchObject({
      kind: 'text',
      lines: ['<a>', '    <b/>', '</a>'],
    });
    expect(view('plain \u001b[31m', undefined).lines).toEqual(['plain ␛[31m']);
    expect(view(Buffer.from('caf\xe9', 'latin1'), 'text/plain; charset=iso-8859-1').lines).toEqual(['café']);
  });

  test('are shown as a hexdump if they are binary', () => {
    const { kind, lines } = view(
      Buffer.from(Array.from({ length: 20 }, (_, index) => index * 13)),
      'image/png',
    );
    expect(kind).toBe('binary');
    expect(lines).toEqual([
      "00000000  00 0d 1a 27 34 41 4e 5b  68 75 82 8f 9c a9 b6 c3  ...'4AN[hu......",
      `00000010  d0 dd ea f7 ${' '.repeat(37)} ....`,
    ]);
    expect(view(Buffer.from([0, 1, 2, 3, 4]), undefined, [], { columns: 40 }).lines).toHaveLength(2);
  });

  test('say how much was not read', () => {
    expect(view('x'.repeat(100), 'text/plain', [], { max: 10 })).toMatchObject({
      lines: ['x'.repeat(10)],
      unread: 90,
    });
  });

  test('never throw and never print control sequences', () => {
    const types = [
      'application/json',
      'multipart/x; boundary=a',
      'application/x-www-form-urlencoded',
      'text/xml',
      'x',
      'text/plain; charset=utf-16le',
    ];
    const codings = ['gzip', 'br', 'deflate', 'zstd', 'nonsense', '__proto__', 'gzip, br'];
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom(...types),
        fc.constantFrom(undefined, ...codings),
        (bytes, type, coding) => {
          const { lines } = view(bytes, type, coding === undefined ? [] : [['content-encoding', coding]]);
          expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('content codings', () => {
  const json = Buffer.from('{"a":1}');

  test.each([
    ['gzip', zlib.gzipSync(json)],
    ['deflate', zlib.deflateSync(json)],
    ['deflate', zlib.deflateRawSync(json)],
    ['br', zlib.brotliCompressSync(json)],
    ['gzip, br', zlib.brotliCompressSync(zlib.gzipSync(json))],
  ])('%s is undone for the view', (coding, bytes) => {
    expect(view(bytes, 'application/json', [['Content-Encoding', coding]])).toMatchObject({
      kind: 'json',
      note: `${coding}, unpacked`,
      lines: ['{', '  "a": 1', '}'],
    });
  });

  test('shows the part of a compressed body that was cut', () => {
    const packed = zlib.gzipSync(Buffer.from('hello '.repeat(10_000)));
    const { lines } = view(packed.subarray(0, packed.length - 20), 'text/plain', [
      ['Content-Encoding', 'gzip'],
    ]);
    expect(lines.join('')).toMatch(/^hello hello /);
  });

  test('unpacks no more of a zip bomb than a view needs', () => {
    const bomb = zlib.gzipSync(Buffer.alloc(50 * 1024 * 1024, 'a'));
    const { note, lines } = view(bomb, 'text/plain', [['Content-Encoding', 'gzip']]);
    expect(note).toBe('gzip, the beginning unpacked');
    expect(lines[0]?.length).toBeLessThanOrEqual(2 * 1024 * 1024);
  });

  test('shows a body that does not match its headers as is', () => {
    expect(view('hello', 'text/plain', [['Content-Encoding', 'gzip']])).toMatchObject({
      note: 'the headers say gzip, the bytes are not: shown as is',
      lines: ['hello'],
    });
    expect(view('hello', 'text/plain', [['Content-Encoding', 'compress']]).note).toBe(
      "compress: this version of Node can't unpack it: shown as is",
    );
  });
});

test('reads the first 2 MB of a large body, once', () => {
  const big = bodyOf(Buffer.from(`[${'{"k":"v","n":1},'.repeat(600_000)}{}]`));
  const asked: number[] = [];
  const bytes = (max: number) => {
    asked.push(max);
    return big.bytes(max);
  };
  const stream = () => expect.unreachable();
  const { lines, unread } = bodyView({ size: big.size, bytes, stream }, [
    ['content-type', 'application/json'],
  ]);
  const iterator = lines[Symbol.iterator]();
  for (let line = 0; line < 50; line++) iterator.next();
  expect(asked).toEqual([2 * 1024 * 1024]);
  expect(unread).toBe(big.size - 2 * 1024 * 1024);
});

test('follows JSON on one line no further than to the lines that are asked for', () => {
  const bytes = Buffer.from(`[${'{"k":"v","n":1},'.repeat(60_000)}{}]`);
  const lines = jsonLines(bytes);
  for (let line = 0; line < 50; line++) lines.next();
  // Had it read on, this would come too late.
  bytes.write('overwritten', 200_000);
  expect([...lines].some(({ text }) => text.includes('overwritten'))).toBe(true);
});
