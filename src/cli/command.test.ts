import { expect, test } from 'vitest';
import { commands } from '../commands/index.ts';
import { takesRef } from './command.ts';

test('commands that take a ref are found by their declarations', async () => {
  const found = await Promise.all(
    commands.map(async (entry) => ((await takesRef(entry)) ? [entry.name] : [])),
  );
  expect(found.flat().sort()).toEqual(['delete', 'drop', 'replay', 'retry', 'show', 'verify']);
});
