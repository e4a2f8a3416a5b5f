import { randomUUID } from 'node:crypto';
import { oddReply } from '../deliver/fidelity-checks.ts';
import { probeHeader, probeWish } from '../deliver/probe.ts';
import type { AddressSource } from '../model/address-source.ts';
import { bodyOf } from '../model/body.ts';
import { systemClock } from '../model/clock.ts';
import { messageOf, type UserError } from '../model/errors.ts';
import type { TunnelStatus } from '../model/events.ts';
import type { Reply } from '../model/reply.ts';
import type { Tunnel } from '../tunnels/tunnel.ts';
import { systemSources, watchDisturbances } from './disturbances.ts';
import { addDriver, takeNextTurn, turnOf } from './driver-turns.ts';
import type {
  ChosenDriver,
  Deferred,
  KeeperContext,
  KeeperTiming,
  TunnelKeeperOptions,
} from './keeper-context.ts';
import { backOff, disturb } from './keeper-wait.ts';
import { closeTunnel, openTunnel } from './tunnel-opening.ts';
import { changeStatus } from './tunnel-status.ts';
import { createTunnelTraffic } from './tunnel-traffic.ts';
import { type WatchEnd, watchTunnel } from './tunnel-watch.ts';

/** Keeps a tunnel open: judges by several kinds of evidence whether requests arrive, and reopens the tunnel if not. */
export interface TunnelKeeper {
  readonly status: TunnelStatus;
  /** Why no request arrives, as a sentence; undefined: they do, or nothing is known. */
  readonly reason: string | undefined;
  /** Resolves when the tunnel is first online, verified or not; rejects with a UserError if retrying cannot help. */
  readonly online: Promise<void>;
  /** True while the server gives another name than the one asked for, which is then asked for again. */
  readonly waitsForName: boolean;
  /** The place where requests that come through the tunnel tell the sender's address. */
  readonly addressSource: AddressSource;
  /** There are several drivers, and neither has each had its turn nor one given a tunnel. */
  readonly hasUntriedDriver: boolean;
  /** Opens the tunnel to a port on loopback, and keeps it open. */
  start(port: number): void;
  /** Adds a driver; it is tried at once unless requests arrive through the tunnel that is open. */
  addDriver(chosen: ChosenDriver): void;
  /** The reply to the keeper's own calls as they come in through the tunnel; undefined for any other request. */
  probeReply(headers: Readonly<Record<string, unknown>>): Reply | undefined;
  /** True for the keeper's own calls that ask what of them has arrived. */
  wantsReport(headers: Readonly<Record<string, unknown>>): boolean;
  /** Call it when any other request comes in; returns what to call once its reply is sent or its sender is gone. */
  readonly requestBegan: () => () => void;
  close(): Promise<void>;
}

const defaultTiming: KeeperTiming = {
  openMs: 10_000,
  heartbeatMs: 20_000,
  probeMs: 8_000,
  retryFirstMs: 1_000,
  retryLongestMs: 60_000,
  nameWaitsMs: [1_000, 2_000, 4_000],
  nameAgainMs: 60_000,
};

/** Creates the keeper of a tunnel that is not open yet. */
export function createTunnelKeeper(options: TunnelKeeperOptions): TunnelKeeper {
  const keeper = contextOf(options);
  const sources = options.disturbances ?? systemSources();
  let kept: Promise<void> | undefined;
  return {
    get status() {
      return keeper.status;
    },
    get reason() {
      return keeper.reason;
    },
    online: keeper.online.promise,
    get waitsForName() {
      return keeper.waitsForName;
    },
    get addressSource() {
      return keeper.turn.chosen.addressSource ?? 'none';
    },
    get hasUntriedDriver() {
      const { status, failures, turns } = keeper;
      return status.state !== 'online' && turns.length > 1 && failures < turns.length;
    },
    addDriver: (chosen) => addDriver(keeper, chosen),
    start(port) {
      kept ??= keepOpen(keeper, port).finally(watchDisturbances(() => disturb(keeper), sources));
    },
    probeReply: (headers) => probeReply(keeper, headers[probeHeader]),
    wantsReport: (headers) => probeWish(headers[probeHeader], keeper.nonce) === 'report',
    requestBegan: keeper.traffic.began,
    async close() {
      keeper.closing.abort();
      if (!kept) return;
      await Promise.all([kept, ...keeper.retiring]);
      changeStatus(keeper, { state: 'closed', message: null });
    },
  };
}

