import * as zlib from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Body, bodyOf } from '../../model/body.ts';
import type { HeaderList } from '../../model/headers.ts';
import { bodyView } from '../body.ts';
import { lineWidth } from '../styled.ts';
import { type Document, type DocumentOptions, openDocument, top } from './document.ts';
import type { DocumentRow } from './position.ts';

const wide = 100_000;

function opened(
  body: string | Uint8Array | Body,
  type: string | undefined = 'application/json',
  more: HeaderList = [],
  options: DocumentOptions = {},
): Document {
  const headers: HeaderList = type === undefined ? more : [['Content-Type', type], ...more];
  const whole =
    typeof body === 'string' ? bodyOf(Buffer.from(body)) : body instanceof Uint8Array ? bodyOf(body) : body;
  return openDocument(whole, headers, options);
}

const textOf = ({ text }: Pick<DocumentRow, 'text'>) => text.map(([, part]) => part).join('');

function linesOf(document: Document, columns = wide): string[] {
  return document.rows(top, 1_000_000, columns).map(textOf);
}

/** As the store has it: in pieces that are read one by one. */
function inPieces(bytes: Uint8Array, pieceBytes: number, onRead = () => {}): Body {
  return {
    size: bytes.length,
    storedId: 1,
    bytes: (max) => bytes.subarray(0, max),
    *stream() {
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        onRead();
        yield bytes.slice(at, at + pieceBytes);
      }
    },
  };
}

const anyJson = fc
  .tuple(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(undefined, 1, '\t', ' \r\n '))
  .map(([value, space]) => JSON.stringify(value, null, space));

/** JSON with something wrong in it, as often as not. */
const nearlyJson = fc
  .tuple(anyJson, fc.nat(), fc.constantFrom('', ',', '}', '"', 'tru', '\n', ' 1 ', '\\', '[', '-', '0x'))
  .map(([json, at, more]) => {
    const place = at % (json.length + 1);
    return json.slice(0, place) + more + json.slice(place);
  });

describe('a line that is longer than the screen', () => {
  test('is broken between words; only a longer word is broken', () => {
    const body =
      '{"idempotency_key":"c58a7ddb-dddc-4c69-bf3a-4f7703cf36f6","text":"one two three four five six"}';
    const rows = (columns: number) => linesOf(opened(body), columns).map((line) => line.trimEnd());
    expect(rows(44)).toEqual([
      '{',
      '  "idempotency_key":',
      '    "c58a7ddb-dddc-4c69-bf3a-4f7703cf36f6",',
      '  "text": "one two three four five six"',
      '}',
    ]);
    expect(rows(30).slice(-3)).toEqual(['  "text": "one two three four', '    five six"', '}']);
    expect(linesOf(opened('one two three\tfour five six', 'text/plain'), 20)).toEqual([
      'one two three   four',
      'five six',
    ]);
    expect(linesOf(opened('0123456789 '.repeat(3), 'text/plain'), 21)).toEqual([
      '0123456789 0123456789',
      '0123456789 ',
    ]);
    expect(linesOf(opened(`a ${'x'.repeat(30)} b`, 'text/plain'), 20)).toEqual([
      `a ${'x'.repeat(18)}`,
      `${'x'.repeat(12)} b`,
    ]);
  });

  test('has the same rows from whichever of them it is read', () => {
    const words = fc.array(fc.constantFrom('a', 'word', 'é', '日本', '\t', 'x'.repeat(25), ''), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(words, fc.integer({ min: 20, max: 40 }), (parts, columns) => {
        const document = opened(parts.join(' '), 'text/plain');
        const rows = document.rows(top, 100, columns);
        rows.forEach(({ place, text }, index) => {
          expect(lineWidth(text)).toBeLessThanOrEqual(columns);
          expect(document.rows(place, 100, columns).map(textOf)).toEqual(rows.slice(index).map(textOf));
        });
      }),
    );
  });
});

