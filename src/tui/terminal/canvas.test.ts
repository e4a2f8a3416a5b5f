import { expect, test } from 'vitest';
import { createCanvas } from './canvas.ts';
import { themeFor } from './theme.ts';

const theme = themeFor({ NO_COLOR: '1' });

test('lines replace their slots, whatever their width', () => {
  const canvas = createCanvas(theme);
  const list = canvas.put([[['plain', 'row 日本']], [], [['plain', 'row 3']]]).split('\n');
  const detail = canvas
    .put([
      [
        ['strong', 'a'],
        ['dim', 'b'],
      ],
      [['plain', 'second']],
    ])
    .split('\n');
  const frame = [`${list[0]}         ${detail[0]}`, '', `${list[1]}  ${detail[1]}`, list[2]].join('\n');
  expect(canvas.fill(frame)).toBe('row 日本  \u001b[11Gab\n\n   second\nrow 3');
  expect(canvas.fill(frame)).toBe(canvas.fill(frame));
});

test('clear starts a new frame', () => {
  const canvas = createCanvas(theme);
  const first = canvas.put([[['plain', 'old']]]);
  canvas.clear();
  expect(canvas.put([[['plain', 'new']]])).toBe(first);
  expect(canvas.fill(first)).toBe('new');
});

test('colours follow the environment', () => {
  const put = (env: Record<string, string>) => {
    const canvas = createCanvas(themeFor(env));
    return canvas.fill(canvas.put([[['bad', 'no']]]));
  };
  expect(put({})).toBe('\u001b[31mno\u001b[39m');
  expect(put({ NO_COLOR: '1' })).toBe('no');
  expect(put({ NO_COLOR: '1', FORCE_COLOR: '1' })).toBe('no');
  expect(themeFor({ LC_ALL: 'C' }).ascii).toBe(true);
});
