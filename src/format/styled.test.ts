import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPaint, plainPaint } from './paint.ts';
import { paintLine, type StyledLine, wrapLine } from './styled.ts';
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

test('a long line is wrapped with its tones kept', () => {
  const line: StyledLine = [
    ['dim', 'ab:'],
    ['plain', ' cdefgh'],
  ];
  expect([...wrapLine(line, 6)]).toEqual([
    [
      ['dim', 'ab:'],
      ['plain', ' cd'],
    ],
    [['plain', 'efgh']],
  ]);
  expect([...wrapLine([], 6)]).toEqual([[]]);
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
      expect(wrapped.map(plain).join('')).toBe(texts.join(''));
      for (const line of wrapped) expect(textWidth(plain(line))).toBeLessThanOrEqual(columns);
    }),
  );
});
