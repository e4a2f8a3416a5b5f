import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPaint, plainPaint } from './paint.ts';
import { paintLine, type StyledLine, wrapHanging, wrapLine } from './styled.ts';
import { textWidth } from './width.ts';

const plain = (line: StyledLine) => paintLine(line, plainPaint);

test('a line is painted piece by piece', () => {
  expect(
    paintLine(
      [
        ['plain', 'a '],
        ['bad', 'b'],
      ],
      createPaint(1),
    ),
  ).toBe('a \u001b[31mb\u001b[39m');
});

test('a long line is wrapped between words with its tones kept', () => {
  const line: StyledLine = [
    ['dim', 'ab:'],
    ['plain', ' cdefgh ij'],
    ['key', 'k l'],
  ];
  expect([...wrapLine(line, 6)]).toEqual([
    [['dim', 'ab:']],
    [['plain', 'cdefgh']],
    [
      ['plain', 'ij'],
      ['key', 'k l'],
    ],
  ]);
  expect([...wrapLine([], 6)]).toEqual([[]]);
});

test('only a word that is longer than a line is broken, after a separator if it can be', () => {
  const wrapped = (text: string, columns: number) => [...wrapLine([['plain', text]], columns)].map(plain);
  expect(wrapped('a 123456789 b', 10)).toEqual(['a', '123456789', 'b']);
  expect(wrapped('url  https://calm-fox-41.loca.lt/webhooks/stripe', 34)).toEqual([
    'url  https://calm-fox-41.loca.lt/',
    'webhooks/stripe',
  ]);
  expect(wrapped('abcdefghijklm', 5)).toEqual(['abcde', 'fghij', 'klm']);
});

test('further lines of a long line are set in', () => {
  const hanging = (text: string) => [...wrapHanging([['plain', text]], 10)].map(plain);
  expect(hanging('Name: abc')).toEqual(['Name: abc']);
  expect(hanging('Name: abcdef ghi jk')).toEqual(['Name:', '  abcdef', '  ghi jk']);
});

test('loses no text and exceeds no width', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'é', '日', '🎉', ' '), maxLength: 30 });
  fc.assert(
    fc.property(fc.array(text, { maxLength: 5 }), fc.integer({ min: 2, max: 20 }), (texts, columns) => {
      const wrapped = [
        ...wrapLine(
          texts.map((each) => ['plain', each] as const),
          columns,
        ),
      ];
      const withoutSpaces = (text: string) => text.replaceAll(' ', '');
      expect(withoutSpaces(wrapped.map(plain).join(''))).toBe(withoutSpaces(texts.join('')));
      for (const line of wrapped) expect(textWidth(plain(line))).toBeLessThanOrEqual(columns);
    }),
  );
});
