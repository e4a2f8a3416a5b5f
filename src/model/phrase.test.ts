import { expect, test } from 'vitest';
import { inFlags } from '../format/in-flags.ts';
import { UserError } from './errors.ts';
import { operation, option, phrase, phraseText } from './phrase.ts';

test.each([
  [phrase`Use ${option('maxBody')}.`, 'Use option "maxBody".', 'Use --max-body.'],
  [phrase`Use ${option('to', '3000')}.`, 'Use "to: 3000".', 'Use --to 3000.'],
  [phrase`Use ${option('tunnel', false)}.`, 'Use "tunnel: false".', 'Use --no-tunnel.'],
  [
    phrase`Run ${operation('list', option('held'))}.`,
    'Run list with option "held".',
    'Run webhook-cli list --held.',
  ],
  [phrase`Run ${operation('listen', '3000')}.`, 'Run listen.', 'Run webhook-cli listen 3000.'],
  [phrase`a ${1} b ${phrase`c ${option('to')}`}`, 'a 1 b c option "to"', 'a 1 b c --to'],
])('%j is "%s" for a library and "%s" for the command line', (said, plain, flags) => {
  expect([phraseText(said), inFlags(said)]).toEqual([plain, flags]);
});

test('text that looks like an option stays text', () => {
  expect(inFlags(phrase`File ${'{to}'} of ${'--to'}.`)).toBe('File {to} of --to.');
});

test('an error has plain texts, and what was said', () => {
  const error = new UserError('usage', phrase`${option('set')}: no value.`, phrase`Use ${option('to')}.`);
  expect([error.message, error.hint]).toEqual(['option "set": no value.', 'Use option "to".']);
  expect(inFlags(error.said.message)).toBe('--set: no value.');
});
