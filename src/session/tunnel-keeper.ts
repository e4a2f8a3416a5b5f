import { randomUUID } from 'node:crypto';
import { type ProbeResult, probe, probeHeader } from '../deliver/probe.ts';
import { bodyOf } from '../model/body.ts';
import { type Clock, resolvesWithin, systemClock, type TimeSources } from '../model/clock.ts';
import { UserError } from '../model/errors.ts';
import type { TunnelStatus } from '../model/events.ts';
import type { Reply } from '../model/reply.ts';
import type { Tunnel, TunnelDriver } from '../tunnels/tunnel.ts';

/** The tunnel to keep open. */
export interface TunnelKeeperOptions extends TimeSources {
  readonly driver: TunnelDriver;
  /** The requested subdomain of the public URL. */
  readonly subdomain?: string | undefined;
  /** The tunnel server; the driver's default unless given. */
  readonly host?: string | undefined;
  /** Called with every change that a user would want to know of. */
  readonly changed: (status: TunnelStatus) => void;
  readonly timing?: Partial<KeeperTiming> | undefined;
}

/** The waits of a tunnel keeper. */
export interface KeeperTiming {
  /** Time limit for opening the tunnel once. */
  readonly openMs: number;
  /** Interval of the calls to the public URL that check that requests still arrive. */
  readonly heartbeatMs: number;
  /** Time limit for such a call. */
  readonly probeMs: number;
  /** Wait after the first failure; it doubles with each one, up to the longest. */
  readonly retryFirstMs: number;
  readonly retryLongestMs: number;
}

/** Keeps a tunnel open: calls its own public URL to check that requests arrive, and reopens the tunnel if not. */
export interface TunnelKeeper {
  readonly status: TunnelStatus;
  /** Resolves when requests arrive for the first time; rejects with a UserError if retrying cannot help. */
  readonly online: Promise<void>;
  /** Opens the tunnel to a port on loopback, and keeps it open. */
  start(port: number): void;
  /** The reply to the keeper's own calls as they come in through the tunnel; undefined for any other request. */
  probeReply(headers: Readonly<Record<string, unknown>>): Reply | undefined;
  close(): Promise<void>;
}

interface KeeperContext {
  readonly options: TunnelKeeperOptions;
  readonly timing: KeeperTiming;
  readonly clock: Clock;
  readonly random: () => number;
  /** Tells the keeper's own calls from other requests. */
  readonly nonce: string;
  readonly closing: AbortController;
  readonly online: Deferred;
  status: TunnelStatus;
  /** The name to ask for: once there was a tunnel, the one that it had. */
  wantedName: string | undefined;
  current: Tunnel | undefined;
  /** A remark on the current URL, for the user. */
  note: string | null;
}

interface Deferred {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: UserError) => void;
}

const defaultTiming: KeeperTiming = {
  openMs: 10_000,
  heartbeatMs: 20_000,
  probeMs: 8_000,
  retryFirstMs: 1_000,
  retryLongestMs: 30_000,
};

/** Time limit for closing a tunnel. */
const closeMs = 800;

/** Failed calls in a row after which the tunnel is reopened. */
const probesBeforeReopening = 3;

/** Creates the keeper of a tunnel that is not open yet. */
export function createTunnelKeeper(options: TunnelKeeperOptions): TunnelKeeper {
  const { timing, clock = systemClock, random = Math.random, subdomain } = options;
  const keeper: KeeperContext = {
    options,
    timing: { ...defaultTiming, ...timing },
    clock,
    random,
    nonce: randomUUID(),
    closing: new AbortController(),
    online: deferred(),
    status: { state: 'connecting', url: null, message: null, latencyMs: null },
    wantedName: subdomain,
    current: undefined,
    note: null,
  };
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
    async close() {
      keeper.closing.abort();
      if (!kept) return;
      if (keeper.current) await closeTunnel(keeper.current, clock);
      await kept;
      change(keeper, { ...keeper.status, state: 'closed', message: null, latencyMs: null });
    },
  };
}

async function keepOpen(keeper: KeeperContext, port: number): Promise<void> {
  const { timing, clock, random, closing } = keeper;
  const { signal } = closing;
  for (let failures = 0; !signal.aborted; failures++) {
    const opened = await open(keeper, port);
    if (opened === undefined) {
      const longest = Math.min(timing.retryFirstMs * 2 ** failures, timing.retryLongestMs);
      await clock.sleep(longest * (0.75 + random() / 4), signal);
      continue;
    }
    failures = -1;
    keeper.current = opened;
    await watch(keeper, opened).catch((error: unknown) => reportBroken(keeper, error));
    await closeTunnel(opened, clock);
    keeper.current = undefined;
    if (!signal.aborted) await clock.sleep(timing.retryFirstMs, signal);
  }
}

