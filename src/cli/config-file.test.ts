import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/folders.ts';
import { readConfigFile } from './config-file.ts';

it.each([
  ['{ "port": }', '1:11: expected a value.'],
  ['{ "port": 1, ', '1:14: expected a setting name in double quotes.'],
  ['{ "port": 1', '1:12: expected a closing brace }.'],
  ['{ "keys": ["a"', '1:15: expected a closing bracket ].'],
  ['{ port: 1 }', '1:3: unexpected word; names and text must be in double quotes.'],
  ["{ 'port': 1 }", '1:3: unexpected word; names and text must be in double quotes.'],
  ['{ "tui": maybe }', '1:10: unexpected word; names and text must be in double quotes.'],
  ['{ "port" 1 }', '1:10: expected a colon after the setting name.'],
  ['{ "port": 1 "db": "x" }', '1:13: expected a comma.'],
  ['{ "port": 1 } {}', '1:15: expected nothing after the closing brace.'],
  ['{ "db": "a', '1:9: the text is not closed; expected a double quote.'],
  ['{ "db": "\\q" }', '1:9: invalid escape; write a backslash as \\\\.'],
  ['{ "db": "\\u12" }', '1:9: invalid \\u escape; expected four hexadecimal digits.'],
  ['{ "db": "a\tb" }', '1:9: invalid character; write line breaks as \\n and tabs as \\t.'],
  ['{ "port": 1. }', '1:11: the number is incomplete.'],
  ['{ /* x }', '1:3: the comment is not closed; expected */.'],
  [' \n', '2:1: the file is empty.'],
  ['[1]', '1:1: the file does not contain an object.'],
])('says in words what is wrong with %s', async (text, message) => {
  const file = join(await temporaryFolder(), 'config.jsonc');
  await writeFile(file, text);
  const known = new Map([['listen', {}]]);
  await expect(readConfigFile(file, known)).rejects.toThrow(`${file}:${message}`);
});
