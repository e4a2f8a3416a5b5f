import { expect, test } from 'vitest';
import { asciiTwin, isUtf8Locale } from './symbols.ts';
import { textWidth } from './width.ts';

test('the first of LC_ALL, LC_CTYPE and LANG that is set decides', () => {
  expect(isUtf8Locale({ LANG: 'en_US.UTF-8' })).toBe(true);
  expect(isUtf8Locale({ LANG: 'en_US.utf8' })).toBe(true);
  expect(isUtf8Locale({ LANG: 'en_US.UTF-8', LC_ALL: 'C' })).toBe(false);
  expect(isUtf8Locale({})).toBe(true);
});

test('twins take as many columns, and colour codes stay', () => {
  expect(asciiTwin('\u001b[32m● → 日本 │ é…\u001b[39m', textWidth)).toBe('\u001b[32m* > ???? | ?~\u001b[39m');
});