async function open(keeper: KeeperContext, port: number): Promise<Tunnel | undefined> {
  const { options, timing, clock, closing, wantedName } = keeper;
  const { signal } = closing;
  const timeout = new AbortController();
  const over = AbortSignal.any([signal, timeout.signal]);
  try {
    const opening = options.driver.open(port, { subdomain: wantedName, host: options.host }, over);
    if (await resolvesWithin(opening, timing.openMs, clock, signal)) return await opening;
    timeout.abort(new Error(`No tunnel within ${timing.openMs / 1000} s`));
    // The driver may not heed the signal.
    opening.then((late) => closeTunnel(late, clock)).catch(() => {});
    throw timeout.signal.reason;
  } catch (error) {
    if (error instanceof UserError && error.code === 'usage') {
      keeper.online.reject(error);
      closing.abort();
    }
    if (!signal.aborted) {
      const message = timeout.signal.aborted
        ? `${timeout.signal.reason.message}; still trying.`
        : openFailure(error);
      change(keeper, { ...keeper.status, state: 'unreachable', message, latencyMs: null });
    }
    return undefined;
  }
}

function openFailure(error: unknown): string {
  if (error instanceof UserError) return `${error.message.replace(/\.$/, '')}; still trying.`;
  return `The tunnel failed: ${error instanceof Error ? error.message : error}; still trying.`;
}

/** Returns when the tunnel has ended or requests do not arrive through it any more. */
async function watch(keeper: KeeperContext, tunnel: Tunnel): Promise<void> {
  const { options, timing, clock, nonce } = keeper;
  const { signal } = keeper.closing;
  let hasEnded = false;
  const ended = tunnel.ended.catch(asError).then((error) => {
    hasEnded = true;
    return error;
  });
  keeper.note = noteOn(keeper, tunnel.url);
  if (options.driver.keepsName) keeper.wantedName = nameIn(tunnel.url);
  for (let failed = 0; !hasEnded && !signal.aborted; ) {
    const result = await Promise.race([probe(tunnel.url, nonce, timing.probeMs, signal), ended]);
    if (hasEnded || signal.aborted || !result || result instanceof Error) break;
    failed = result.type === 'reached' ? 0 : failed + 1;
    change(keeper, statusAfter(result, tunnel.url, keeper));
    if (failed >= probesBeforeReopening) return;
    await Promise.race([clock.sleep(failed > 0 ? timing.retryFirstMs : timing.heartbeatMs, signal), ended]);
  }
  if (!signal.aborted) reportBroken(keeper, await ended);
}

function statusAfter(result: ProbeResult, url: string, { note, options }: KeeperContext): TunnelStatus {
  return result.type === 'reached'
    ? { state: 'online', url, message: note, latencyMs: result.ms }
    : { state: 'unreachable', url, message: problemOf(result, options.driver), latencyMs: null };
}

function problemOf(result: Exclude<ProbeResult, { type: 'reached' }>, { messages }: TunnelDriver): string {
  if (result.type === 'failed') return `Requests do not arrive (${result.message}); checking again.`;
  return (
    messages?.ownResponse?.(result.status) ??
    `Requests do not arrive: the tunnel server responds ${result.status} itself; checking again.`
  );
}

function reportBroken(keeper: KeeperContext, reason: unknown): void {
  const why = reason === undefined ? '' : `: ${asError(reason).message.replace(/\.$/, '')}`;
  const message = `The tunnel broke${why}; opening it again.`;
  change(keeper, { ...keeper.status, state: 'unreachable', message, latencyMs: null });
}

function change(keeper: KeeperContext, next: TunnelStatus): void {
  const { state, url, message } = keeper.status;
  const isNews = next.state !== state || next.url !== url || next.message !== message;
  keeper.status = next;
  if (isNews) keeper.options.changed(next);
  if (next.state === 'online') keeper.online.resolve();
}

/** A remark on a URL that is not the one that the user knows or asked for. */
function noteOn({ status, note, options }: KeeperContext, url: string): string | null {
  if (status.url === url) return note;
  if (status.url !== null) {
    const why = options.driver.keepsName ? `Subdomain "${nameIn(status.url)}" was taken: the` : 'The';
    return `${why} public URL is now ${url}. Update your provider.`;
  }
  const asked = options.subdomain;
  if (asked === undefined || nameIn(url) === asked) return null;
  return `Subdomain "${asked}" is not available; using ${url}.`;
}

function nonceReply({ nonce }: KeeperContext): Reply {
  const body = bodyOf(Buffer.from(nonce));
  return { status: 200, headers: [['Content-Type', 'text/plain']], body, by: 'listener' };
}

/** Closing is a courtesy to the tunnel's server: it may fail, and it delays nothing for long. */
async function closeTunnel(tunnel: Tunnel, clock: Clock): Promise<void> {
  await resolvesWithin(
    Promise.resolve(tunnel.close()).catch(() => {}),
    closeMs,
    clock,
  );
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

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

/** The name in a public URL: the first label of its host. */
function nameIn(url: string): string | undefined {
  return new URL(url).hostname.split('.')[0];
}
