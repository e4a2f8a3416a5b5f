import { UserError } from '../../model/errors.ts';
import type { State } from '../state/state.ts';
import { keyLabel, parseKeyName } from './key-names.ts';
import { type Action, type Key, type KeyContext, keys } from './keys.ts';

/** Keys that the user has chosen for actions: `{ replay: 'ctrl-r' }`; several are separated by spaces. */
export type KeyBindings = Readonly<Record<string, string>>;

/** The keys of this user. */
export interface Keymap {
  readonly keys: readonly Key[];
  /** The key with this name in the contexts that are active in `state`. */
  keyFor(name: string, state: State): Key | undefined;
  /** The key of an action, as written for people. */
  label(action: Action): string;
}

/** Throws a UserError if a binding names an unknown action or key, or gives a key two meanings. */
export function createKeymap(bindings: KeyBindings = {}): Keymap {
  for (const action of Object.keys(bindings)) {
    if (!keys.some((key) => key.action === action)) throw unknownAction(action);
  }
  const bound = keys.map((key) => rebound(key, bindings[key.action]));
  refuseClashes(bound, bindings);
  return {
    keys: bound,
    keyFor: (name, state) =>
      activeContexts(state)
        .map((context) => bound.find((key) => contextOf(key) === context && key.names.includes(name)))
        .find((key) => key !== undefined),
    label: (action) => bound.find((key) => key.action === action)!.label,
  };
}

/** The contexts that apply now, the narrowest first. */
export function activeContexts({ prompt, overlay, live, pane, tab, attempt }: State): readonly KeyContext[] {
  if (prompt?.type === 'menu') return [prompt.menu, 'always'];
  if (prompt) return ['always'];
  const contexts: KeyContext[] = [];
  if (live.intercepted && !overlay) contexts.push('breakpoint');
  const tabContext = contextOfTab(tab, attempt);
  if (!overlay && pane === 'detail' && tabContext) contexts.push(tabContext);
  return [...contexts, 'everywhere', 'always'];
}

function contextOfTab(tab: State['tab'], attempt: State['attempt']): KeyContext | undefined {
  if (tab === 'overview' || tab === 'body' || tab === 'response') return 'body';
  if (tab === 'attempts') return attempt === undefined ? 'attempts' : 'body';
  return tab === 'related' ? 'related' : undefined;
}

/** The keymap without the keys that help and palette leave out in this state. */
export function listedKeys(keymap: Keymap, state: State): Keymap {
  return { ...keymap, keys: keymap.keys.filter(({ isHidden }) => !isHidden?.(state)) };
}

const maxBarKeys = 8;

/** A key on the key bar. */
export interface BarKey {
  readonly label: string;
  /** Description in a word or two. */
  readonly text: string;
}

/** The keys of the breakpoint, in the order of the table; none while no request is intercepted. */
export function breakpointKeys(keymap: Keymap, state: State): BarKey[] {
  if (!activeContexts(state).includes('breakpoint')) return [];
  return barKeys(keymap, state, ({ group }) => group === 'breakpoint');
}

/** The enabled keys that the bar shows, at most eight, the help's always among them. */
export function barKeys(
  keymap: Keymap,
  state: State,
  isWanted: (key: Key) => boolean = () => true,
): BarKey[] {
  const usable = reachableKeys(keymap, state)
    .filter(isWanted)
    .filter(({ disabledReason }) => disabledReason?.(state) === undefined)
    .flatMap(({ action, label, shortLabel }) => {
      const text = shortLabel?.(state);
      return text === undefined ? [] : [{ action, label: label.split(' ')[0]!, text }];
    });
  const help = usable.filter(({ action }) => action === 'help');
  const others = usable.filter(({ action }) => action !== 'help').slice(0, maxBarKeys - help.length);
  return usable.filter((key) => others.includes(key) || help.includes(key));
}

/** The keys that no key of a narrower context overrides. */
function reachableKeys({ keys: bound }: Keymap, state: State): readonly Key[] {
  const contexts = activeContexts(state);
  const shown = state.overlay
    ? bound.filter(({ action }) => action === 'help' || action === 'back')
    : bound.filter((key) => contexts.includes(contextOf(key)));
  const taken = new Set<string>();
  const reachable = contexts.flatMap((context) =>
    shown.filter(
      (key) => contextOf(key) === context && !key.names.some((name) => taken.has(name) || !taken.add(name)),
    ),
  );
  return state.prompt ? reachable : shown.filter((key) => reachable.includes(key));
}

function contextOf({ context = 'everywhere' }: Key): KeyContext {
  return context;
}

function rebound(key: Key, spelling: string | undefined): Key {
  if (spelling === undefined) return key;
  const names = spelling
    .split(/\s+/)
    .filter((each) => each !== '')
    .map((each) => parseKeyName(each) ?? unknownKey(each, key.action));
  if (names.length === 0) unknownKey(spelling, key.action);
  return { ...key, names, label: names.map(keyLabel).join(' ') };
}

function refuseClashes(bound: readonly Key[], bindings: KeyBindings): void {
  for (const key of bound) {
    if (bindings[key.action] === undefined) continue;
    for (const other of bound) {
      if (other === key || contextOf(other) !== contextOf(key)) continue;
      const shared = other.names.find((name) => key.names.includes(name));
      if (shared === undefined) continue;
      throw new UserError(
        'config',
        `keys: ${keyLabel(shared)} is bound to both ${key.action} and ${other.action}.`,
        `Bind ${other.action} to another key.`,
      );
    }
  }
}

function unknownAction(action: string): UserError {
  const names = keys.map((key) => key.action).sort();
  return new UserError(
    'config',
    `keys: unknown action ${JSON.stringify(action)}.`,
    `Actions: ${names.join(', ')}.`,
  );
}

function unknownKey(spelling: string, action: string): never {
  throw new UserError(
    'config',
    `keys: unknown key ${JSON.stringify(spelling)} for ${action}.`,
    'Valid keys: one character, enter, space, tab, esc, up, down, pgup, pgdn, home, end, ctrl-r.',
  );
}
