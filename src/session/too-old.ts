import type { Seq } from '../model/seq.ts';
import { incomingOf } from '../providers/assess.ts';
import { readingOf } from '../providers/incoming.ts';
import { providers } from '../providers/index.ts';
import type { Store } from '../store/store.ts';

export interface TooOld {
  /** How many of the requests a verifier refuses now. */
  readonly count: number;
  /** The provider of the first of them, and what it allows, in ms. */
  readonly provider: string;
  readonly toleranceMs: number;
}

/** Which of these were signed longer ago than their provider allows; undefined: none. */
export function tooOldNow(store: Store, seqs: readonly Seq[], now: number): TooOld | undefined {
  const byName = new Map(providers.map((provider) => [provider.name, provider]));
  let found: TooOld | undefined;
  for (const seq of seqs) {
    const provider = byName.get(store.summary(seq)?.facts.provider ?? '');
    const { signedAt, toleranceMs } = provider?.scheme ?? {};
    if (!provider || !signedAt || toleranceMs === undefined) continue;
    const request = store.request(seq);
    const at = request && signedAt(readingOf(incomingOf(request)));
    if (at === undefined || now - at <= toleranceMs) continue;
    found = { provider: provider.name, toleranceMs, ...found, count: (found?.count ?? 0) + 1 };
  }
  return found;
}
