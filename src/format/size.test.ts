import { expect, test } from 'vitest';
import { countText, sizeText } from './size.ts';
import {
  briefestTimeText,
  briefTimeText,
  durationText,
  preciseTimeText,
  timeText,
  whenText,
} from './time.ts';

test.each([
  [0, '0 B'],
  [161, '161 B'],
  [1023, '1023 B'],
  [1024, '1.0 KB'],
  [8602, '8.4 KB'],
  [25 * 1024, '25.0 KB'],
  [300 * 1024, '300 KB'],
  [1024 * 1024 - 1, '1.0 MB'],
  [20 * 1024 * 1024, '20.0 MB'],
  [3 * 1024 ** 4, '3.0 TB'],
])('%d bytes read as %s', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});

test.each([
  [0.4, '<1 ms'],
  [12.4, '12 ms'],
  [999.4, '999 ms'],
  [999.6, '1.0 s'],
  [1234, '1.2 s'],
  [59_960, '1 min 0 s'],
  [185_000, '3 min 5 s'],
])('%d ms read as %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test('thousands are set apart', () => {
  expect([0, 999, 1204, 1_000_000].map(countText)).toEqual(['0', '999', '1,204', '1,000,000']);
});

test('times are local, and only another day is named', () => {
  const at = new Date(2026, 10, 24, 16, 4, 5, 7).getTime();
  expect(timeText(at)).toBe('16:04:05');
  expect(preciseTimeText(at)).toBe('16:04:05.007');
  expect(whenText(at, at + 1000)).toBe('16:04:05');
  expect(whenText(at, at + 24 * 3600 * 1000)).toBe('2026-11-24 16:04:05');
});

test('shows the date of another day', () => {
  const now = new Date(2026, 10, 25, 16, 4, 5).getTime();
  const ago = (days: number) => now - days * 24 * 3600 * 1000;
  expect([0, 1, 5, 7].map((days) => briefTimeText(ago(days), now))).toEqual([
    '16:04:05',
    'Tu 16:04',
    'Fr 16:04',
    '26-11-18',
  ]);
  expect(briefTimeText(ago(-3), now)).toBe('26-11-28');
  expect([0, 1].map((days) => briefestTimeText(ago(days), now))).toEqual(['16:04', '11-24']);
});
