import { expect, test } from 'vitest';
import type { RequestSummary } from '../../model/request.ts';
import type { Store } from '../../store/store.ts';
import { movedBy, oldest, windowAt } from './list-window.ts';

/** Pages of a history whose requests are at these places, of project `b` where the place is a multiple of 10. */
function pageOf(...seqs: number[]): Store['page'] {
  return ({ before, after, limit, project }) => {
    const found = seqs
      .filter((seq) => (before === undefined || seq < before) && (after === undefined || seq > after))
      .filter((seq) => project === undefined || project === (seq % 10 === 0 ? 'b' : 'a'))
      .map((seq) => ({ seq }) as RequestSummary);
    return (after === undefined ? found.reverse() : found).slice(0, limit);
  };
}

const page = pageOf(1, 2, 3, 4, 5, 6, 7, 8, 9);

function shown(options: Partial<Parameters<typeof windowAt>[1]>, from = page) {
  const { rows, index } = windowAt(from, {
    project: undefined,
    height: 4,
    selected: undefined,
    row: 0,
    following: false,
    ...options,
  });
  return [rows.map(({ seq }) => seq), index];
}

test('while following, shows the newest requests and selects the last', () => {
  expect(shown({ following: true })).toEqual([[6, 7, 8, 9], 3]);
  expect(shown({ following: true }, pageOf())).toEqual([[], -1]);
  expect(shown({ following: true }, pageOf(3))).toEqual([[3], 0]);
});

test('the selection keeps its row while others arrive', () => {
  expect(shown({ selected: 5, row: 2 })).toEqual([[3, 4, 5, 6], 2]);
  expect(shown({ selected: 5, row: 0 })).toEqual([[5, 6, 7, 8], 0]);
  expect(shown({ selected: 5, row: 3 })).toEqual([[2, 3, 4, 5], 3]);
});

test('fills the screen as far as there are requests', () => {
  expect(shown({ selected: 9, row: 0 })).toEqual([[6, 7, 8, 9], 3]);
  expect(shown({ selected: 1, row: 3 })).toEqual([[1, 2, 3, 4], 0]);
  expect(shown({ selected: 5, row: 30 })).toEqual([[2, 3, 4, 5], 3]);
  expect(shown({ selected: 2, row: 0 }, pageOf(1, 2))).toEqual([[1, 2], 1]);
});

test('a neighbour takes the place of a deleted selection', () => {
  expect(shown({ selected: 5, row: 1 }, pageOf(1, 2, 8, 9))).toEqual([[1, 2, 8, 9], 1]);
  expect(shown({ selected: 5, row: 1 }, pageOf(8, 9))).toEqual([[8, 9], 0]);
  expect(shown({ selected: 5, row: 1 }, pageOf())).toEqual([[], -1]);
});

test('moves as far as there are requests', () => {
  const from = (seq: number) => ({ project: undefined, seq });
  expect(movedBy(page, from(5), 2)).toEqual({ seq: 7, moved: 2 });
  expect(movedBy(page, from(5), 20)).toEqual({ seq: 9, moved: 4 });
  expect(movedBy(page, from(5), -2)).toEqual({ seq: 3, moved: -2 });
  expect(movedBy(page, from(1), -1)).toBeUndefined();
  expect(movedBy(pageOf(1, 10, 2, 20), { project: 'b', seq: 10 }, 1)).toEqual({ seq: 20, moved: 1 });
  expect(oldest(page, undefined)).toBe(1);
  expect(oldest(pageOf(), undefined)).toBeUndefined();
});
