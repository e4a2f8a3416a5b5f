import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { probe, probeHeader } from '../deliver/probe.ts';
import { bodyOf } from '../model/body.ts';
import { UserError } from '../model/errors.ts';
import type { Reply } from '../model/reply.ts';
import type { Tunnel, TunnelDriver } from '../tunnels/tunnel.ts';
import type { TunnelStatus } from './events.ts';

export interface KeeperOptions {
  readonly driver: TunnelDriver;
  readonly port: number;
  readonly subdomain?: string | undefined;
  readonly host?: string | undefined;
  /** Told of every change that a user would want to know of. */
  readonly changed: (status: TunnelStatus) => void;
  readonly timing?: Partial<KeeperTiming>;
}

export interface KeeperTiming {
  /** How long one try at opening may take. */
  readonly openMs: number;
  /** Between two calls to the public URL that see whether requests still arrive. */
  readonly heartbeatMs: number;
  /** How long such a call may take. */
  readonly probeMs: number;
  /** Waits between tries: doubled from the first to the longest. */
  readonly retryFirstMs: number;
  readonly retryLongestMs: number;
}

/** Keeps a tunnel open: calls its own public URL to see that requests arrive, and opens it anew when they do not. */
export interface TunnelKeeper {
  readonly status: TunnelStatus;
  /** Resolves when requests arrive for the first time; rejects with a UserError where trying again can't help. */
  readonly online: Promise<void>;
  /** Answers the keeper's own calls as they come in through the tunnel; undefined for everybody else's. */
  answerProbe(headers: Readonly<Record<string, unknown>>): Reply | undefined;
  close(): Promise<void>;
}

const defaultTiming: KeeperTiming = {
  openMs: 10_000,
  heartbeatMs: 20_000,
  probeMs: 8_000,
  retryFirstMs: 1_000,
  retryLongestMs: 30_000,
};

/** How long a tunnel may take to close. */
const closeMs = 800;

/** So many calls in a row must fail before the tunnel is given up and opened anew. */
const probesBeforeReopening = 3;

