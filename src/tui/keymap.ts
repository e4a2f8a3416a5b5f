import { UserError } from '../model/errors.ts';
import { keyLabel, keyNamed } from './key-names.ts';
import { type Action, type Context, type Key, keys } from './keys.ts';
import type { State } from './state.ts';

/** Which keys a user has for actions of his choice: `{ replay: 'ctrl-r' }`, several apart by spaces. */
export type Bindings = Readonly<Record<string, string>>;

/** The keys as they are for this user. */
export interface Keymap {
  readonly keys: readonly Key[];
  /** The key with this name, as things are. */
  keyFor(name: string, state: State): Key | undefined;
  /** The key of an action, as it is written for people. */
  label(action: Action): string;
}

/** Throws a UserError if a binding names no action or no key, or if a key would have two meanings. */
export function createKeymap(bindings: Bindings = {}): Keymap {
  for (const action of Object.keys(bindings)) {
    if (!keys.some((key) => key.action === action)) throw unknownAction(action);
  }
  const bound = keys.map((key) => rebound(key, bindings[key.action]));
  refuseClashes(bound, bindings);
  return {
    keys: bound,
    keyFor: (name, state) =>
      contextsOf(state)
        .map((context) => bound.find((key) => contextOf(key) === context && key.names.includes(name)))
        .find((key) => key !== undefined),
    label: (action) => bound.find((key) => key.action === action)!.label,
  };
}

/** Where the keyboard is, the nearest first: a key means what it means there. */
export function contextsOf({ prompt, overlay, live, pane, tab, attempt }: State): readonly Context[] {
  if (prompt?.type === 'menu') return [prompt.menu, 'always'];
  if (prompt) return ['always'];
  const contexts: Context[] = [];
  if (live.stopped && !overlay) contexts.push('stopped');
  const part = placeOf(tab, attempt);
  if (!overlay && pane === 'detail' && part) contexts.push(part);
  return [...contexts, 'everywhere', 'always'];
}

/** What the keys are of what is read: those of a body, of a list, or none of its own. */
function placeOf(tab: State['tab'], attempt: State['attempt']): Context | undefined {
  if (tab === 'overview' || tab === 'body' || tab === 'response') return 'body';
  if (tab === 'attempts') return attempt === undefined ? 'attempts' : 'body';
  return tab === 'story' ? 'story' : undefined;
}

/** At most so many keys are on the bar. */
const maxBarKeys = 8;

/** A key on the bar, and what it does in a word or two. */
export interface BarKey {
  readonly label: string;
  readonly text: string;
}

/** What can be done at the breakpoint, in the order of the table; nothing while no request is stopped. */
export function stopKeys(keymap: Keymap, state: State): BarKey[] {
  if (!contextsOf(state).includes('stopped')) return [];
  return barKeys(keymap, state, ({ group }) => group === 'stopped');
}

/** The keys that the bar shows now: those that can act, as many as fit, of the ones that are wanted. */
export function barKeys(
  { keys: bound }: Keymap,
  state: State,
  isWanted: (key: Key) => boolean = () => true,
): BarKey[] {
  const contexts = contextsOf(state);
  const shown = state.overlay
    ? bound.filter(({ action }) => action === 'help' || action === 'back')
    : bound.filter((key) => contexts.includes(contextOf(key)));
  // Of two keys with one name the nearer one acts.
  const taken = new Set<string>();
  const keysNow = contexts.flatMap((context) =>
    shown.filter(
      (key) => contextOf(key) === context && !key.names.some((name) => taken.has(name) || !taken.add(name)),
    ),
  );
  const order = state.prompt ? keysNow : shown.filter((key) => keysNow.includes(key));
  const usable = order
    .filter(isWanted)
    .filter(({ cannot }) => cannot?.(state) === undefined)
    .flatMap(({ action, label, bar }) => {
      const text = bar?.(state);
      return text === undefined ? [] : [{ action, label: label.split(' ')[0]!, text }];
    });
  // The help's is always there, for it tells of all the others.
  const help = usable.filter(({ action }) => action === 'help');
  const others = usable.filter(({ action }) => action !== 'help').slice(0, maxBarKeys - help.length);
  return usable.filter((key) => others.includes(key) || help.includes(key));
}

function contextOf({ context = 'everywhere' }: Key): Context {
  return context;
}

function rebound(key: Key, spelling: string | undefined): Key {
  if (spelling === undefined) return key;
  const names = spelling
    .split(/\s+/)
    .filter((each) => each !== '')
    .map((each) => keyNamed(each) ?? unknownKey(each, key.action));
  if (names.length === 0) unknownKey(spelling, key.action);
  return { ...key, names, label: names.map(keyLabel).join(' ') };
}

/** A key has one meaning in one place. */
function refuseClashes(bound: readonly Key[], bindings: Bindings): void {
  for (const key of bound) {
    if (bindings[key.action] === undefined) continue;
    for (const other of bound) {
      if (other === key || contextOf(other) !== contextOf(key)) continue;
      const shared = other.names.find((name) => key.names.includes(name));
      if (shared === undefined) continue;
      throw new UserError(
        'config',
        `keys: ${keyLabel(shared)} would be ${key.action} and ${other.action} at once.`,
        `Give ${other.action} another key, too.`,
      );
    }
  }
}

function unknownAction(action: string): UserError {
  const names = keys.map((key) => key.action).sort();
  return new UserError(
    'config',
    `keys: there is no action ${JSON.stringify(action)}.`,
    `There are: ${names.join(', ')}.`,
  );
}

function unknownKey(spelling: string, action: string): never {
  throw new UserError(
    'config',
    `keys: ${action} can't have the key ${JSON.stringify(spelling)}.`,
    'A key is one character, or enter, space, tab, esc, up, down, pgup, pgdn, home, end, ctrl-r.',
  );
}
