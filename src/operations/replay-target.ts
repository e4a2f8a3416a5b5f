import { UserError } from '../model/errors.ts';
import { option, phrase } from '../model/phrase.ts';
import type { CapturedRequest } from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import { parseTarget, type Target } from '../model/target.ts';
import type { Store } from '../store/store.ts';

/** A recorded request that can be sent again. */
export interface Replayable {
  readonly seq: Seq;
  readonly request: CapturedRequest;
}

/** The targets that a running session forwards to. */
export interface ForwardedTargets {
  /** The target of requests that no route matches. */
  readonly defaultTarget: string | null;
  /** Every target that it forwards to, by its one spelling. */
  readonly targets: readonly string[];
}

const howToName = phrase`Use ${option('to')}, such as ${option('to', '3000')}.`;

/** The target that a request is held for; of several the one that was tried last. */
export function heldTarget(store: Store, seq: Seq): string | undefined {
  const held = store.deliveriesOf(seq).flatMap((each) => (each.held ? [each.target] : []));
  const latest = store.latestTarget(seq);
  return latest !== undefined && held.includes(latest) ? latest : held[0];
}

/** The target of a replay of a request that is not held: that of the request's newest `forward` or `retry` attempt. Throws a UserError if it has none. */
export function latestTarget(store: Store, { seq, request }: Replayable): Target {
  const href = store.latestTarget(seq);
  if (href !== undefined) return parseTarget(href);
  throw new UserError(
    'usage',
    `${request.id} was never forwarded, so there is no target to replay it to.`,
    howToName,
  );
}

/**
 * The default target of a replay with a new signature: only one that a running session forwards to, because anybody may
 * have written a target into the database. Throws a UserError if there is none.
 */
export function trustedTarget(
  store: Store,
  { seq, request }: Replayable,
  { targets, defaultTarget }: ForwardedTargets,
): Target {
  const before = heldTarget(store, seq) ?? store.latestTarget(seq);
  const href = before !== undefined && targets.includes(before) ? before : defaultTarget;
  if (href !== null) return parseTarget(href);
  throw new UserError(
    'usage',
    `The running listen does not forward ${request.id}, so no new signature is sent to its former target.`,
    howToName,
  );
}
