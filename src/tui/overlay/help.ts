import { printable } from '../../format/printable.ts';
import { lineWidth, type StyledLine } from '../../format/styled.ts';
import { padded, textWidth, wrapWords } from '../../format/width.ts';
import { contextOf, groupOf, type Keymap, reachableKeys } from '../input/keymap.ts';
import { groupTitles, type Key, type KeyContext } from '../input/keys.ts';
import type { HelpOverlay, State } from '../state/state.ts';
import type { HelpRow } from './help-row.ts';
import { promptKeys } from './prompt-keys.ts';
import { isInWords, nearestNames } from './ranking.ts';

interface HelpGroup {
  readonly title: string;
  readonly rows: readonly HelpRow[];
}

/** From this width on there are two columns. */
const wideColumns = 110;

/** The keys of the current view by group, then all others; only those that match the search. */
export function helpLines(
  keymap: Keymap,
  state: State,
  { search, prompt }: HelpOverlay,
  columns: number,
): readonly StyledLine[] {
  const view: State = { ...state, overlay: undefined, prompt };
  const here = matching(groupsHere(keymap, view), search);
  const elsewhere = matching(groupsElsewhere(keymap, view), search);
  if (here.length + elsewhere.length === 0) return noMatchLines(keymap, search, columns);
  const labelColumns = labelColumnsOf([...here, ...elsewhere], columns);
  const section = (title: string, groups: readonly HelpGroup[]): readonly StyledLine[] =>
    groups.length === 0 ? [] : [[['strong', title]], ...groupLines(groups, columns, labelColumns)];
  return [...section(`Keys here: ${viewTitle(view)}`, here), ...section('Keys elsewhere', elsewhere)];
}

function noMatchLines({ keys }: Keymap, search: string, columns: number): readonly StyledLine[] {
  const nearest = nearestNames(
    keys.map(({ action, words }) => ({ name: action.replaceAll('-', ' '), words })),
    search,
  );
  const hint = nearest.length > 0 ? ` Nearest: ${nearest.join(', ')}.` : '';
  const text = `No key matches ${JSON.stringify(printable(search))}.${hint} Esc shows all.`;
  return wrapWords(text, columns).map((line) => [['warn', line]]);
}

function viewTitle({ prompt, live, pane, tab, attempt }: State): string {
  if (prompt?.type === 'menu') return `${prompt.menu} menu`;
  if (prompt) return prompt.type === 'picker' ? 'list of choices' : 'text field';
  const where = pane === 'list' ? 'list' : attempt === undefined ? `${tab} of a request` : 'attempt';
  return live.intercepted ? `breakpoint and ${where}` : where;
}

/** The keys of the current view, those of the narrowest context first. */
function groupsHere(keymap: Keymap, view: State): readonly HelpGroup[] {
  const { prompt } = view;
  if (prompt && prompt.type !== 'menu') return [promptKeys(prompt, keymap.keyOf('help'))];
  const keys = [...reachableKeys(keymap, view), ...(prompt ? [] : menuKeys(keymap))];
  const isNarrow = (key: Key) =>
    contextOf(key) !== 'everywhere' && contextOf(key) !== 'always' && !isMenuKey(key);
  return [
    ...grouped(keymap, keys.filter(isNarrow)),
    ...grouped(
      keymap,
      keys.filter((key) => !isNarrow(key)),
    ),
  ];
}

const titles: Readonly<Record<KeyContext, string>> = {
  always: 'Always',
  everywhere: 'In the list',
  body: 'In a body',
  attempts: 'In the attempts',
  related: 'In the related requests',
  breakpoint: 'At the breakpoint',
  copy: 'Copy',
  export: 'Export to a file',
};

