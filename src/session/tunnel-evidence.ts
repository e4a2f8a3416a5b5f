import type { ProbeResult } from '../deliver/probe.ts';
import type { DriverMessages } from '../tunnels/tunnel.ts';

/** What is known of whether requests arrive through a tunnel. */
export interface TunnelEvidence {
  /** The result of our own call to the public URL. */
  readonly probe: ProbeResult;
  /** Milliseconds since a request last arrived through the tunnel; undefined: none has. */
  readonly sinceArrivalMs: number | undefined;
  /** Whether the driver's connections to its server are up; undefined: the driver cannot tell. */
  readonly isConnected: boolean | undefined;
}

/** Whether requests arrive through a tunnel. */
export type TunnelVerdict =
  | { readonly type: 'verified'; readonly latencyMs: number }
  /** Other evidence says that they do, although our own call did not arrive. `message`: a sentence. */
  | { readonly type: 'unverified'; readonly message: string }
  | {
      readonly type: 'lost';
      /** The reason, as a part of a sentence. */
      readonly why: string;
      /** What the driver knows of it, as a sentence. */
      readonly advice: string | undefined;
      /** The driver says that it is not connected: the network may be down, and the tunnel go on when it is back. */
      readonly isDisconnected: boolean;
    };

/** A tunnel that carried a request this recently is not closed. */
const trafficMs = 60_000;

/** The same for its state, once the driver says that its connections are down. */
const trafficWithoutConnectionMs = 20_000;

/** Judges a tunnel. A failed call of our own alone does not make it lost: this machine may have no way to the URL. */
export function verdictOn(evidence: TunnelEvidence, messages: DriverMessages | undefined): TunnelVerdict {
  const { probe, sinceArrivalMs, isConnected } = evidence;
  if (probe.type === 'reached') return { type: 'verified', latencyMs: probe.ms };
  const advice = probe.type === 'not-ours' ? messages?.ownResponse?.(probe.status) : undefined;
  const why = probe.type === 'failed' ? probe.message : otherResponse(probe.status, messages);
  const recentMs = isConnected === false ? trafficWithoutConnectionMs : trafficMs;
  if (sinceArrivalMs !== undefined && sinceArrivalMs < recentMs) return unverified(why);
  if (isConnected && advice !== undefined) return { type: 'unverified', message: advice };
  if (isConnected && probe.type === 'failed' && !probe.reachedServer) return unverified(why);
  return { type: 'lost', why, advice, isDisconnected: isConnected === false };
}

/** False while a tunnel may have to stay open because of the requests that it carries, whatever its state. */
export function mayReopen(sinceArrivalMs: number | undefined): boolean {
  return sinceArrivalMs === undefined || sinceArrivalMs >= trafficMs;
}

function unverified(why: string): TunnelVerdict {
  return { type: 'unverified', message: `Not verified from here: ${why}.` };
}

function otherResponse(status: number, messages: DriverMessages | undefined): string {
  return messages?.otherResponse?.(status) ?? `the tunnel server responds ${status} itself`;
}
