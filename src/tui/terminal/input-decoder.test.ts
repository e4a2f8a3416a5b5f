import { describe, expect, test } from 'vitest';
import { createInputDecoder, type InputEvent } from './input-decoder.ts';

/** Reads, each with the pause before it in ms; then a long silence. */
type Reads = readonly (string | Uint8Array | number)[];

/** Input events in a readable form: keys by name, pastes and the mouse as JSON. */
function read(reads: Reads, silenceMs = 10_000): string[] {
  const decoder = createInputDecoder();
  const events: InputEvent[] = [];
  let now = 0;
  const wait = (ms: number) => {
    const until = now + ms;
    while (decoder.due !== undefined && decoder.due <= until) {
      now = decoder.due;
      events.push(...decoder.expire(now));
    }
    now = until;
  };
  for (const each of reads) {
    if (typeof each === 'number') wait(each);
    else events.push(...decoder.push(typeof each === 'string' ? Buffer.from(each) : each, now));
  }
  wait(silenceMs);
  return events.map((event) =>
    event.type === 'key' ? event.name : JSON.stringify(event.type === 'paste' ? event.text : event.event),
  );
}

const bytes = (...values: number[]) => Uint8Array.from(values);
const latin1 = (text: string) => Buffer.from(text, 'latin1');

describe('keys', () => {
  test.each([
    ['jj\r\t\u007f\u0008\n', ['j', 'j', 'return', 'tab', 'backspace', 'backspace', 'return']],
    ['\u0001\u0003\u001a', ['ctrl-a', 'ctrl-c', 'ctrl-z']],
    ['é日🙂', ['é', '日', '🙂']],
    ['\u001b[A\u001b[B\u001b[C\u001b[D', ['up', 'down', 'right', 'left']],
    ['\u001bOA\u001bOB\u001bOC\u001bOD', ['up', 'down', 'right', 'left']],
    ['\u001b[H\u001b[F\u001bOH\u001bOF', ['home', 'end', 'home', 'end']],
    ['\u001b[1~\u001b[4~\u001b[7~\u001b[8~', ['home', 'end', 'home', 'end']],
    ['\u001b[5~\u001b[6~\u001b[3~', ['pageup', 'pagedown', 'backspace']],
    ['\u001b[Z\u001b[1;2Z', ['shift-tab', 'shift-tab']],
    ['\u001b[1;5A\u001b[5;2~\u001b[1;2H', ['up', 'pageup', 'home']],
    ['\u001b[a\u001bOb\u001b[5^', ['up', 'down', 'pageup']],
    ['\u001b\u001b[A', ['up']],
    ['\u001b\u007f', ['backspace']],
    ['\u001b', ['escape']],
    ['\u001b\u001b', ['escape', 'escape']],
  ])('%j', (text, names) => {
    expect(read([text])).toEqual(names);
    const each = [...Buffer.from(text)].map((byte) => bytes(byte));
    expect(read(each)).toEqual(names);
  });

  test('Ctrl and a letter, and Esc, in the forms of modifyOtherKeys and of the kitty protocol', () => {
    expect(read(['\u001b[27;5;99~\u001b[99;5u\u001b[99:67;5:1u\u001b[1089::99;5u\u001b[27u'])).toEqual([
      'ctrl-c',
      'ctrl-c',
      'ctrl-c',
      'ctrl-c',
      'escape',
    ]);
    expect(read(['\u001b[99;69u\u001b[27;6;67~'])).toEqual(['ctrl-c', 'ctrl-c']);
  });
});

