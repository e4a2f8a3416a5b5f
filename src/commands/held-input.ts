import { UserError } from '../model/errors.ts';
import type { HeldInput } from '../operations/held.ts';

/** Selects held requests by refs or --all. Throws a UserError for both or neither. */
export function heldInput(refs: readonly string[], all: boolean, project?: string): HeldInput {
  if (all !== refs.length > 0) return all ? { all, project } : { refs, project };
  throw new UserError(
    'usage',
    all ? '--all cannot be combined with ids.' : 'No request is given.',
    'Give ids, or --all.',
  );
}