describe('JSON', () => {
  const order = JSON.stringify({
    id: 'evt_1',
    data: { object: { id: 'pi_1', object: 'payment_intent', amount: 1999, lines: [1, 2, 3] } },
    livemode: false,
    empty: {},
  });

  test('is indented, its keys, strings and numbers told apart', () => {
    const document = opened(order);
    expect(document.kind).toBe('json');
    expect(linesOf(document).join('\n')).toBe(JSON.stringify(JSON.parse(order), null, 2));
    expect(document.rows(top, 2, wide)[1]!.text).toEqual([
      ['plain', '  '],
      ['key', '"id"'],
      ['plain', ': '],
      ['string', '"evt_1"'],
      ['plain', ','],
    ]);
    expect(document.complete).toBe(true);
    expect(document.lineCount).toBe(17);
  });

  test('of any shape joins to the same value', () => {
    fc.assert(
      fc.property(anyJson, (json) => {
        const joined = linesOf(opened(json))
          .join('\n')
          .replaceAll(/\\u007f/g, '\u007f');
        expect(JSON.parse(joined)).toEqual(JSON.parse(json));
      }),
    );
  });

  test('has the lines that indenting the text gives, broken or not, whole or in pieces of any size', () => {
    fc.assert(
      fc.property(fc.oneof(anyJson, nearlyJson), fc.integer({ min: 1, max: 40 }), (json, pieceBytes) => {
        const bytes = Buffer.from(json);
        const headers: HeaderList = [['Content-Type', 'application/json']];
        const expected = [...bodyView(bodyOf(bytes), headers).lines];
        const document = opened(json);
        const isBroken = document.note !== undefined;
        // Of what is broken, tabs and ends of lines within strings may be shown otherwise.
        const bare = (lines: readonly string[]) =>
          isBroken ? lines.join('').replaceAll(/[ ␉␊␍]/g, '') : lines.map((line) => line.trimEnd());
        expect(bare(linesOf(document))).toEqual(bare(expected));
        expect(linesOf(opened(inPieces(bytes, pieceBytes)))).toEqual(linesOf(opened(json)));
      }),
      { numRuns: 500 },
    );
  });

  test('says where it stops being JSON', () => {
    const document = opened('{"a": 1,\n oops: [2,\n 3]');
    expect(linesOf(document)).toEqual(['{', '  "a": 1,', '  oops: [2,', ' 3]']);
    expect(document.note).toBe('not JSON from line 3 on: the rest is shown as is');
  });

  test('several values in a row are all there', () => {
    const document = opened('{"a":1}\n{"a":2}\n', 'application/x-ndjson');
    expect(linesOf(document)).toEqual(['{', '  "a": 1', '}', '{', '  "a": 2', '}']);
    document.foldAll();
    expect(linesOf(document)).toEqual(['▸ { 1 key }', '▸ { 1 key }']);
  });

  test('folds into a line that tells what is in it', () => {
    const document = opened(order);
    expect(document.toggleFold(2)).toBe(2);
    expect(linesOf(document).slice(1, 4)).toEqual([
      '  "id": "evt_1",',
      '▸ "data": { object: { object: payment_intent, 4 keys } },',
      '  "livemode": false,',
    ]);
    document.toggleFold(2);
    expect(document.toggleFold(4)).toBe(3);
    expect(linesOf(document)[3]).toBe('  ▸ "object": { object: payment_intent, 4 keys }');
    document.unfoldAll();
    expect(document.toggleFold(7)).toBe(7);
    expect(linesOf(document)[7]).toBe('    ▸ "lines": [ 3 items ]');
    expect(document.toggleFold(16)).toBe(0);
    expect(linesOf(document)).toEqual(['▸ { id: evt_1, 4 keys }']);
  });

  test('a scalar alone has nothing to fold', () => {
    expect(opened('1').toggleFold(0)).toBeUndefined();
    expect(opened('hello', 'text/plain').toggleFold(0)).toBeUndefined();
  });

  test('folding loses no line and moves none', () => {
    fc.assert(
      fc.property(anyJson, fc.array(fc.nat(), { maxLength: 8 }), fc.boolean(), (json, toggles, all) => {
        const document = opened(json);
        const before = linesOf(document);
        if (all) document.foldAll();
        for (const toggle of toggles) document.toggleFold(toggle % before.length);
        const rows = document.rows(top, 10_000, wide);
        // What is visible stands where it stood; between two rows only what is folded is missing.
        for (const [index, { place, fold, text }] of rows.entries()) {
          if (fold !== 'folded') expect(textOf({ text })).toBe(before[place.line]);
          const next = rows[index + 1]?.place.line ?? before.length;
          if (fold === 'folded') expect(next).toBeGreaterThan(place.line + 1);
          else expect(next).toBe(place.line + 1);
        }
        document.unfoldAll();
        expect(linesOf(document)).toEqual(before);
      }),
    );
  });

  test('a hundred thousand levels deep takes no stack', () => {
    const document = opened('['.repeat(100_000) + ']'.repeat(100_000));
    expect(document.rows(top, 1_000_000, wide)).toHaveLength(199_999);
    document.foldAll();
    expect(linesOf(document)).toEqual(['[', '▸ [ [ [ 1 item ] ] ]', ']']);
  });

  test('in UTF-16 or with a byte order mark is decoded', () => {
    const lines = ['{', '  "a": "é"', '}'];
    expect(linesOf(opened(Buffer.from('\ufeff{"a":"é"}', 'utf16le')))).toEqual(lines);
    expect(linesOf(opened('\ufeff{"a":"é"}'))).toEqual(lines);
  });
});

