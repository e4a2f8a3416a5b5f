import type { Prompt } from '../state/state.ts';
import type { HelpRow } from './help-row.ts';

/** The keys of a kind of prompt. */
export interface PromptKeys {
  readonly title: string;
  readonly rows: readonly HelpRow[];
}

const editing: readonly HelpRow[] = [
  { label: 'Esc', help: 'cancel' },
  { label: 'Left Right Home End', help: 'move the cursor; keep a suggested value, which typing replaces' },
  { label: 'Backspace', help: 'delete the character before the cursor' },
  { label: 'Ctrl-w', help: 'delete the word before the cursor' },
  { label: 'Ctrl-u Ctrl-k', help: 'delete to the beginning, to the end' },
];

const fieldRows: readonly HelpRow[] = [{ label: 'Enter', help: 'accept the text' }, ...editing];

const pickerRows: readonly HelpRow[] = [
  { label: 'Enter', help: 'choose the selected entry' },
  { label: 'Up Down Tab', help: 'select an entry' },
  { label: 'PgUp PgDn', help: 'move by several entries' },
  { label: 'letters', help: 'show only the entries that match' },
  ...editing,
];

/** The keys of a text field or a list of choices. They are the same for all users, but for that of the help. */
export function promptKeys({ type }: Pick<Prompt, 'type'>, helpKey: string): PromptKeys {
  if (type !== 'picker') return { title: 'In a text field', rows: fieldRows };
  const helpRow = { label: helpKey, help: 'show this help, while nothing is typed' };
  return { title: 'In a list of choices', rows: [...pickerRows, helpRow] };
}