function groupsElsewhere(keymap: Keymap, view: State): readonly HelpGroup[] {
  const here = new Set(view.prompt?.type === 'menu' || !view.prompt ? reachableKeys(keymap, view) : []);
  const others = keymap.keys.filter(
    (key) => !here.has(key) && (view.prompt !== undefined || !isMenuKey(key)),
  );
  const contexts: readonly KeyContext[] = ['breakpoint', 'body', 'attempts', 'related', 'everywhere', 'copy'];
  const groups = [...contexts, 'export' as const, 'always' as const].map((context): HelpGroup => {
    const rows = others.filter((key) => contextOf(key) === context).map((key) => rowOf(keymap, key));
    return { title: titles[context], rows };
  });
  const prompts = (['field', 'picker'] as const).map((type) => promptKeys({ type }, keymap.keyOf('help')));
  const own = view.prompt && promptKeys(view.prompt, '').title;
  return [...groups, ...prompts.filter(({ title }) => title !== own)];
}

function isMenuKey(key: Key): boolean {
  return contextOf(key) === 'copy' || contextOf(key) === 'export';
}

function menuKeys({ keys }: Keymap): readonly Key[] {
  return keys.filter(isMenuKey);
}

function grouped(keymap: Keymap, keys: readonly Key[]): readonly HelpGroup[] {
  return (Object.keys(groupTitles) as (keyof typeof groupTitles)[]).map((group) => ({
    title: groupTitles[group],
    rows: keys.filter((key) => groupOf(key) === group).map((key) => rowOf(keymap, key)),
  }));
}

function rowOf(keymap: Keymap, key: Key): HelpRow {
  const { label, action, help, words = '' } = key;
  return {
    label: isMenuKey(key) ? keymap.keyOf(action) : label,
    help,
    words: `${action.replaceAll('-', ' ')} ${words}`,
  };
}

/** The groups with the rows that match; none is empty. */
function matching(groups: readonly HelpGroup[], search: string): readonly HelpGroup[] {
  return groups
    .map(({ title, rows }) => ({ title, rows: rows.filter((row) => isFound(row, title, search)) }))
    .filter(({ rows }) => rows.length > 0);
}

function isFound({ label, help, words = '' }: HelpRow, title: string, search: string): boolean {
  if (search.trim() === '' || label.split(' ').includes(search.trim())) return true;
  return isInWords({ name: help, words: `${words} ${title}` }, search);
}

/** Below this width most of the columns are for the text. */
const narrowColumns = 50;

function labelColumnsOf(groups: readonly HelpGroup[], columns: number): number {
  const widths = groups.flatMap(({ rows }) => rows.map(({ label }) => textWidth(label)));
  return Math.min(columns < narrowColumns ? 4 : 14, Math.max(...widths)) + 2;
}

/** The groups below each other, in two columns if there is room. */
function groupLines(
  groups: readonly HelpGroup[],
  columns: number,
  labelColumns: number,
): readonly StyledLine[] {
  const width = columns < wideColumns ? columns : Math.floor(columns / 2) - 2;
  const blocks = groups.map(({ title, rows }): readonly StyledLine[] => [
    [['dim', title]],
    ...rows.flatMap((row) => rowLines(row, width, labelColumns)),
    [],
  ]);
  if (columns < wideColumns) return blocks.flat();
  const half = blocks.flat().length / 2;
  let rows = 0;
  const split = blocks.findIndex((block) => {
    rows += block.length;
    return rows >= half;
  });
  return beside(blocks.slice(0, split + 1).flat(), blocks.slice(split + 1).flat(), width + 2);
}

/** A label that does not fit beside the text stands above it. */
function rowLines({ label, help }: HelpRow, width: number, labelColumns: number): readonly StyledLine[] {
  if (textWidth(label) >= labelColumns)
    return [[['key', label]], ...rowLines({ label: '', help }, width, labelColumns)];
  return wrapWords(help, Math.max(10, width - labelColumns)).map((text, row) => [
    ['key', padded(row === 0 ? label : '', labelColumns)],
    ['plain', text],
  ]);
}

function beside(left: readonly StyledLine[], right: readonly StyledLine[], width: number): StyledLine[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, row) => {
    const first = left[row] ?? [];
    const gap = ' '.repeat(Math.max(0, width - lineWidth(first)));
    return [...first, ['plain', gap] as const, ...(right[row] ?? [])];
  });
}
