import type { ChosenDriver, DriverTurn, KeeperContext } from './keeper-context.ts';
import { disturb } from './keeper-wait.ts';

/** The turn of a driver that was not tried yet. */
export function turnOf(chosen: ChosenDriver): DriverTurn {
  return { chosen, name: chosen.subdomain, askedAt: 0 };
}

/** Moves on to the next driver; true if that is to be tried at once, false if all have failed. */
export function takeNextTurn(keeper: KeeperContext): boolean {
  keeper.failures++;
  keeper.turn = nextTurn(keeper);
  return keeper.failures % keeper.turns.length !== 0;
}

/** The driver to try if the one whose turn it is fails. */
export function nextTurn({ turns, turn }: KeeperContext): DriverTurn {
  return turns[(turns.indexOf(turn) + 1) % turns.length]!;
}

/** Removes the driver whose turn it is, as no retry can help it, and moves on to the next. There has to be another. */
export function removeTurn(keeper: KeeperContext): void {
  const { turns, turn } = keeper;
  keeper.turn = nextTurn(keeper);
  turns.splice(turns.indexOf(turn), 1);
}

/** Adds a driver as the next one; ends the opening or the wait that is under way. */
export function addDriver(keeper: KeeperContext, chosen: ChosenDriver): void {
  const added = turnOf(chosen);
  keeper.turns.splice(keeper.turns.indexOf(keeper.turn) + 1, 0, added);
  keeper.failures = 0;
  if (keeper.status.state === 'online') return;
  if (keeper.isBackingOff) keeper.turn = added;
  keeper.opening?.abort(new Error(`${chosen.driver.name} is used instead`));
  if (keeper.wait) disturb(keeper);
}
