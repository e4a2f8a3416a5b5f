import type { AddressSource } from '../model/address-source.ts';
import type { Clock, TimeSources } from '../model/clock.ts';
import type { Environment } from '../model/environment.ts';
import type { UserError } from '../model/errors.ts';
import type { TunnelStatus } from '../model/events.ts';
import type { LinkedAbort } from '../model/linked-abort.ts';
import type { DriverSettings, TunnelDriver } from '../tunnels/tunnel.ts';
import type { DisturbanceSources } from './disturbances.ts';
import type { TunnelTraffic } from './tunnel-traffic.ts';

/** A driver to use, with what it is asked for. */
export interface ChosenDriver {
  readonly driver: TunnelDriver;
  readonly settings?: DriverSettings | undefined;
  /** The requested name in the public URL; asked for again while the server gives another. */
  readonly subdomain?: string | undefined;
  /** The place where requests that come through its tunnel tell the sender's address; `none` unless given. */
  readonly addressSource?: AddressSource | undefined;
}

/** The tunnel to keep open. */
export interface TunnelKeeperOptions extends TimeSources {
  /** Tried in this order; one that has carried requests is tried again before the next. */
  readonly drivers: readonly [ChosenDriver, ...ChosenDriver[]];
  /** The tunnel server; the driver's default unless given. */
  readonly host?: string | undefined;
  /** The user's state folder, for files that a driver keeps. */
  readonly stateFolder?: string | undefined;
  /** The environment for programs of drivers and for proxies. */
  readonly env?: Environment | undefined;
  /** Called with every change that a user would want to know of. */
  readonly changed: (status: TunnelStatus) => void;
  readonly timing?: Partial<KeeperTiming> | undefined;
  /** Measure what the tunnel does to requests; yes unless given. */
  readonly measures?: boolean | undefined;
  /** Shows when to check the tunnel at once; this machine unless given. */
  readonly disturbances?: DisturbanceSources | undefined;
}

/** The waits of a tunnel keeper. */
export interface KeeperTiming {
  /** Time limit for opening the tunnel once. */
  readonly openMs: number;
  /** Interval of the calls to the public URL that check that requests still arrive. */
  readonly heartbeatMs: number;
  /** Time limit for such a call. */
  readonly probeMs: number;
  /** Wait after the first failure; it doubles with each one until the tunnel is online, up to the longest. */
  readonly retryFirstMs: number;
  readonly retryLongestMs: number;
  /** Waits before the name is asked for again when the server gives another: the last client may still hold it. */
  readonly nameWaitsMs: readonly number[];
  /** Interval of asking for the name once another was accepted. */
  readonly nameAgainMs: number;
}

/** State of a tunnel keeper. */
export interface KeeperContext {
  readonly options: TunnelKeeperOptions;
  readonly timing: KeeperTiming;
  readonly clock: Clock;
  readonly random: () => number;
  /** Tells the keeper's own calls from other requests. */
  readonly nonce: string;
  readonly closing: AbortController;
  readonly online: Deferred;
  readonly traffic: TunnelTraffic;
  status: TunnelStatus;
  /** Why no request arrives, as a sentence without what comes next; undefined: they do, or nothing is known. */
  reason: string | undefined;
  /** Closings of tunnels that another has replaced. */
  readonly retiring: Set<Promise<void>>;
  /** The drivers that can be used, each with what became of it. */
  readonly turns: DriverTurn[];
  /** The driver whose turn it is. */
  turn: DriverTurn;
  /** Drivers in a row that gave no tunnel through which requests arrive. */
  failures: number;
  /** The opening that is under way. */
  opening: LinkedAbort | undefined;
  /** Waits to open a tunnel again. */
  isBackingOff: boolean;
  /** Waits to ask for the name again, because the server gave another. */
  waitsForName: boolean;
  /** Requests arrived through the tunnel that is open, as far as is known. */
  isProven: boolean;
  /** When the tunnel was last measured, by `clock.elapsed`. */
  measuredAt: number | undefined;
  /** A remark on the current URL, for the user. */
  note: string | null;
  /** Openings that failed and tunnels that were closed since it was last online. */
  tries: number;
  /** The wait that is under way. */
  wait: LinkedAbort | undefined;
  /** There was a disturbance, and the next wait is left out for it. */
  isDisturbed: boolean;
}

/** A driver of a keeper. */
export interface DriverTurn {
  readonly chosen: ChosenDriver;
  /** The name to ask for: once there was a tunnel, the one that it had. */
  name: string | undefined;
  /** When the requested name was last asked for, by `clock.elapsed`. */
  askedAt: number;
}

/** A promise, with what settles it. */
export interface Deferred {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: UserError) => void;
}
