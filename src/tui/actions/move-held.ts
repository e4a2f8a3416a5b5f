import { heldText, moveCommand, waitingText } from '../../format/held.ts';
import { countText } from '../../format/size.ts';
import { targetName } from '../../format/target-name.ts';
import type { Session } from '../../session/session.ts';
import type { Keymap } from '../input/keymap.ts';
import { type Controls, type Handlers, showError } from './controls.ts';

/** What waits for other targets, and how to move it here; undefined if nothing does. */
export function waitingNotice(session: Session, keymap: Pick<Keymap, 'keyOf'>): string | undefined {
  const waiting = session.heldElsewhere();
  if (waiting.length === 0 || !session.target) return undefined;
  const command = moveCommand(session.target.href);
  return `${waitingText(waiting)}: ${keymap.keyOf('move-held')} moves them here (${command})`;
}

/** Handler of the key that moves what waits for other targets to the session's target. */
export function moveHeldHandlers(controls: Controls): Handlers<'move-held'> {
  return {
    'move-held': () => {
      const { session } = controls;
      session.moveHeld().then((count) => sayMoved(controls, count), showError(controls));
    },
  };
}

/** Says what was moved, and why it is held if the target is down. */
function sayMoved({ session, store, viewModel, notice }: Controls, count: number): void {
  viewModel.lookElsewhere();
  const { target } = session;
  if (!target) return;
  const what = `moved ${count === 1 ? '1 request' : `${countText(count)} requests`} to ${targetName(target.href)}`;
  const [first] = store.held(session.project).filter((each) => each.target === target.href);
  const standing =
    first && store.standings(first.seq, Date.now()).find((each) => each.target === target.href);
  if (session.paused && standing) notice(`${what}: ${heldText({ ...standing, isPaused: true })}`, 'warn');
  else if (standing?.cause) notice(`${what}: ${heldText(standing)}`, 'warn');
  else notice(`${what}: they are delivered in order`, 'good');
}