describe('unknown input is dropped whole', () => {
  const finals = Array.from({ length: 0x7f - 0x40 }, (_, index) => String.fromCharCode(0x40 + index));
  const known = 'ABCDFHZabcd';

  test('CSI with parameters, whatever its final character', () => {
    for (const parameters of [
      '1;5',
      '0',
      '?1;2',
      '>0;276;0',
      '=1',
      '8;24;80',
      '12;40',
      '?2026;2$',
      '1 ',
      '27;5;50',
    ])
      for (const final of finals) {
        if (`${known}~`.includes(final) && /^(?:1;5|0)$/.test(parameters)) continue;
        expect(read([`\u001b[${parameters}${final}`]), parameters + final).toEqual([]);
      }
  });

  test('CSI and SS3 without parameters', () => {
    for (const final of finals) {
      if (known.includes(final)) continue;
      expect(read([`\u001b[${final}`]), final).toEqual([]);
      expect(read([`\u001bO${final}`]), final).toEqual([]);
    }
  });

  test.each([
    '\u001b]11;rgb:1e1e/1e1e/1e1e\u001b\\',
    '\u001b]11;rgb:ffff/ffff/ffff\u0007',
    '\u001bP>|xterm(370)\u001b\\',
    '\u001bP1+r5443=323536\u001b\\',
    '\u001b_Gi=31;OK\u001b\\',
    '\u001b^privacy r\u001b\\\u001bXstart r\u001b\\',
    '\u001b]lTitle mit Ü q\u001b\\',
    '\u001b[27;2;114~\u001b[27;5;50~\u001b[27;5;13~\u001b[114u\u001b[13u\u001b[99;5:3u',
    '\u001b[I\u001b[O',
    '\u001bOq\u001bOM\u001bOj\u001bO \u001bO5P',
    '\u001b[[A\u001b[[E',
    '\u001bq\u001b\r\u001bé\u001bü',
    '\u001b(B\u001b)0\u001b#8\u001b%G\u001b F',
    '\u001b[1;1:3A\u001b[5;1:3~',
    '\u001b[200\u0018\u001b[20\u001a',
    '\u001b[201~',
    '\u001b]0;q\u0018',
    `\u001b[${'1;'.repeat(50)}A`,
    '\u0000\u001c\u001d\u001e\u001f',
  ])('%j', (text) => {
    expect(read([text])).toEqual([]);
    for (let at = 1; at < text.length; at++) expect(read([text.slice(0, at), 5, text.slice(at)])).toEqual([]);
  });

  test('8-bit controls, alone and as characters of UTF-8', () => {
    expect(read([bytes(0x9b, 0x41)])).toEqual(['up']);
    expect(read(['\u009bA'])).toEqual(['up']);
    expect(read([latin1('\u009d11;rgb:1/2/3\u009cj')])).toEqual(['j']);
    expect(read(['\u009d11;rgb:1/2/3\u009cj'])).toEqual(['j']);
    expect(read([latin1('\u0090>|xterm(370)\u009c')])).toEqual([]);
    expect(read([latin1('\u008fq\u0084\u0085')])).toEqual([]);
    expect(read([latin1('\u009b200~rRd\u009b201~j')])).toEqual(['"rRd"', 'j']);
  });

  test('invalid UTF-8', () => {
    expect(read([bytes(0xff, 0xc0, 0xc1, 0xf5, 0xa0, 0xbf)])).toEqual([]);
    expect(read([bytes(0xed, 0xa0, 0x80)])).toEqual([]);
    expect(read([bytes(0xe2, 0x82), 1_000, 'j'])).toEqual(['j']);
    expect(read([bytes(0xe2, 0x6a)])).toEqual(['j']);
  });

  test('an unterminated string, after half a second', () => {
    for (const begin of ['\u001b]11;', '\u001bP', '\u001b_', '\u001bX', '\u001b^', '\u001b]0;\u001b']) {
      expect(read([begin, 499, 'rRd', 501, 'j'])).toEqual(['j']);
      expect(read([begin, ...Array.from({ length: 200 }, () => 'r'.repeat(10_000)), 501, 'j'])).toEqual([
        'j',
      ]);
    }
  });

  test('an incomplete sequence, after half a second; a lone Esc is a key after 50 ms', () => {
    expect(read(['\u001b[', 499, 'A'])).toEqual(['up']);
    expect(read(['\u001b[', 501, 'A'])).toEqual(['A']);
    expect(read(['\u001bO', 499, 'q'])).toEqual([]);
    expect(read(['\u001b', 49, '[A'])).toEqual(['up']);
    expect(read(['\u001b', 51, 'j'])).toEqual(['escape', 'j']);
  });

  test('the rest of a sequence whose Esc was decoded as the key', () => {
    expect(read(['\u001b', 120, '[A'])).toEqual(['escape', 'up']);
    expect(read(['\u001b', 120, '[200~rRd\u001b[201~'])).toEqual(['escape', '"rRd"']);
    expect(read(['\u001b', 120, '[200~rRd'])).toEqual(['escape', '"rRd"']);
    expect(read(['\u001b', 120, '[', 20, 'A'])).toEqual(['escape', 'up']);
    expect(read(['\u001b', 120, 'Oq'])).toEqual(['escape']);
    expect(read(['\u001b', 120, ']11;rgb:r/q/d\u001b\\'])).toEqual(['escape']);
    expect(read(['\u001b', 120, 'P>|xterm(370)\u001b\\'])).toEqual(['escape']);
    // A key that a user presses.
    expect(read(['\u001b', 120, '['])).toEqual(['escape', '[']);
    expect(read(['\u001b', 600, '[A'])).toEqual(['escape', '[', 'A']);
  });
});

