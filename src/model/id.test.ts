import { expect, test } from 'vitest';
import { newId } from './id.ts';

test('ids are 12 characters, a letter first, none that is easily taken for another', () => {
  const ids = Array.from({ length: 5_000 }, newId);
  for (const id of ids) expect(id).toMatch(/^[a-hjkmnp-tv-z][0-9a-hjkmnp-tv-z]{11}$/);
  expect(new Set(ids).size).toBe(ids.length);
});
