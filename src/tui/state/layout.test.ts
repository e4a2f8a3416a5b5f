import { expect, test } from 'vitest';
import { layoutOf } from './layout.ts';

test('a wide screen has the detail beside the list', () => {
  expect(layoutOf(160, 45, 0)).toMatchObject({
    size: 'wide',
    bodyRows: 41,
    listRows: 40,
    listColumns: 96,
    detailColumns: 60,
  });
  expect(layoutOf(120, 30, 0)).toMatchObject({ listColumns: 67, detailColumns: 49 });
  expect(layoutOf(80, 24, 0)).toMatchObject({
    size: 'normal',
    bodyRows: 20,
    listRows: 19,
    listColumns: 80,
    detailColumns: 78,
  });
});

test('a small screen uses its rows for requests', () => {
  expect(layoutOf(40, 10, 0)).toMatchObject({ size: 'small', bodyRows: 8, listRows: 8, listColumns: 40 });
  expect(layoutOf(200, 10, 0).size).toBe('small');
});

test('messages take rows from the body, but never the last one', () => {
  expect(layoutOf(80, 24, 2).bodyRows).toBe(18);
  expect(layoutOf(10, 2, 2)).toMatchObject({ bodyRows: 1, listRows: 1, detailRows: 1 });
});
