import type { Seq } from '../model/seq.ts';
import { incomingOf } from '../providers/assess.ts';
import { providers } from '../providers/index.ts';
import { readingOf } from '../providers/request/parsed-request.ts';
import type { Store } from '../store/store.ts';

export interface TooOld {
  /** How many of the requests a verifier refuses now. */
  readonly count: number;
  /** The provider of the first of them, and what it allows, in ms. */
  readonly provider: string;
  readonly toleranceMs: number;
}

/** A request with the name of its provider. */
export interface Sent {
  readonly seq: Seq;
  readonly provider: string;
}

/** Which of these were signed longer ago than their provider allows; undefined: none. */
export function tooOldNow(store: Store, sent: readonly Sent[], now: number): TooOld | undefined {
  const byName = new Map(providers.map((provider) => [provider.name, provider]));
  let found: TooOld | undefined;
  for (const { seq, provider: name } of sent) {
    const provider = byName.get(name);
    const { signedAt, toleranceMs } = provider?.scheme ?? {};
    if (!provider || !signedAt || toleranceMs === undefined) continue;
    const request = store.request(seq);
    const at = request && signedAt(readingOf(incomingOf(request)));
    if (at === undefined || now - at <= toleranceMs) continue;
    found = { provider: name, toleranceMs, ...found, count: (found?.count ?? 0) + 1 };
  }
  return found;
}
