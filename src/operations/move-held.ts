import type { Clock } from '../model/clock.ts';
import type { HeldCount } from '../model/held.ts';
import { parseTarget } from '../model/target.ts';
import type { HeldDelivery, Store } from '../store/store.ts';

/** The parts that moving uses. */
interface MoveContext {
  readonly store: Store;
  readonly clock: Clock;
}

/** Selects what waits for targets that a session does not forward to. */
export interface ElsewhereInput {
  readonly project: string;
  /** Every target of the session, by its one spelling. */
  readonly targets: readonly string[];
}

/**
 * Moves held deliveries to another target in one transaction, in their order. Resolves with what is held for that target
 * now; those that were held for it before stay as they are. Rejects with a UserError for an invalid target.
 */
export async function moveHeld(
  { store }: Pick<MoveContext, 'store'>,
  { held, to }: { readonly held: readonly HeldDelivery[]; readonly to: string },
): Promise<readonly HeldDelivery[]> {
  const { href } = parseTarget(to);
  const moved = await store.move(
    held.filter(({ target }) => target !== href),
    href,
  );
  const seqs = new Set([...moved, ...held.filter(({ target }) => target === href)].map(({ seq }) => seq));
  return [...seqs].sort((a, b) => a - b).map((seq) => ({ seq, target: href, retryAt: undefined }));
}

/** The requests of a project that wait for targets which no running process delivers to, counted by target. */
export function heldElsewhere({ store, clock }: MoveContext, input: ElsewhereInput): readonly HeldCount[] {
  return store
    .heldTargets({ project: input.project, except: input.targets })
    .filter(({ target }) => store.claimHolder(target, clock.now()) === undefined);
}

/** The deliveries that `heldElsewhere` counts. */
export function deliveriesElsewhere(
  { store, clock }: MoveContext,
  input: ElsewhereInput,
): readonly HeldDelivery[] {
  const targets = new Set(heldElsewhere({ store, clock }, input).map(({ target }) => target));
  return store.held(input.project).filter(({ target }) => targets.has(target));
}
