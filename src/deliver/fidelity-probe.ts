import { type ArrivedProbe, arrivedProbeIn } from '../model/arrived-probe.ts';
import type { Outcome } from '../model/attempt.ts';
import { wholeBody } from '../model/body.ts';
import type { Environment } from '../model/environment.ts';
import type { FidelityFinding, TunnelFidelity } from '../model/tunnel-fidelity.ts';
import type { OutgoingRequest } from './client.ts';
import { type FidelityCheck, fidelityChecks } from './fidelity-checks.ts';
import { probeHeader, probeValue } from './probe.ts';
import { sendOnce } from './send-once.ts';

export interface FidelityOptions {
  /** Tells the calls from other requests. */
  readonly nonce: string;
  /** What is known already: only what is unknown there is measured. */
  readonly known: TunnelFidelity;
  /** Time limit of a call, and of the one with 1 MB. */
  readonly timeoutMs: number;
  readonly largeTimeoutMs: number;
  /** The environment whose proxies are used; none unless given. */
  readonly env?: Environment | undefined;
  /** Asked before 1 MB is sent: false leaves that for another time. */
  readonly maySendLarge: () => boolean;
  readonly signal: AbortSignal;
}

/** More of a response is not read: ours are short. */
const maxResponseBytes = 64 * 1024;

/**
 * Sends requests to the public URL that are easily changed on the way, and compares what the listener reports of them.
 * What cannot be measured stays unknown. Never rejects.
 */
export async function measureFidelity(url: string, options: FidelityOptions): Promise<TunnelFidelity> {
  let fidelity = options.known;
  for (const check of fidelityChecks) {
    if (options.signal.aborted) break;
    if (check.aspects.every((aspect) => fidelity[aspect] !== 'unknown')) continue;
    if (check.isLarge && !options.maySendLarge()) continue;
    fidelity = { ...fidelity, ...(await measure(url, check, options)) };
  }
  return fidelity;
}

async function measure(
  url: string,
  check: FidelityCheck,
  { nonce, timeoutMs, largeTimeoutMs, env, signal }: FidelityOptions,
): Promise<Partial<TunnelFidelity>> {
  const request = check.request();
  const headers = [
    ['Host', new URL(url).host] as const,
    [probeHeader, probeValue(nonce, check.wants)] as const,
    ...request.headers,
  ];
  const sent: OutgoingRequest = { ...request, headers };
  const outcome = await sendOnce(sent, {
    origin: url,
    timeoutMs: check.isLarge ? largeTimeoutMs : timeoutMs,
    maxResponseBytes,
    env,
    signal,
  });
  if (outcome.type === 'failed') return {};
  const findings = findingsOf(check, sent, outcome, nonce);
  return Object.fromEntries(check.aspects.map((aspect, index) => [aspect, findings[index] ?? 'unknown']));
}

/** One finding for each aspect of the check; none where nothing can be said. */
function findingsOf(
  check: FidelityCheck,
  sent: OutgoingRequest,
  { response }: Extract<Outcome, { type: 'response' }>,
  nonce: string,
): readonly FidelityFinding[] {
  const { status } = response;
  if (check.wants !== 'report') return check.findings(response, nonce);
  const text = Buffer.from(wholeBody(response.body)).toString('latin1');
  const arrived: ArrivedProbe | undefined = status === 200 ? arrivedProbeIn(text) : undefined;
  if (arrived) return check.findings(sent, arrived);
  // With several aspects in one request it is not known which one was refused.
  return refuses(status) && check.aspects.length === 1 ? ['lost'] : [];
}

/** True for a status by which a server refuses a request for what it is, and not for the moment. */
function refuses(status: number): boolean {
  return status >= 400 && status < 500 && ![401, 407, 408, 421, 425, 429].includes(status);
}
