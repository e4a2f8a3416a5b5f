import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from './support/folders.ts';
import { sourcesThatRan } from './support/traces.ts';

// Reads the traces of the other tests, so it runs after them.
test('every source file has a function that some test runs, unless it holds types or data alone', () => {
  const files = (readdirSync(join(projectRoot, 'src'), { recursive: true }) as string[])
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file))
    .map((file) => `src/${file}`);
  const ran = sourcesThatRan();
  const untested = files
    .filter((file) => !ran.has(file))
    .filter((file) => /=>|\bfunction\b/.test(withoutTypes(readFileSync(join(projectRoot, file), 'utf8'))));
  expect(untested).toEqual([]);
});

/** The text without interfaces, type aliases and comments, whose arrows are no functions. */
function withoutTypes(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\/\/.*$/gm, '')
    .replace(/^export (?:interface|type) [\s\S]*?^\}/gm, '')
    .replace(/^(?:export )?type [\s\S]*?;$/gm, '')
    .replace(/^interface [\s\S]*?^\}/gm, '');
}
