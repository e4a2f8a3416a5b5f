import { describe, expect, test } from 'vitest';
import { nearestNames, ranked } from './ranking.ts';

const named = (...names: string[]) => names.map((name) => ({ name }));
const found = (names: readonly string[], typed: string) =>
  ranked(named(...names), typed).map(({ name }) => name);

describe('ranking', () => {
  test('puts the name itself first, then beginnings, word starts, parts and letters', () => {
    const names = ['r-e-p-l-a-y', 'no-preplay', 'to replay', 'replay to', 'Replay', 'other'];
    expect(found(names, 'replay')).toEqual(['Replay', 'replay to', 'to replay', 'no-preplay', 'r-e-p-l-a-y']);
  });

  test('takes beginnings of words in any order', () => {
    const events = ['payment_intent.succeeded', 'payment_intent.failed', 'charge.succeeded'];
    expect(found(events, 'suc pay')).toEqual(['payment_intent.succeeded']);
    expect(found(events, 'charge.s')).toEqual(['charge.succeeded']);
    expect(found(events, 'pisuc')).toEqual(['payment_intent.succeeded']);
  });

  test('prefers letters that are close together, and keeps the order of equals', () => {
    expect(found(['r e p l y x', 'rexply'], 'rply')).toEqual(['rexply', 'r e p l y x']);
    expect(found(['ab2', 'ab1'], 'ab')).toEqual(['ab2', 'ab1']);
    expect(found(['ab2', 'ab1'], '  ')).toEqual(['ab2', 'ab1']);
    expect(found(['abc'], 'abd')).toEqual([]);
    expect(found(['abc'], '::')).toEqual([]);
  });

  test('finds by other words, but not by their letters alone', () => {
    const choices = [{ name: 'delete', words: 'remove erase' }, { name: 'render' }];
    expect(ranked(choices, 'remo').map(({ name }) => name)).toEqual(['delete']);
    expect(ranked(choices, 'rmv')).toEqual([]);
    const texts = [
      { name: 'stop', text: 'remove it' },
      { name: 'delete', words: 'remove' },
    ];
    expect(ranked(texts, 'remove').map(({ name }) => name)).toEqual(['delete', 'stop']);
    expect(found(['pull_request.synchronize'], 'none')).toEqual([]);
  });
});

test('the nearest names are those with the fewest edits, if any is near', () => {
  const choices = [{ name: 'stripe' }, { name: 'square' }, { name: 'delete', words: 'remove' }];
  expect(nearestNames(choices, 'strpe')).toEqual(['stripe']);
  expect(nearestNames(choices, 'remvoe')).toEqual(['delete']);
  expect(nearestNames(choices, 'zzzqqq')).toEqual([]);
});
