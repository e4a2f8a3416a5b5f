import { expect, test } from 'vitest';
import { parseTarget } from '../../model/target.ts';
import type { KnownTarget, TargetHealth } from '../../model/target-health.ts';
import { targetToShow } from './target-health.ts';

const up: TargetHealth = { state: 'up' };
const absent: TargetHealth = { state: 'absent' };
const down: TargetHealth = { state: 'down', code: 'refused', since: 1 };

const known = (...health: TargetHealth[]): KnownTarget[] =>
  health.map((each, index) => ({ target: parseTarget(String(3000 + index)), health: each }));

test("names the session's own target unless only another one is in trouble", () => {
  const own = parseTarget('3000');
  const shown = (...health: TargetHealth[]) => {
    const { target, health: itsHealth } = targetToShow(known(...health), own);
    return [target?.port, itsHealth.state];
  };
  expect(shown(up)).toEqual([3000, 'up']);
  expect(shown({ state: 'unknown' }, up)).toEqual([3000, 'unknown']);
  expect(shown(absent, down)).toEqual([3000, 'absent']);
  expect(shown(up, absent, down)).toEqual([3002, 'down']);
  expect(shown(up, absent)).toEqual([3001, 'absent']);
});

test('without a target of its own, routes are up when every target of theirs is', () => {
  expect(targetToShow(known(up, up), undefined)).toEqual({ target: undefined, health: up });
  expect(targetToShow(known(up, { state: 'unknown' }), undefined)).toEqual({
    target: undefined,
    health: { state: 'unknown' },
  });
  expect(targetToShow(known(up, down), undefined).target?.port).toBe(3001);
  expect(targetToShow([], undefined).health).toEqual({ state: 'unknown' });
});
