import { probe } from '../deliver/probe.ts';
import { resolvesWithin } from '../model/clock.ts';
import { linkAbort } from '../model/linked-abort.ts';
import type { Tunnel } from '../tunnels/tunnel.ts';
import type { KeeperContext } from './keeper-context.ts';
import { wait } from './keeper-wait.ts';
import { mayReopen, type TunnelVerdict, verdictOn } from './tunnel-evidence.ts';
import { createMeasuring } from './tunnel-measuring.ts';
import { openUnderRequestedName } from './tunnel-opening.ts';
import { nameOf, noteOn, showVerdict } from './tunnel-status.ts';

/** Why a tunnel is not watched any more. */
export type WatchEnd =
  | { readonly type: 'closing' }
  /** It is gone. */
  | { readonly type: 'ended'; readonly reason: unknown }
  /** Requests do not arrive through it. */
  | { readonly type: 'lost'; readonly why: string }
  /** Another tunnel to the same port has the requested name. */
  | { readonly type: 'replaced'; readonly by: Tunnel };

/** Time limit for the driver to tell whether it is connected. */
const connectedMs = 5_000;

/** Verdicts in a row that a tunnel is lost, after which it is reopened. */
const verdictsBeforeReopening = 3;

/** A tunnel that is not connected is kept this long: it may go on under its name, and opening another would fail, too. */
const disconnectedMs = 60_000;

/** Verdicts in a row that a tunnel is lost. */
interface Losses {
  count: number;
  /** When the first of them came, by `clock.elapsed`. */
  since: number;
  /** When the tunnel was opened, by `clock.elapsed`. */
  readonly openedAt: number;
}

/** Checks again and again whether requests arrive through a tunnel, until they do not or it is gone. */
export async function watchTunnel(keeper: KeeperContext, tunnel: Tunnel, port: number): Promise<WatchEnd> {
  const { traffic, turn } = keeper;
  const over = linkAbort(keeper.closing.signal);
  let end: WatchEnd = { type: 'closing' };
  const ended = (reason: unknown) => {
    end = { type: 'ended', reason };
    over.abort();
  };
  tunnel.ended.then(ended, ended);
  traffic.forgetArrivals();
  keeper.note = noteOn(keeper, tunnel);
  keeper.isProven = false;
  if (turn.chosen.driver.keepsName) turn.name = nameOf(tunnel);
  try {
    const losses: Losses = { count: 0, since: 0, openedAt: keeper.clock.elapsed() };
    const measuring = createMeasuring(keeper, tunnel.url, over.signal);
    while (!over.signal.aborted) {
      const verdict = await judge(keeper, tunnel, over.signal);
      if (over.signal.aborted) break;
      const isDue = verdict.type === 'lost' && isReopeningDue(keeper, losses, verdict.isDisconnected);
      if (verdict.type !== 'lost') losses.count = 0;
      else if (isDue && traffic.inFlight === 0 && mayReopen(traffic.sinceArrivalMs()))
        return { type: 'lost', why: verdict.why };
      const more = isDue ? whatKeepsIt(keeper) : 'checking again';
      const isEarly = losses.count < verdictsBeforeReopening;
      showVerdict(keeper, verdict, { url: tunnel.url, more, isEarly });
      if (verdict.type === 'verified') measuring.verified();
      await wait(keeper, untilNextCheck(keeper, losses), over.signal);
      if (over.signal.aborted || losses.count > 0) continue;
      const by = await openUnderRequestedName(keeper, port);
      if (by) return { type: 'replaced', by };
    }
  } finally {
    // What is still being measured is of no use any more.
    over.abort();
    over.release();
  }
  return end;
}

/** Counts a verdict that the tunnel is lost; true if it is time to reopen it, as far as that goes. */
function isReopeningDue(keeper: KeeperContext, losses: Losses, isDisconnected: boolean): boolean {
  const { clock, timing, turns, isProven } = keeper;
  if (losses.count++ === 0) losses.since = clock.elapsed();
  const isDue = losses.count >= verdictsBeforeReopening;
  // Another driver may do better, and this one has no URL that anybody uses.
  if (turns.length > 1 && !isProven) return isDue || clock.elapsed() - losses.openedAt >= timing.probeMs;
  if (!isDue) return false;
  return !isDisconnected || clock.elapsed() - losses.since >= disconnectedMs;
}

async function judge(keeper: KeeperContext, tunnel: Tunnel, signal: AbortSignal): Promise<TunnelVerdict> {
  const { options, turn, timing, nonce, traffic } = keeper;
  const result = await probe(tunnel.url, nonce, timing.probeMs, signal, options.env);
  const isConnected = result.type === 'reached' ? undefined : await askDriver(keeper, tunnel, signal);
  const evidence = { probe: result, sinceArrivalMs: traffic.sinceArrivalMs(), isConnected };
  return verdictOn(evidence, turn.chosen.driver.messages);
}

/** What the driver says of its connections; undefined if it cannot tell, false if it does not do so in time. */
async function askDriver(
  { clock }: KeeperContext,
  tunnel: Tunnel,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  if (!tunnel.isConnected) return undefined;
  const asked = tunnel.isConnected(signal).catch(() => false);
  return (await resolvesWithin(asked, connectedMs, clock, signal)) && (await asked);
}

/** Soon while requests do not arrive; where the tunnel has to stay open although they do not, less and less often. */
function untilNextCheck({ timing }: KeeperContext, { count }: Losses): number {
  if (count === 0) return timing.heartbeatMs;
  const doublings = Math.max(0, count - verdictsBeforeReopening);
  return Math.min(timing.retryFirstMs * 2 ** doublings, Math.max(timing.heartbeatMs, timing.retryFirstMs));
}

function whatKeepsIt({ traffic: { inFlight } }: KeeperContext): string {
  if (inFlight === 0) return 'checking again, because some arrived in the last minute';
  const requests = inFlight === 1 ? '1 request is' : `${inFlight} requests are`;
  return `reconnecting once no request is in flight (${requests})`;
}
