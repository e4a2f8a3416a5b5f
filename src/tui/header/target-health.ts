import type { Target } from '../../model/target.ts';
import type { KnownTarget, TargetHealth } from '../../model/target-health.ts';

/** The target that the header names, and its health. */
export interface ShownTarget {
  /** Undefined: nothing is forwarded, or by routes only and there is nothing to say of any target. */
  readonly target: Target | undefined;
  readonly health: TargetHealth;
}

/**
 * Chooses the target for which there is room in the header: `own`, which gets what no route matches, unless another one
 * is in trouble and it is not.
 */
export function targetToShow(known: readonly KnownTarget[], own: Target | undefined): ShownTarget {
  const withState = (state: TargetHealth['state']) => known.filter(({ health }) => health.state === state);
  const main = known.find(({ target }) => target.href === own?.href);
  const inTrouble = [...withState('down'), ...withState('absent')];
  if (main && inTrouble.includes(main)) return main;
  const [first] = inTrouble;
  if (first) return first;
  if (main) return main;
  const isUp = known.length > 0 && withState('up').length === known.length;
  return { target: own, health: { state: isUp ? 'up' : 'unknown' } };
}
