import type { Store } from '../store/store.ts';
import { type HeldInput, heldDeliveries } from './held.ts';

/** The requests that were dropped. */
export interface DropResult {
  readonly ids: readonly string[];
}

/** Drops held requests: their targets do not get them. Rejects with a UserError if none of the refs is held. */
export async function dropRequests(
  { store }: { readonly store: Store },
  input: HeldInput,
): Promise<DropResult> {
  const held = await heldDeliveries(store, input);
  await Promise.all(held.map(({ seq, target }) => store.closeDelivery(seq, target, 'dropped', 'user')));
  const seqs = new Set(held.map(({ seq }) => seq));
  return { ids: [...seqs].flatMap((seq) => store.summary(seq)?.id ?? []) };
}
