import { expect, test } from 'vitest';
import { createSlots } from './slots.ts';

test('so many go on at once, the others in the order in which they came', async () => {
  const slots = createSlots(2);
  const gone: string[] = [];
  const take = (name: string, key = 'a') => {
    const wait = slots.take(key);
    if (wait === undefined) gone.push(name);
    else void wait.then(() => gone.push(name));
  };
  for (const name of ['1', '2', '3', '4']) take(name);
  take('other', 'b');
  expect(gone).toEqual(['1', '2', 'other']);
  slots.leave('a');
  await Promise.resolve();
  expect(gone).toEqual(['1', '2', 'other', '3']);
  slots.leave('a');
  slots.leave('a');
  await Promise.resolve();
  expect(gone.at(-1)).toBe('4');
  slots.leave('a');
  expect([slots.take('a'), slots.take('a')]).toEqual([undefined, undefined]);
  expect(slots.take('a')).toBeInstanceOf(Promise);
});

test('all who wait can be let go, and places come free again after them', async () => {
  const slots = createSlots(1);
  slots.take('a');
  const waiting = [slots.take('a'), slots.take('a')];
  slots.letAllGo();
  await Promise.all(waiting);
  for (let at = 0; at < 3; at++) slots.leave('a');
  expect(slots.take('a')).toBeUndefined();
});