describe('rows', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    anyJson,
  );
  const anyType = fc.constantFrom('application/json', 'text/plain', 'application/xml', 'x/y');

  test('fit the width, and join to the line', () => {
    fc.assert(
      fc.property(anyText, anyType, fc.integer({ min: 20, max: 60 }), (text, type, columns) => {
        const document = opened(text, type);
        const whole = linesOf(document).map((line) => line.replaceAll(/ /g, ''));
        const joined = new Map<number, string>();
        for (const row of document.rows(top, 100_000, columns)) {
          expect(lineWidth(row.text)).toBeLessThanOrEqual(columns);
          joined.set(row.place.line, (joined.get(row.place.line) ?? '') + textOf(row).replaceAll(/ /g, ''));
        }
        // A hexdump has shorter rows where there is less room, each with its own offset.
        if (document.kind !== 'binary') expect([...joined.values()]).toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });

  test('are the same one by one, upwards and all at once', () => {
    fc.assert(
      fc.property(
        anyText,
        anyType,
        fc.integer({ min: 20, max: 60 }),
        fc.boolean(),
        (text, type, columns, folds) => {
          const document = opened(text, type);
          if (folds) document.foldAll();
          const places = document.rows(top, 100_000, columns).map(({ place }) => place);
          let place = document.end(1, columns);
          for (const expected of places.toReversed()) {
            expect(place).toEqual(expected);
            const above = document.moved(place, -1, columns);
            if (expected !== places[0]) expect(document.moved(above, 1, columns)).toEqual(expected);
            place = above;
          }
          expect(document.moved(top, 1_000_000, columns)).toEqual(places.at(-1) ?? top);
          const last = document.end(5, columns);
          expect(document.rows(last, 100, columns).map((row) => row.place)).toEqual(places.slice(-5));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('of a line of a megabyte are found from both ends', async () => {
    const document = opened(`{"a":"${'é\u0007界x'.repeat(150_000)}"}`);
    const down = document.rows(top, 3_000, 50).map(({ place }) => place);
    const [one, two, three] = down.slice(-3);
    expect(document.moved(three!, -2, 50)).toEqual(one);
    expect(document.moved(three!, -1, 50)).toEqual(two);
    await document.prepare();
    const end = document.end(3, 50);
    const last = document.rows(end, 10, 50);
    expect(last).toHaveLength(3);
    expect(textOf(last[2]!)).toBe('}');
    expect(textOf(last[1]!)).toMatch(/x"$/);
  });
});

describe('other bodies', () => {
  test('XML is indented by its elements and folds', () => {
    const xml =
      '<?xml version="1.0"?><order id="5"><item>a</item><note>two\nlines</note><empty/><x> </x></order>';
    const document = opened(xml, 'application/xml');
    expect(document.kind).toBe('xml');
    expect(linesOf(document)).toEqual([
      '<?xml version="1.0"?>',
      '<order id="5">',
      '  <item>a</item>',
      '  <note>',
      '    two',
      '    lines',
      '  </note>',
      '  <empty/>',
      '  <x> </x>',
      '</order>',
    ]);
    expect(document.rows({ line: 1, at: 0 }, 1, wide)[0]!.text).toEqual([
      ['key', '<order id='],
      ['string', '"5"'],
      ['key', '>'],
    ]);
    document.toggleFold(4);
    expect(linesOf(document)[3]).toBe('▸ <note> 2 lines </note>');
  });

  test('XML that does not nest is shown as is', () => {
    const document = opened('<a><b>1</a>\n</b>', 'text/xml');
    expect(linesOf(document)).toEqual(['<a>', '  <b>1', '</a>', '</b>']);
    expect(document.note).toMatch(/^not XML from line 3 on/);
  });

  test('XML in pieces of any size has the same lines', () => {
    const anyXml = fc
      .array(
        fc.constantFrom(
          '<a>',
          '</a>',
          '<b x="1>2">',
          '</b>',
          '<c/>',
          'text',
          '\n',
          ' ',
          '<!-- < -->',
          '<![CDATA[]]>',
        ),
      )
      .map((parts) => `<r>${parts.join('')}</r>`);
    fc.assert(
      fc.property(anyXml, fc.integer({ min: 1, max: 30 }), (xml, pieceBytes) => {
        const whole = linesOf(opened(xml, 'text/xml'));
        expect(linesOf(opened(inPieces(Buffer.from(xml), pieceBytes), 'text/xml'))).toEqual(whole);
        expect(whole.join('').replaceAll(/\s/g, '')).toBe(xml.replaceAll(/\s/g, ''));
      }),
      { numRuns: 300 },
    );
  });

  test('forms are listed, JSON within them folds', () => {
    const form = `token=a+b&payload=${encodeURIComponent('{"a":[1,2]}')}&text=x%0Ay`;
    const document = opened(form, 'application/x-www-form-urlencoded');
    expect(document.kind).toBe('form');
    const lines = ['token = a b', 'payload =', '  {', '    "a": [', '      1,', '      2', '    ]', '  }'];
    expect(linesOf(document)).toEqual([...lines, 'text = x', '  y']);
    document.toggleFold(4);
    expect(linesOf(document)[3]).toBe('  ▸ "a": [ 2 items ]');
  });

  test('shows multipart parts with their headers, each by its type', () => {
    const body = Buffer.concat([
      Buffer.from('--b\r\nContent-Type: application/json\r\n\r\n{"a":1}\r\n--b\r\nX: 1\r\n\r\n'),
      Buffer.from([0, 1, 2]),
      Buffer.from('\r\n--b--\r\n'),
    ]);
    expect(linesOf(opened(body, 'multipart/form-data; boundary=b'))).toEqual([
      'part 1, 7 B',
      '  Content-Type: application/json',
      '',
      '  {',
      '    "a": 1',
      '  }',
      '',
      'part 2, 3 B',
      '  X: 1',
      '',
      `  00000000  00 01 02 ${' '.repeat(40)} ...`,
    ]);
  });

  test('fits a hexdump of binary into the width', () => {
    const bytes = Uint8Array.from({ length: 40 }, (_, index) => index);
    const document = opened(bytes, 'image/png');
    expect(document.kind).toBe('binary');
    expect(document.rows(top, 10, 100)).toHaveLength(3);
    expect(document.rows(top, 10, 50)).toHaveLength(5);
    expect(textOf(document.rows({ line: 2, at: 0 }, 1, 50)[0]!)).toMatch(/^00000020 {2}20 21 22 23 {2}24/);
  });

  test('undoes a content coding, and shows bytes that do not match their headers as is', () => {
    const packed = zlib.gzipSync('{"a":1}');
    const document = opened(packed, 'application/json', [['Content-Encoding', 'gzip']]);
    expect(document.note).toBe('gzip, unpacked');
    expect(linesOf(document)).toEqual(['{', '  "a": 1', '}']);
    expect(opened('{}', 'application/json', [['Content-Encoding', 'br']]).note).toMatch(/shown as is$/);
  });

  test('says that a body is empty', () => {
    expect(linesOf(opened('', undefined))).toEqual(['(no body)']);
  });

  test('raw shows the bytes as they arrived, at the same position', () => {
    const json = JSON.stringify({ first: 1, second: { third: 'x' } });
    const document = opened(json);
    const place = document.toggleRaw({ line: 3, at: 0 });
    expect(document.raw).toBe(true);
    expect(linesOf(document)).toEqual([json]);
    expect(place).toEqual(top);
    document.rows(top, 10, 20);
    document.toggleRaw(top);
    document.rows(top, 10, 20);
    expect(document.toggleRaw({ line: 3, at: 0 })).toEqual({
      line: 0,
      at: json.indexOf('"third"') - (json.indexOf('"third"') % 20),
    });
    expect(opened(json, 'application/json', [], { raw: true }).raw).toBe(true);
  });
});

describe('hidden text', () => {
  test('configured secrets are masked, also where they span rows or JSON escapes them', () => {
    const secret = 'whsec_"8kk=';
    const options = { secrets: [secret] };
    const json = JSON.stringify({ a: `${'x'.repeat(30)}${secret}y` });
    const text = linesOf(opened(json, 'application/json', [], options), 40)
      .join('')
      .replaceAll(/ /g, '');
    expect(text).toContain('••••y');
    expect(text).not.toContain('whsec');
    const binary = Buffer.concat([Buffer.from([0, 1]), Buffer.from(secret)]);
    const [dump = ''] = linesOf(opened(binary, 'image/png', [], options));
    expect(dump).toMatch(/^00000000 {2}00 01( ••){6} {2}( ?••){5} .*\.\.•{11}$/);
    const found = opened(json, 'application/json', [], { ...options, showSecrets: true });
    expect(linesOf(found).join('')).toContain('whsec');
  });

  test('outputs no control sequence from any body', () => {
    const types = [
      'application/json',
      'multipart/x; boundary=a',
      'application/x-www-form-urlencoded',
      'text/xml',
    ];
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          fc.string({ unit: 'binary', maxLength: 200 }).map((s) => Buffer.from(s)),
        ),
        fc.constantFrom(...types, 'x', 'text/plain; charset=utf-16le'),
        fc.boolean(),
        (bytes, type, fold) => {
          const document = opened(bytes, type);
          if (fold) document.foldAll();
          const shown = linesOf(document, 60).join('') + (document.note ?? '');
          document.toggleRaw(top);
          expect(shown + linesOf(document, 60).join('')).not.toMatch(
            /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/,
          );
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('find', () => {
  const json = JSON.stringify({ a: { b: { c: 'Needle' } }, d: ['needle', 'hay'], e: 'needle' });

  test('goes from match to match, both ways, and opens folds', async () => {
    const document = opened(json);
    document.rows(top, 10, 60);
    document.foldAll();
    const first = await document.find('needle', top, 1);
    expect(first).toEqual({ line: 3, at: 0 });
    expect(linesOf(document)).toContain('      "c": "Needle"');
    const second = await document.find('needle', first!, 1);
    expect(second).toEqual({ line: 7, at: 0 });
    expect(await document.find('needle', second!, 1)).toEqual({ line: 10, at: 0 });
    expect(await document.find('needle', { line: 10, at: 0 }, 1)).toBeUndefined();
    expect(await document.find('needle', { line: 10, at: 0 }, -1)).toEqual(second);
    expect(await document.find('Needle', top, 1)).toEqual(first);
    expect(await document.find('NEEDLE', top, 1)).toBeUndefined();
    expect(await document.find('needle', first!, 1, { here: true })).toEqual(first);
    expect(await document.find('', top, 1)).toBeUndefined();
  });

  test('sets highlighted text off', () => {
    const document = opened(json);
    document.highlight('need');
    expect(document.rows({ line: 3, at: 0 }, 1, wide)[0]!.text.slice(-3)).toEqual([
      ['string', '"'],
      ['selected', 'Need'],
      ['string', 'le"'],
    ]);
    document.highlight(undefined);
    expect(document.rows({ line: 3, at: 0 }, 1, wide)[0]!.text.at(-1)).toEqual(['string', '"Needle"']);
  });

  test('reaches parts, fields and rows deep in a line', async () => {
    const form = opened(
      `a=1&b=${encodeURIComponent('{"k":"deep"}')}&z=last`,
      'application/x-www-form-urlencoded',
    );
    linesOf(form);
    expect(await form.find('deep', top, 1)).toEqual({ line: 3, at: 0 });
    expect(await form.find('last', top, 1)).toEqual({ line: 5, at: 0 });
    expect(await form.find('a =', { line: 5, at: 0 }, -1)).toEqual(top);
    const long = opened(`${'x'.repeat(100_000)}here`, 'text/plain');
    long.rows(top, 1, 50);
    const place = await long.find('here', top, 1);
    expect(textOf(long.rows(place!, 1, 50)[0]!)).toContain('here');
    expect(await long.find('xxx', place!, -1)).toEqual(long.moved(place!, -1, 50));
  });

  test('can be aborted', async () => {
    const stopped = AbortSignal.abort();
    expect(await opened(json).find('needle', top, 1, { signal: stopped })).toBeUndefined();
  });
});

test('a large body is shown after its first piece, prepared in turns, and searched', {
  timeout: 60_000,
}, async () => {
  const line = Buffer.from('{"id":"evt_1","type":"charge.succeeded","data":{"amount":1999,"paid":true}},');
  const big = Buffer.concat([
    Buffer.from('{"events":['),
    Buffer.alloc(line.length * Math.floor(32_000_000 / line.length), line),
    Buffer.from('{"last":"the needle"}]}'),
  ]);
  let pieces = 0;
  const body = inPieces(big, 64 * 1024, () => pieces++);
  const document = opened(body);
  expect(document.rows(top, 50, 100)).toHaveLength(50);
  expect(pieces).toBeLessThanOrEqual(2);
  // Work is counted, not time, which other processes may take: a turn is 8 ms, and nothing reads 10 MB in that.
  const perTurn: number[] = [];
  let before = pieces;
  await document.prepare(undefined, () => {
    perTurn.push(pieces - before);
    before = pieces;
  });
  expect(perTurn.length).toBeGreaterThan(2);
  expect(Math.max(...perTurn)).toBeLessThan(160);
  expect(document.complete).toBe(true);
  expect(textOf(document.rows(document.end(1, 100), 1, 100)[0]!)).toBe('}');
  document.foldAll();
  expect(textOf(document.rows(top, 2, 100)[1]!)).toBe('▸ "events": [ over 100,000 items ]');
  const found = await document.find('needle', top, 1);
  expect(textOf(document.rows(found!, 1, 100)[0]!)).toBe('      "last": "the needle"');
});
