import { portFailure } from '../deliver/port-probe.ts';
import { type Alarm, createAlarm, restUntilRung } from '../delivery/alarm.ts';
import type { Attempt, FailureCode } from '../model/attempt.ts';
import type { Clock } from '../model/clock.ts';
import type { Target } from '../model/target.ts';
import type { KnownTarget, TargetHealth } from '../model/target-health.ts';

/** The targets to watch, and the parts of a session that are used. */
export interface TargetWatchOptions {
  readonly targets: readonly Target[];
  /** Called when the health of a target has changed. */
  readonly changed: (known: KnownTarget) => void;
  readonly clock: Clock;
  /** Ends the looks. */
  readonly signal: AbortSignal;
}

/** Knows the health of targets: from attempts, and from looks at their ports, which send nothing. */
export interface TargetWatch {
  readonly known: readonly KnownTarget[];
  /** Looks at each port now, then every 15 s while the target is up and every 5 s otherwise. Safe to call twice. */
  start(): void;
  /** Call it with every attempt: it shows more than a look does. */
  attempted(attempt: Attempt): void;
}

/** One port, and the targets there: they differ in their base paths only. */
interface WatchedPort {
  readonly targets: readonly Target[];
  readonly alarm: Alarm;
  health: TargetHealth;
  /** The number of attempts that showed its health: a look that began before the last one is out of date. */
  attempts: number;
  /** The time of the last attempt or look, by `elapsed` of the clock. */
  seenAt: number;
}

interface WatchContext extends TargetWatchOptions {
  readonly ports: readonly WatchedPort[];
}

/** Time in which a target has to accept a connection. */
const connectMs = 2_000;
const pauseMs = { up: 15_000, other: 5_000 };

/** Failures that say nothing about the target. */
const ownFailures: ReadonlySet<FailureCode> = new Set(['interrupted', 'not-sendable', 'store', 'withheld']);

/** Failures to connect: a port that accepts a connection disproves them, but not a target that never responds. */
const portFailures: ReadonlySet<FailureCode> = new Set(['refused', 'not-found', 'unreachable']);

/** Creates the watch, which learns from attempts only until it is started. */
export function createTargetWatch(options: TargetWatchOptions): TargetWatch {
  const byOrigin = new Map<string, Target[]>();
  for (const target of options.targets) {
    byOrigin.set(target.origin, [...(byOrigin.get(target.origin) ?? []), target]);
  }
  const ports = [...byOrigin.values()].map(
    (targets): WatchedPort => ({
      targets,
      alarm: createAlarm(),
      health: { state: 'unknown' },
      attempts: 0,
      seenAt: 0,
    }),
  );
  const context = { ...options, ports };
  let isStarted = false;
  return {
    get known() {
      return options.targets.map((target) => ({ target, health: portOf(context, target.href)!.health }));
    },
    start() {
      if (!isStarted) for (const port of ports) void keepLooking(context, port);
      isStarted = true;
    },
    attempted: (attempt) => attempted(context, attempt),
  };
}

function portOf({ ports }: WatchContext, href: string): WatchedPort | undefined {
  return ports.find(({ targets }) => targets.some((target) => target.href === href));
}

function attempted(context: WatchContext, { target, outcome, startedAt, ms }: Attempt): void {
  const port = portOf(context, target);
  if (!port || (outcome.type === 'failed' && ownFailures.has(outcome.code))) return;
  port.attempts++;
  port.seenAt = context.clock.elapsed();
  const { health } = port;
  if (outcome.type === 'response') change(context, port, { state: 'up' });
  else change(context, port, down(health, outcome.code, startedAt + ms));
}

async function keepLooking(context: WatchContext, port: WatchedPort): Promise<void> {
  const { clock, signal } = context;
  while (!signal.aborted) {
    const { attempts } = port;
    const failure = await portFailure(port.targets[0]!, connectMs, signal);
    if (signal.aborted) return;
    if (port.attempts === attempts) {
      port.seenAt = clock.elapsed();
      change(context, port, afterLook(port.health, failure, clock.now()));
    }
    await untilDue(context, port);
  }
}

/** Waits for the next look; attempts put it off, and a change of the health sets its time anew. */
async function untilDue({ clock, signal }: WatchContext, port: WatchedPort): Promise<void> {
  while (!signal.aborted) {
    const pause = port.health.state === 'up' ? pauseMs.up : pauseMs.other;
    const left = port.seenAt + pause - clock.elapsed();
    if (left <= 0) return;
    await restUntilRung(port.alarm, left, clock, signal);
  }
}

/** The health after a look at the port. */
function afterLook(health: TargetHealth, failure: FailureCode | undefined, now: number): TargetHealth {
  if (failure === undefined) {
    return health.state === 'down' && !portFailures.has(health.code) ? health : { state: 'up' };
  }
  if (health.state === 'unknown' || health.state === 'absent') return { state: 'absent' };
  return down(health, failure, now);
}

/** Down with this code; `since` is kept while the target stays down. */
function down(health: TargetHealth, code: FailureCode, now: number): TargetHealth {
  return { state: 'down', code, since: health.state === 'down' ? health.since : now };
}

function change({ changed }: WatchContext, port: WatchedPort, health: TargetHealth): void {
  if (isSame(port.health, health)) return;
  port.health = health;
  port.alarm.ring();
  for (const target of port.targets) changed({ target, health });
}

function isSame(one: TargetHealth, other: TargetHealth): boolean {
  if (one.state !== 'down' || other.state !== 'down') return one.state === other.state;
  return one.code === other.code;
}