describe('a paste', () => {
  test('is text, even if it looks like keys', () => {
    expect(read(['\u001b[200~q\r\t\u001b[A\u0003 é\u001b[201~j'])).toEqual([
      JSON.stringify('q\r\t\u001b[A\u0003 é'),
      'j',
    ]);
    expect(read(['\u001b[200~\u001b[201~j'])).toEqual(['j']);
  });

  test('may be split anywhere', () => {
    const text = '\u001b[200~rRdé\u001b[2\u001b[201~j';
    const whole = Buffer.from(text);
    for (let at = 1; at < whole.length; at++)
      expect(read([whole.subarray(0, at), 20, whole.subarray(at)]), String(at)).toEqual([
        JSON.stringify('rRdé\u001b[2'),
        'j',
      ]);
    const each = [...whole].flatMap((byte) => [bytes(byte), 1]);
    expect(read(each)).toEqual([JSON.stringify('rRdé\u001b[2'), 'j']);
    for (const size of [4085, 4086, 4087, 8180]) {
      const pasted = Buffer.from(`\u001b[200~${'x'.repeat(size)}\u001b[201~`);
      const reads = [0, 1, 2, 3].map((part) => pasted.subarray(part * 4096, (part + 1) * 4096));
      expect(read([...reads, 'j'])).toEqual([JSON.stringify('x'.repeat(size)), 'j']);
    }
  });

  test('ends after a second of silence', () => {
    expect(read(['\u001b[200~rRd', 999, 'r', 1_001, 'j'])).toEqual(['"rRdr"', 'j']);
    expect(read(['\u001b[200~', 1_001, 'j'])).toEqual(['j']);
    expect(read(['\u001b[200~rRd\u001b[201', 1_001, 'j'])).toEqual(['"rRd"', 'j']);
  });

  test('is limited to what a field takes', () => {
    const [text] = read([`\u001b[200~${'x'.repeat(1_000_000)}\u001b[201~`]);
    expect(text!.length).toBeLessThan(100_000);
    expect(read([`\u001b[200~${'x'.repeat(1_000_000)}\u001b[201~`, 'j'])[1]).toBe('j');
  });

  test('with end markers in its text ends at the last one', () => {
    const [text, ...more] = read(['\u001b[200~a\u001b[201~rRd\u0003\u001b[201~']);
    expect(text).toContain('rRd');
    expect(more).toEqual([]);
    expect(read(['\u001b[200~a\u001b[201~\u001b[200~b\u001b[201~'])).toEqual(['"a"', '"b"']);
  });
});

