import { expect, test } from 'vitest';
import { commands as entries } from '../commands/index.ts';
import { loadCommands } from './command.ts';
import { defaultText } from './option.ts';
import { durationValue, readValue, sizeValue } from './values.ts';

test.each([
  [30_000, '30s'],
  [60_000, '60s'],
  [90_000, '90s'],
  [7_200_000, '2h'],
  [3 * 86_400_000, '3d'],
  [1_500, '1500ms'],
  [0, '0ms'],
])('%d ms is written %s', (ms, text) => {
  expect(durationValue(ms)).toBe(text);
  expect(readValue('duration', text, 'x')).toBe(ms);
});

test.each([
  [25 * 1024 * 1024, '25mb'],
  [1024, '1kb'],
  [100, '100'],
  [0, '0'],
  [3 * 1024 ** 3, '3gb'],
])('%d bytes is written %s', (bytes, text) => {
  expect(sizeValue(bytes)).toBe(text);
  expect(readValue('size', text, 'x')).toBe(bytes);
});

const commands = await loadCommands(entries);
const declared = commands.flatMap(({ name, options }) =>
  Object.entries(options)
    .filter(([, option]) => typeof option.default === 'number')
    .map(([option, spec]) => [`${name} ${option}`, spec] as const),
);

test.each(declared)('help of %s shows the default that is applied', (_, spec) => {
  expect(readValue(spec.type, defaultText(spec)!, 'x')).toBe(spec.default);
});

test('defaults in help are those of the declarations', () => {
  const shown = Object.fromEntries(declared.map(([name, spec]) => [name, defaultText(spec)]));
  expect(shown).toMatchObject({
    'listen timeout': '30s',
    'listen headTimeout': '60s',
    'listen maxBody': '25mb',
    'listen giveUpAfter': '3d',
    'forward giveUpAfter': '3d',
    'trigger timeout': '30s',
    'list limit': '20',
  });
});
