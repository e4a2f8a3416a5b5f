import { randomUUID } from 'node:crypto';
import { probeHeader } from '../deliver/probe.ts';
import { bodyOf } from '../model/body.ts';
import { systemClock } from '../model/clock.ts';
import { messageOf, type UserError } from '../model/errors.ts';
import type { TunnelStatus } from '../model/events.ts';
import type { Reply } from '../model/reply.ts';
import type { Deferred, KeeperContext, KeeperTiming, TunnelKeeperOptions } from './keeper-context.ts';
import { backOff } from './keeper-wait.ts';
import { closeTunnel, openTunnel } from './tunnel-opening.ts';
import { changeStatus } from './tunnel-status.ts';
import { createTunnelTraffic } from './tunnel-traffic.ts';
import { type WatchEnd, watchTunnel } from './tunnel-watch.ts';

/** Keeps a tunnel open: judges by several kinds of evidence whether requests arrive, and reopens the tunnel if not. */
export interface TunnelKeeper {
  readonly status: TunnelStatus;
  /** Resolves when the tunnel is first online, verified or not; rejects with a UserError if retrying cannot help. */
  readonly online: Promise<void>;
  /** Opens the tunnel to a port on loopback, and keeps it open. */
  start(port: number): void;
  /** The reply to the keeper's own calls as they come in through the tunnel; undefined for any other request. */
  probeReply(headers: Readonly<Record<string, unknown>>): Reply | undefined;
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
};

/** Creates the keeper of a tunnel that is not open yet. */
export function createTunnelKeeper(options: TunnelKeeperOptions): TunnelKeeper {
  const keeper = contextOf(options);
  let kept: Promise<void> | undefined;
  return {
    get status() {
      return keeper.status;
    },
    online: keeper.online.promise,
    start(port) {
      kept ??= keepOpen(keeper, port);
    },
    probeReply: (headers) => (headers[probeHeader] === keeper.nonce ? nonceReply(keeper) : undefined),
    requestBegan: keeper.traffic.began,
    async close() {
      keeper.closing.abort();
      if (!kept) return;
      await kept;
      changeStatus(keeper, { state: 'closed', message: null });
    },
  };
}

function contextOf(options: TunnelKeeperOptions): KeeperContext {
  const { timing, clock = systemClock, random = Math.random, subdomain, driver } = options;
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
      driver: driver.name,
      url: null,
      verified: false,
      message: null,
      latencyMs: null,
    },
    wantedName: subdomain,
    note: null,
    tries: 0,
    wait: undefined,
  };
}

async function keepOpen(keeper: KeeperContext, port: number): Promise<void> {
  const { clock, closing } = keeper;
  while (!closing.signal.aborted) {
    const tunnel = await openTunnel(keeper, port);
    if (tunnel) {
      const end = await watchTunnel(keeper, tunnel).catch(
        (reason: unknown): WatchEnd => ({ type: 'ended', reason }),
      );
      sayWhy(keeper, end);
      await closeTunnel(tunnel, clock);
    }
    if (!closing.signal.aborted) await backOff(keeper);
  }
}

/** Tells the user why the tunnel is opened again. */
function sayWhy(keeper: KeeperContext, end: WatchEnd): void {
  if (end.type === 'closing') return;
  const message =
    end.type === 'lost'
      ? `Requests do not arrive (${end.why}). Reconnecting (try ${keeper.tries + 1}).`
      : `The tunnel broke${end.reason === undefined ? '' : `: ${messageOf(end.reason).replace(/\.$/, '')}`}; opening it again.`;
  changeStatus(keeper, { state: 'unreachable', message });
}

function nonceReply({ nonce }: KeeperContext): Reply {
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
