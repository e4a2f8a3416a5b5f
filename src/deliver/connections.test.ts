import { expect, test } from 'vitest';
import { createConnections } from './connections.ts';

function numbered(most: number) {
  let opened = 0;
  return createConnections(most, (origin) => `${origin}${++opened}`);
}

test('limits the connections to an origin, and serves the others in order', async () => {
  const connections = numbered(2);
  const gone: string[] = [];
  const take = (name: string, origin = 'a') => {
    const taken = connections.take(origin);
    if (typeof taken === 'string') gone.push(`${name}: ${taken}`);
    else void taken.then((connection) => gone.push(`${name}: ${connection}`));
  };
  for (const name of ['1', '2', '3', '4']) take(name);
  take('other', 'b');
  expect(gone).toEqual(['1: a1', '2: a2', 'other: b3']);
  connections.leave('a', 'a2');
  await Promise.resolve();
  expect(gone.at(-1)).toBe('3: a2');
  connections.leave('a', 'a1');
  await Promise.resolve();
  expect(gone.at(-1)).toBe('4: a1');
});

test('lends the connection that was used last first', () => {
  const connections = numbered(3);
  const [first, second] = [connections.take('a') as string, connections.take('a') as string];
  connections.leave('a', first);
  connections.leave('a', second);
  expect([connections.take('a'), connections.take('a'), connections.take('a')]).toEqual([
    second,
    first,
    'a3',
  ]);
  expect(connections.take('a')).toBeInstanceOf(Promise);
});

test('gives every waiting request a connection, and frees their places afterwards', async () => {
  const connections = numbered(1);
  connections.take('a');
  const waiting = [connections.take('a'), connections.take('a')];
  connections.letAllGo();
  expect(await Promise.all(waiting)).toEqual(['a2', 'a3']);
  for (const connection of connections.all()) connections.leave('a', connection);
  expect(connections.take('a')).toBe('a3');
});
