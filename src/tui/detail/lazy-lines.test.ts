import { expect, test } from 'vitest';
import type { StyledLine } from '../../format/styled.ts';
import { lazyLines } from './lazy-lines.ts';

test('lines are produced on demand, wrapped, and limited', () => {
  let made = 0;
  function* source(): Generator<StyledLine> {
    for (;;) {
      made++;
      yield [['plain', 'x'.repeat(60)]];
    }
  }
  const text = lazyLines(source(), 40, 'more: elsewhere');
  expect(text.slice(0, 10).lines).toHaveLength(10);
  expect(made).toBeLessThan(10);
  expect(text).toMatchObject({ known: 11, complete: false });
  const end = text.slice(Number.MAX_SAFE_INTEGER, 10);
  expect(end.from).toBe(text.known - 10);
  expect(text).toMatchObject({ known: 20_001, complete: true });
  expect(end.lines.at(-1)).toEqual([['dim', 'more: elsewhere']]);
});