function contextOf(options: TunnelKeeperOptions): KeeperContext {
  const { timing, clock = systemClock, random = Math.random } = options;
  const turns = options.drivers.map(turnOf);
  return {
    options,
    timing: { ...defaultTiming, ...timing },
    clock,
    random,
    nonce: randomUUID(),
    closing: new AbortController(),
    online: deferred(),
    traffic: createTunnelTraffic(clock),
    status: {
      state: 'connecting',
      driver: options.drivers[0].driver.name,
      url: null,
      verified: false,
      message: null,
      latencyMs: null,
      fidelity: null,
    },
    reason: undefined,
    measuredAt: undefined,
    retiring: new Set(),
    turns,
    turn: turns[0]!,
    failures: 0,
    opening: undefined,
    isBackingOff: false,
    waitsForName: false,
    isProven: false,
    note: null,
    tries: 0,
    wait: undefined,
    isDisturbed: false,
  };
}

async function keepOpen(keeper: KeeperContext, port: number): Promise<void> {
  const { clock, closing } = keeper;
  let tunnel: Tunnel | undefined;
  while (!closing.signal.aborted) {
    tunnel ??= await openTunnel(keeper, port);
    if (tunnel) {
      const end = await watchTunnel(keeper, tunnel, port).catch(brokenBy);
      if (end.type === 'replaced') {
        retire(keeper, tunnel);
        tunnel = end.by;
        continue;
      }
      sayWhy(keeper, end);
      await closeTunnel(tunnel, clock);
      tunnel = undefined;
    }
    if (closing.signal.aborted) break;
    // A driver that had a working tunnel has the same URL again, perhaps.
    if (keeper.isProven || !takeNextTurn(keeper)) await backOff(keeper);
    keeper.isProven = false;
  }
  if (tunnel) await closeTunnel(tunnel, clock);
}

function brokenBy(reason: unknown): WatchEnd {
  return { type: 'ended', reason };
}

/** Closes a tunnel that was replaced, once the requests that came through it have their replies. */
function retire({ traffic, closing, clock, retiring }: KeeperContext, tunnel: Tunnel): void {
  const retired = traffic
    .settled(closing.signal)
    .then(() => closeTunnel(tunnel, clock))
    .finally(() => retiring.delete(retired));
  retiring.add(retired);
}

/** Tells the user why the tunnel is opened again. */
function sayWhy(keeper: KeeperContext, end: WatchEnd): void {
  if (end.type === 'closing' || end.type === 'replaced') return;
  const message =
    end.type === 'lost'
      ? `Requests do not arrive (${end.why}). ${keeper.turn.chosen.driver.sharesPort ? 'Checking again' : 'Reconnecting'} (try ${keeper.tries + 1}).`
      : `The tunnel broke${end.reason === undefined ? '' : `: ${messageOf(end.reason).replace(/\.$/, '')}`}; opening it again.`;
  changeStatus(keeper, { state: 'unreachable', message });
}

function probeReply({ nonce }: KeeperContext, value: unknown): Reply | undefined {
  const wish = probeWish(value, nonce);
  if (wish === 'response') return oddReply;
  if (wish !== 'nonce') return undefined;
  const body = bodyOf(Buffer.from(nonce));
  return { status: 200, headers: [['Content-Type', 'text/plain']], body, by: 'listener' };
}

function deferred(): Deferred {
  let resolve!: () => void;
  let reject!: (error: UserError) => void;
  const promise = new Promise<void>((...both) => {
    [resolve, reject] = both;
  });
  promise.catch(() => {}); // whoever awaits it gets the error
  return { promise, resolve, reject };
}
