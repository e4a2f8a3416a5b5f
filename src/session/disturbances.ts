import { networkInterfaces } from 'node:os';
import { type Clock, systemClock } from '../model/clock.ts';

/** The sources that show a disturbance. */
export interface DisturbanceSources {
  readonly clock: Pick<Clock, 'now' | 'elapsed'>;
  /** The addresses of this machine, as a text that changes with them. */
  readonly addresses: () => string;
  /** Calls back at an interval; returns how to stop. */
  readonly every: (ms: number, tick: () => void) => () => void;
}

const intervalMs = 2_000;

/** A clock that moved by more, or a tick that came this late, means that the machine slept or its clock was set. */
const jumpMs = 5_000;

/**
 * Calls back when connections may have broken without a sign of it: the machine slept, its clock was set, or its network
 * addresses changed. Returns how to stop.
 */
export function watchDisturbances(disturbed: () => void, sources: DisturbanceSources): () => void {
  const { clock, addresses, every } = sources;
  const read = () => ({ now: clock.now(), elapsed: clock.elapsed(), addresses: addresses() });
  let before = read();
  return every(intervalMs, () => {
    const current = read();
    const passedMs = current.elapsed - before.elapsed;
    const jumpedMs = Math.abs(current.now - before.now - passedMs);
    const isLate = passedMs - intervalMs > jumpMs;
    const hasMoved = current.addresses !== before.addresses;
    before = current;
    if (jumpedMs > jumpMs || isLate || hasMoved) disturbed();
  });
}

/** The sources of this machine. The interval does not keep the process running. */
export function systemSources(): DisturbanceSources {
  return { clock: systemClock, addresses: systemAddresses, every: everyUnreferenced };
}

function systemAddresses(): string {
  try {
    const all = Object.entries(networkInterfaces());
    const lines = all.flatMap(([name, list = []]) =>
      list.map(({ cidr, address }) => `${name} ${cidr ?? address}`),
    );
    return lines.sort().join('\n');
  } catch {
    // Some sandboxes forbid the question.
    return '';
  }
}

function everyUnreferenced(ms: number, tick: () => void): () => void {
  const timer = setInterval(tick, ms).unref();
  return () => clearInterval(timer);
}