describe('Ctrl-C', () => {
  test.each([
    '\u001b',
    '\u001b[',
    '\u001b[1;5',
    '\u001b[<0;1',
    '\u001bO',
    '\u001b[M!',
    '\u001b[[',
    '\u001b(',
    '\u001b]11;',
    '\u001b]0;x\u001b]',
    '\u001bP1$',
    '\u001b_G',
    '\u001bX',
    '\u001b^',
    '\u001b[200~',
    '\u001b[200~text',
    '\u001b[200~text\u001b[20',
    latin1('\u009b'),
    latin1('\u009d'),
    latin1('\u009b200~text'),
    bytes(0xe2, 0x82),
  ])('works after %j, in the same read and in the next', (begun) => {
    const begin = typeof begun === 'string' ? Buffer.from(begun) : begun;
    const last = (reads: Reads) => read(reads, 150).at(-1);
    expect(last([begin, '\u0003'])).toBe('ctrl-c');
    expect(last([begin, 10, '\u0003'])).toBe('ctrl-c');
    expect(last([Buffer.concat([begin, bytes(3)])])).toBe('ctrl-c');
    expect(read([begin, '\u0003', 20, '\u0003', 20, '\u0003'], 150).slice(-2)).toEqual(['ctrl-c', 'ctrl-c']);
  });

  test('in a paste or a string is a key only if nothing follows at once', () => {
    expect(read(['\u001b[200~a', '\u0003', 'b', 5, '\u0003', 5, 'c\u001b[201~'])).toEqual([
      JSON.stringify('a\u0003b\u0003c'),
    ]);
    expect(read(['\u001b]0;a\u0003', 'b\u0007'])).toEqual([]);
    expect(read(['\u001b[200~a\u0003', 1_000])).toEqual(['"a"', 'ctrl-c']);
  });
});

describe('the mouse', () => {
  test('reports events in SGR and X10 form', () => {
    expect(read(['\u001b[<65;10;5M'])).toEqual(['{"type":"wheel","by":1}']);
    expect(read(['\u001b[<0;300;5M\u001b[<0;300;5m'])).toEqual(['{"type":"click","column":299,"row":4}']);
    expect(read([latin1('\u001b[M !"'), latin1('\u001b[M#!"'), latin1('\u001b[Ma\u00c1\u00c2')])).toEqual([
      '{"type":"click","column":0,"row":1}',
      '{"type":"wheel","by":1}',
    ]);
    expect(read(['\u001b[<0;rM', '\u001b[<M', '\u001b[<0;1;2;3M', '\u001b[0;1;2M'])).toEqual(['M']);
  });
});

test('random bytes decode the same however they are split', () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * below);
  };
  const favourites = [
    0x1b, 0x1b, 0x5b, 0x5d, 0x4f, 0x50, 0x5c, 0x9b, 0x9c, 0x3b, 0x31, 0x32, 0x7e, 0xc3, 0xa9, 0x07,
  ];
  for (let round = 0; round < 2_000; round++) {
    const all = Uint8Array.from({ length: 1 + random(24) }, () =>
      random(2) === 0 ? favourites[random(favourites.length)]! : random(256),
    );
    const whole = read([all]);
    const cut = random(all.length);
    expect(read([all.subarray(0, cut), 10, all.subarray(cut)]), Buffer.from(all).toString('hex')).toEqual(
      whole,
    );
  }
});

test('reset drops an incomplete sequence', () => {
  const decoder = createInputDecoder();
  decoder.push(Buffer.from('\u001b[200~abc'), 0);
  decoder.reset();
  expect(decoder.due).toBeUndefined();
  expect(decoder.push(Buffer.from('j'), 1)).toEqual([{ type: 'key', name: 'j' }]);
  expect(decoder.expire(10_000)).toEqual([]);
});