export function keepTunnel(options: KeeperOptions): TunnelKeeper {
  const timing = { ...defaultTiming, ...options.timing };
  const nonce = randomUUID();
  const closing = new AbortController();
  const { signal } = closing;
  let status: TunnelStatus = { state: 'connecting', url: null, message: null, latencyMs: null };
  let isOnline: () => void;
  let neverOnline: (error: UserError) => void;
  const online = new Promise<void>((resolve, reject) => {
    isOnline = resolve;
    neverOnline = reject;
  });
  online.catch(() => {}); // whoever waits for it is told
  let wanted = options.subdomain;
  let current: Tunnel | undefined;
  let note: string | null = null;

  function change(next: TunnelStatus): void {
    const { state, url, message } = status;
    const news = next.state !== state || next.url !== url || next.message !== message;
    status = next;
    if (news) options.changed(next);
    if (next.state === 'online') isOnline();
  }

  async function keep(): Promise<void> {
    for (let failures = 0; !signal.aborted; failures++) {
      const opened = await open();
      if (opened === undefined) {
        const longest = Math.min(timing.retryFirstMs * 2 ** failures, timing.retryLongestMs);
        await pause(longest * (0.75 + Math.random() / 4));
        continue;
      }
      failures = -1;
      current = opened;
      await watch(opened).catch(broken);
      await letGo(opened);
      current = undefined;
      if (!signal.aborted) await pause(timing.retryFirstMs);
    }
  }

  async function open(): Promise<Tunnel | undefined> {
    const timeout = AbortSignal.timeout(timing.openMs);
    const over = AbortSignal.any([signal, timeout]);
    try {
      const { port, host } = options;
      return await heeding(options.driver.open(port, { subdomain: wanted, host }, over), over);
    } catch (error) {
      if (error instanceof UserError && error.code === 'usage') {
        neverOnline(error);
        closing.abort();
      }
      if (!signal.aborted)
        change({ ...status, state: 'unreachable', message: whyNot(error, timeout), latencyMs: null });
      return undefined;
    }
  }

  function whyNot(error: unknown, timeout: AbortSignal): string {
    if (timeout.aborted) return `No tunnel within ${timing.openMs / 1000} s; still trying.`;
    if (error instanceof UserError) return `${error.message.replace(/\.$/, '')}; still trying.`;
    return `The tunnel failed: ${error instanceof Error ? error.message : error}; still trying.`;
  }

  /** Returns when the tunnel is gone or carries nothing any more. */
  async function watch(tunnel: Tunnel): Promise<void> {
    let gone = false;
    const ended = tunnel.ended.catch(asError).then((error) => {
      gone = true;
      return error;
    });
    note = noteOn(tunnel.url);
    wanted = nameIn(tunnel.url);
    for (let failed = 0; !gone && !signal.aborted; ) {
      const result = await Promise.race([probe(tunnel.url, nonce, timing.probeMs, signal), ended]);
      if (gone || signal.aborted || !result || result instanceof Error) break;
      if (result.type === 'reached') {
        failed = 0;
        change({ state: 'online', url: tunnel.url, message: note, latencyMs: result.ms });
      } else {
        failed++;
        change({ state: 'unreachable', url: tunnel.url, message: problem(result), latencyMs: null });
        if (failed >= probesBeforeReopening) return;
      }
      await Promise.race([pause(failed > 0 ? timing.retryFirstMs : timing.heartbeatMs), ended]);
    }
    if (!signal.aborted) broken(await ended);
  }

  function broken(reason: unknown): void {
    const why = reason === undefined ? '' : `: ${asError(reason).message.replace(/\.$/, '')}`;
    const message = `The tunnel broke${why}; opening it again.`;
    change({ ...status, state: 'unreachable', message, latencyMs: null });
  }

  /** What the user has to know about an address that is not the one they know or asked for. */
  function noteOn(url: string): string | null {
    if (status.url === url) return note;
    if (status.url !== null) {
      return `New address: ${nameIn(status.url)} was taken, now ${url}. Update your provider.`;
    }
    const asked = options.subdomain;
    if (asked !== undefined && nameIn(url) !== asked)
      return `${asked} was not to be had; the address is ${url}.`;
    return null;
  }

  async function pause(ms: number): Promise<void> {
    await wait(ms, undefined, { signal }).catch(() => {});
  }

  const kept = keep();
  return {
    get status() {
      return status;
    },
    online,
    answerProbe(headers) {
      if (headers[probeHeader] !== nonce) return undefined;
      return {
        status: 200,
        headers: [['Content-Type', 'text/plain']],
        body: bodyOf(Buffer.from(nonce)),
        by: 'listener',
      };
    },
    async close() {
      closing.abort();
      if (current) await letGo(current);
      await kept;
      change({ ...status, state: 'closed', message: null, latencyMs: null });
    },
  };
}

/** What a driver opens; rejects when the signal aborts even if the driver does not heed it, and closes what comes late. */
function heeding(opening: Promise<Tunnel>, signal: AbortSignal): Promise<Tunnel> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(signal.reason);
      opening.then(letGo).catch(() => {});
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    opening.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** Closing is a courtesy to the tunnel's server: it may fail, and it holds nobody up for long. */
async function letGo(tunnel: Tunnel): Promise<void> {
  const done = new AbortController();
  const late = wait(closeMs, undefined, { signal: done.signal }).catch(() => {});
  await Promise.race([Promise.resolve(tunnel.close()).catch(() => {}), late]);
  done.abort();
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

function problem(result: Exclude<Awaited<ReturnType<typeof probe>>, { type: 'reached' }>): string {
  if (result.type === 'failed') return `Requests do not arrive (${result.message}); checking again.`;
  if (result.status === 401 || result.status === 511) {
    return 'The tunnel shows a password page to browsers; senders that are programs may still pass.';
  }
  return `Requests do not arrive: the tunnel server answers ${result.status} itself; checking again.`;
}

/** The name in a public address: the first label of its host. */
function nameIn(url: string): string | undefined {
  return new URL(url).hostname.split('.')[0];
}
