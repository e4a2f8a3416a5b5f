import { activeContexts, groupOf, type Keymap, listedKeys } from '../input/keymap.ts';
import { groupTitles, type Key } from '../input/keys.ts';
import type { Choice } from '../state/choice.ts';
import type { State } from '../state/state.ts';

/** A shell command that the palette offers. */
export interface ShellCommand {
  readonly name: string;
  readonly summary: string;
  /** Resolves with true if it takes the ref of a request. */
  readonly takesRef: () => Promise<boolean>;
}

/** Begins the value of a choice that is a shell command; other values are actions. */
const commandPrefix = 'webhook-cli ';

/** The name of the shell command that a choice of the palette is; undefined: it is an action. */
export function commandOf(value: string): string | undefined {
  return value.startsWith(commandPrefix) ? value.slice(commandPrefix.length) : undefined;
}

/** What the palette offers: the actions that exist in this view, and the shell commands. */
export function paletteChoices(
  keymap: Keymap,
  commands: readonly ShellCommand[],
  state: State,
): readonly Choice[] {
  const contexts = activeContexts({ ...state, prompt: undefined, overlay: undefined });
  const reachable = new Set<string>([...contexts, 'copy', 'export']);
  const isOffered = ({ action, context = 'everywhere' }: Key) =>
    reachable.has(context) && action !== 'palette';
  return [
    ...inGroups(listedKeys(keymap, state).keys.filter(isOffered)).map((key) =>
      actionChoice(keymap, key, state),
    ),
    ...commands.map(commandChoice),
  ];
}

/** In the order of the groups in the help. */
function inGroups(keys: readonly Key[]): readonly Key[] {
  const groups = Object.keys(groupTitles);
  return keys.toSorted((a, b) => groups.indexOf(groupOf(a)) - groups.indexOf(groupOf(b)));
}

function actionChoice(keymap: Keymap, key: Key, state: State): Choice {
  const { action, help, words, context } = key;
  // A menu that cannot be opened offers nothing.
  const menu = keymap.keys.find(
    ({ action }) => action === context && (action === 'copy' || action === 'export'),
  );
  const disabledReason = keymap.disabledReason(menu ?? key, state) ?? keymap.disabledReason(key, state);
  return {
    value: action,
    name: action.replaceAll('-', ' '),
    words,
    label: keymap.keyOf(action),
    text: help,
    disabledReason,
  };
}

function commandChoice({ name, summary }: ShellCommand): Choice {
  const value = `${commandPrefix}${name}`;
  return {
    value,
    name: value,
    label: '$',
    text: `${value}: ${summary}`,
  };
}
