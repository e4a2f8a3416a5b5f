import type { Seq } from '../model/seq.ts';
import { signableRequestOf } from '../providers/assess.ts';
import { providers } from '../providers/index.ts';
import { parseLazily } from '../providers/request/parsed-request.ts';
import type { Store } from '../store/store.ts';

/** The requests whose signatures a verifier would now reject for their age. */
export interface ExpiredSignatures {
  readonly count: number;
  /** The provider of the first of them. */
  readonly provider: string;
  /** The maximum age that this provider allows, in ms. */
  readonly toleranceMs: number;
}

/** A recorded request with the name of its provider. */
export interface IdentifiedRequest {
  readonly seq: Seq;
  readonly provider: string;
}

/** Finds the requests that were signed longer ago than their provider allows; undefined if there are none. */
export function expiredSignatures(
  store: Store,
  requests: readonly IdentifiedRequest[],
  now: number,
): ExpiredSignatures | undefined {
  const byName = new Map(providers.map((provider) => [provider.name, provider]));
  let found: ExpiredSignatures | undefined;
  for (const { seq, provider: name } of requests) {
    const provider = byName.get(name);
    const { signedAt, toleranceMs } = provider?.scheme ?? {};
    if (!provider || !signedAt || toleranceMs === undefined) continue;
    const request = store.request(seq);
    const at = request && signedAt(parseLazily(signableRequestOf(request)));
    if (at === undefined || now - at <= toleranceMs) continue;
    found = { provider: name, toleranceMs, ...found, count: (found?.count ?? 0) + 1 };
  }
  return found;
}
