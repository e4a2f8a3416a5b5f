import { expect, test } from 'vitest';
import { mouseReport } from './mouse-report.ts';

test('parses the wheel and clicks, and ignores other reports', () => {
  expect(mouseReport('[<65;10;5M')).toEqual({ event: { type: 'wheel', by: 1 } });
  expect(mouseReport('[<64;10;5M')).toEqual({ event: { type: 'wheel', by: -1 } });
  expect(mouseReport('[<80;10;5M')).toEqual({ event: { type: 'wheel', by: -1 } });
  expect(mouseReport('[<0;300;5M')).toEqual({ event: { type: 'click', column: 299, row: 4 } });
  for (const report of ['[<0;3;5m', '[<2;3;5M', '[<35;3;5M'])
    expect(mouseReport(report)).toEqual({ event: undefined });
  for (const key of ['r', '[A', '<0;3;5M']) expect(mouseReport(key)).toBeUndefined();
});
