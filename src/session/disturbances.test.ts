import { expect, test } from 'vitest';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { systemSources, watchDisturbances } from './disturbances.ts';

/** A machine of the test: `tick` lets some time pass, 2 s unless given, and then the check comes. */
function aMachine() {
  const clock = createManualClock();
  let addresses = 'lo 127.0.0.1/8';
  let disturbances = 0;
  let check: (() => void) | undefined;
  const stop = watchDisturbances(() => disturbances++, {
    clock,
    addresses: () => addresses,
    every(ms, tick) {
      expect(ms).toBe(2_000);
      check = tick;
      return () => {
        check = undefined;
      };
    },
  });
  return {
    clock,
    stop,
    move: (to: string) => {
      addresses = to;
    },
    async tick(ms = 2_000) {
      await clock.advance(ms);
      check?.();
      return disturbances;
    },
  };
}

test('tells of a clock that was set forth or back, once', async () => {
  const { clock, tick } = aMachine();
  expect(await tick()).toBe(0);
  clock.set(clock.now() + 5_000);
  expect(await tick()).toBe(0);
  clock.set(clock.now() + 5_001);
  expect([await tick(), await tick()]).toEqual([1, 1]);
  clock.set(clock.now() - 3_600_000);
  expect([await tick(), await tick()]).toEqual([2, 2]);
});

test('tells of a tick that came late', async () => {
  const { tick } = aMachine();
  expect([await tick(7_000), await tick(7_001), await tick()]).toEqual([0, 1, 1]);
});

test('tells of network addresses that changed, until it is stopped', async () => {
  const { tick, move, stop } = aMachine();
  move('lo 127.0.0.1/8\neth0 192.0.2.1/24');
  expect([await tick(), await tick()]).toEqual([1, 1]);
  move('lo 127.0.0.1/8');
  expect(await tick()).toBe(2);
  stop();
  move('eth1');
  expect(await tick()).toBe(2);
});

test('the interval of this machine does not keep the process running', () => {
  const sources = systemSources();
  expect(sources.addresses()).toContain('127.0.0.1');
  const running = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = running();
  const stop = watchDisturbances(() => {}, sources);
  expect(running()).toBe(before);
  stop();
});
