import type { TunnelStatus } from '../model/events.ts';
import { isSameFidelity, type TunnelFidelity } from '../model/tunnel-fidelity.ts';
import type { Tunnel, TunnelDriver } from '../tunnels/tunnel.ts';
import type { KeeperContext } from './keeper-context.ts';
import type { TunnelVerdict } from './tunnel-evidence.ts';

type Change = Pick<TunnelStatus, 'state' | 'message'> & Partial<TunnelStatus>;

/** Sets the status of a keeper; tells of it unless only the latency changed. A member that is not given: none. */
export function changeStatus(keeper: KeeperContext, change: Change): void {
  const before = keeper.status;
  const driver = keeper.turn.chosen.driver.name;
  const isNewUrl = change.url !== undefined && change.url !== before.url;
  const fidelity = isNewUrl || driver !== before.driver ? null : before.fidelity;
  const next = { ...before, driver, verified: false, latencyMs: null, fidelity, ...change };
  const isNews = (['state', 'driver', 'url', 'verified', 'message'] as const).some(
    (name) => next[name] !== before[name],
  );
  keeper.status = next;
  keeper.waitsForName = false;
  if (next.state === 'online') keeper.tries = 0;
  if (next.state === 'online') keeper.failures = 0;
  if (next.state === 'online') keeper.reason = undefined;
  if (isNews) keeper.options.changed(next);
  if (next.state === 'online') keeper.online.resolve();
}

/** Sets what is known of the tunnel's fidelity; tells of it if it is new. */
export function showFidelity(keeper: KeeperContext, fidelity: TunnelFidelity): void {
  if (isSameFidelity(keeper.status.fidelity, fidelity)) return;
  keeper.status = { ...keeper.status, fidelity };
  keeper.options.changed(keeper.status);
}

/**
 * Sets the status after a verdict on the tunnel with this public URL. Of one that is lost, `more` is said;
 * `isEarly`: a few more calls may show that it is not.
 */
export function showVerdict(
  keeper: KeeperContext,
  verdict: TunnelVerdict,
  { url, more, isEarly }: { readonly url: string; readonly more: string; readonly isEarly: boolean },
): void {
  const { note } = keeper;
  if (verdict.type !== 'lost') keeper.isProven = true;
  switch (verdict.type) {
    case 'verified':
      changeStatus(keeper, {
        state: 'online',
        url,
        verified: true,
        message: note,
        latencyMs: verdict.latencyMs,
      });
      return;
    case 'unverified':
      changeStatus(keeper, { state: 'online', url, message: sentences(note, verdict.message) });
      return;
    case 'lost': {
      // A name that has just been made is not known everywhere at once.
      const isNew = keeper.status.state === 'connecting' && isEarly && verdict.advice === undefined;
      keeper.reason = verdict.advice ?? `Requests do not arrive (${verdict.why}).`;
      const message =
        verdict.advice ?? `Requests do not arrive${isNew ? ' yet' : ''} (${verdict.why}); ${more}.`;
      changeStatus(keeper, { state: isNew ? 'connecting' : 'unreachable', url, message });
    }
  }
}

function sentences(...texts: readonly (string | null)[]): string {
  return texts.filter((text) => text !== null).join(' ');
}

/** A remark on a tunnel whose URL is not the one that the user knows or asked for. */
export function noteOn({ status, note, turn }: KeeperContext, tunnel: Tunnel): string | null {
  const { chosen, name } = turn;
  const { url } = tunnel;
  if (status.url === url) return note;
  if (status.url !== null && isNamed(tunnel, chosen.subdomain)) return `The public URL is ${url} again.`;
  if (status.url !== null) {
    const isTaken = chosen.driver.keepsName && name !== undefined && nameIn(status.url) === name;
    const why = isTaken ? `${nameText(chosen.driver, name)} was taken: the` : 'The';
    return `${why} public URL is now ${url}. Update your provider.`;
  }
  const asked = chosen.subdomain;
  if (asked === undefined || !chosen.driver.keepsName || isNamed(tunnel, asked)) return null;
  return `${nameText(chosen.driver, asked)} is not available; using ${url}.`;
}

/** A requested name in messages, as the subject of a sentence. */
export function nameText({ messages }: TunnelDriver, name: string): string {
  return messages?.nameText?.(name) ?? `Subdomain "${name}"`;
}

/** True if a tunnel has this name. */
export function isNamed(tunnel: Pick<Tunnel, 'name' | 'url'>, name: string | undefined): boolean {
  return name !== undefined && nameOf(tunnel) === name.toLowerCase();
}

/** The name of a tunnel. */
export function nameOf({ name, url }: Pick<Tunnel, 'name' | 'url'>): string | undefined {
  return name ?? nameIn(url);
}

/** The name in a public URL: the first label of its host. */
function nameIn(url: string): string | undefined {
  return new URL(url).hostname.split('.')[0];
}
