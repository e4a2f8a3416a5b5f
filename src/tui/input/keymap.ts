import { UserError } from '../../model/errors.ts';
import type { OverlayState, State } from '../state/state.ts';
import { isNamedKey, keyLabel, parseKeyName } from './key-names.ts';
import { type Action, isAllowedOver, type Key, type KeyContext, keys } from './keys.ts';

/** Keys that the user has chosen for actions: `{ replay: 'ctrl-r' }`; several are separated by spaces. */
export type KeyBindings = Readonly<Record<string, string>>;

/** The keys of this user. */
export interface Keymap {
  readonly keys: readonly Key[];
  /** The key with this name in the contexts that are active in `state`. */
  keyFor(name: string, state: State): Key | undefined;
  /** The key of an action, as written for people: what to press for it, also in a menu, such as `y u`. */
  keyOf(action: Action): string;
  /** Reason for the user why a key is disabled in `state`; undefined: it is enabled. */
  disabledReason(key: Key, state: State): string | undefined;
}

/** Throws a UserError if a binding names an unknown action or key, or gives a key two meanings. */
export function createKeymap(bindings: KeyBindings = {}): Keymap {
  for (const action of Object.keys(bindings)) {
    if (!keys.some((key) => key.action === action)) throw unknownAction(action);
  }
  const bound = boundKeys(bindings);
  refuseClashes(bound, bindings);
  const keyOf = (action: string) => keyText(bound, action);
  return {
    keys: bound,
    keyFor: (name, state) =>
      activeContexts(state)
        .map((context) => bound.find((key) => contextOf(key) === context && key.names.includes(name)))
        .find((key) => key !== undefined),
    keyOf,
    disabledReason: (key, state) => key.disabledReason?.(state, keyOf),
  };
}

/** The first key of an action, after that of its menu. */
function keyText(bound: readonly Key[], action: string): string {
  const found = bound.find((key) => key.action === action)!;
  const menu = found.context === 'copy' || found.context === 'export' ? found.context : undefined;
  const first = firstLabel(found);
  return menu === undefined ? first : `${keyText(bound, menu)} ${first}`;
}

/** The first of the keys of an action, as written for people. */
export function firstLabel({ label }: Pick<Key, 'label'>): string {
  return label.split(' ')[0]!;
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
    .filter((key) => keymap.disabledReason(key, state) === undefined)
    .flatMap((key) => {
      const text = key.shortLabel?.(state);
      return text === undefined ? [] : [{ action: key.action, label: firstLabel(key), text }];
    });
  const help = usable.filter(({ action }) => action === 'help');
  const others = usable.filter(({ action }) => action !== 'help').slice(0, maxBarKeys - help.length);
  return usable.filter((key) => others.includes(key) || help.includes(key));
}

/** The keys that no key of a narrower context overrides, those of narrower contexts first in a prompt. */
export function reachableKeys(keymap: Keymap, state: State): readonly Key[] {
  const shown = keymap.keys.filter((key) => isShown(key, state));
  const reachable = narrowestFirst(shown, activeContexts(state));
  return state.prompt ? reachable : shown.filter((key) => reachable.includes(key));
}

/** Over an overlay only the keys that act on it are shown. */
function isShown({ action, context = 'everywhere' }: Key, state: State): boolean {
  return state.overlay ? isOnBarOver(state.overlay, action) : activeContexts(state).includes(context);
}

function isOnBarOver(overlay: OverlayState, action: Action): boolean {
  if (action === 'help' || action === 'back') return true;
  return (action === 'set-secret' || action === 'filter') && isAllowedOver(overlay, action);
}

function narrowestFirst(shown: readonly Key[], contexts: readonly KeyContext[]): readonly Key[] {
  const taken = new Set<string>();
  return contexts.flatMap((context) =>
    shown.filter(
      (key) => contextOf(key) === context && !key.names.some((name) => taken.has(name) || !taken.add(name)),
    ),
  );
}

/** The group of a key in help and palette: one of the breakpoint's line may also work without it. */
export function groupOf(key: Key): Key['group'] {
  return key.group === 'breakpoint' && contextOf(key) !== 'breakpoint' ? 'forwarding' : key.group;
}

/** The context of a key. */
export function contextOf({ context = 'everywhere' }: Key): KeyContext {
  return context;
}

/** The keys with the user's own in place of characters and Ctrl keys. Arrows, Enter and Esc keep what they do. */
function boundKeys(bindings: KeyBindings): Key[] {
  const chosen = keys.map((key) => ({ key, names: chosenNames(key, bindings[key.action]) }));
  return chosen.map(({ key, names }) => {
    if (!names) return key;
    const isTaken = (name: string) =>
      chosen.some((other) => contextOf(other.key) === contextOf(key) && other.names?.includes(name));
    const kept = key.names.filter((name) => isNamedKey(name) && !isTaken(name));
    const all = [...names, ...kept];
    return { ...key, names: all, label: all.map(keyLabel).join(' ') };
  });
}

/** The keys that the user has chosen for an action; undefined: none. */
function chosenNames(key: Key, spelling: string | undefined): readonly string[] | undefined {
  if (spelling === undefined) return undefined;
  const names = spelling
    .split(/\s+/)
    .filter((each) => each !== '')
    .map((each) => parseKeyName(each) ?? unknownKey(each, key.action));
  if (names.length === 0) unknownKey(spelling, key.action);
  return names;
}

function refuseClashes(bound: readonly Key[], bindings: KeyBindings): void {
  for (const key of bound) {
    if (bindings[key.action] === undefined) continue;
    for (const other of bound) {
      const isApart = contextOf(other) !== contextOf(key) && contextOf(other) !== 'always';
      if (other === key || isApart) continue;
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
