import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commandWords } from './command-words.ts';

test.each([
  ['./tunnel 3000', ['./tunnel', '3000']],
  ['  a\t b\n', ['a', 'b']],
  [`a 'b c' "d e"f`, ['a', 'b c', 'd ef']],
  [`'' "" a''`, ['', '', 'a']],
  [String.raw`a\ b \" "\"\\\x" '\n'`, ['a b', '"', String.raw`"\\x`, String.raw`\n`]],
  ['a\\\nb', ['ab']],
  ['$HOME ~ *.ts `id` $(id) ; a|b >c #d', '$HOME ~ *.ts `id` $(id) ; a|b >c #d'.split(' ')],
  ['', []],
])('splits %j', (text, words) => {
  expect(commandWords(text)).toEqual(words);
});

test.each([`a 'b`, 'a "b', `a "b'`, 'a\\'])('rejects %j', (text) => {
  expect(() => commandWords(text)).toThrowError(expect.objectContaining({ code: 'usage' }));
});

test('splits quotes and backslashes as sh does', () => {
  // Characters that sh would expand or act on are left out.
  const text = fc.string({
    unit: fc.constantFrom('a', 'é', ' ', '\t', "'", '"', '\\', '=', '-', ':'),
    maxLength: 12,
  });
  fc.assert(
    fc.property(text, (command) => {
      const { status, stdout } = spawnSync('sh', ['-c', `printf '%s\\0' x ${command}`], { encoding: 'utf8' });
      // An open quote is an error in both; sh keeps a lone backslash at the end.
      if (/(^|[^\\])(\\\\)*\\$/.test(command)) return;
      if (status !== 0) expect(() => commandWords(command)).toThrow();
      else expect(['x', ...commandWords(command)]).toEqual(stdout.split('\0').slice(0, -1));
    }),
    { numRuns: 300 },
  );
});
