import { STATUS_CODES } from 'node:http';
import { printable } from '../../format/printable.ts';
import type { StyledLine } from '../../format/styled.ts';
import { targetName } from '../../format/target-name.ts';
import { cut, padded, textWidth, wrapWords } from '../../format/width.ts';
import { UserError } from '../../model/errors.ts';
import { parseTarget } from '../../model/target.ts';
import type { Choice } from '../state/choice.ts';
import type { Layout } from '../state/layout.ts';
import type { PickerPrompt } from '../state/state.ts';
import { selectedLine, type Theme } from '../terminal/theme.ts';
import { isInName, nearestNames, ranked } from './ranking.ts';

/** What a picker offers for the typed text. */
export interface PickerMatches {
  /** The best first. */
  readonly choices: readonly Choice[];
  /** Says that nothing matches, and what to do; undefined: something does. */
  readonly advice: string | undefined;
}

/** The choices that match the typed text. A suggestion that was not edited narrows nothing. */
export function pickerMatches(prompt: PickerPrompt): PickerMatches {
  const typed = prompt.field.isSuggestion ? '' : prompt.field.text.trim();
  const enabled = prompt.choices.filter(({ disabledReason }) => disabledReason === undefined);
  const literal = literalChoice(prompt, typed);
  const listed = ranked(enabled, typed);
  const same = listed.find(({ value }) => value === literal?.value);
  const first = same ?? literal;
  const choices = first ? [first, ...listed.filter((each) => each !== same)] : listed;
  if (choices[0] && !isDisabledMeant(prompt, choices[0], typed)) return { choices, advice: undefined };
  return { choices: [], advice: adviceFor(prompt, enabled, typed) };
}

/** What is typed is the name of a choice that is disabled: something else with this word in its text is not meant. */
function isDisabledMeant({ choices }: PickerPrompt, best: Choice, typed: string): boolean {
  const disabled = choices.filter(({ disabledReason }) => disabledReason !== undefined);
  if (typed === '' || best.name === typed) return false;
  if (disabled.some(({ name }) => name === typed)) return true;
  return !isInName(best, typed) && disabled.some((choice) => isInName(choice, typed));
}

/** The choice that Enter takes. */
export function chosenOf(prompt: PickerPrompt): Choice | undefined {
  const { choices } = pickerMatches(prompt);
  return choices[Math.min(prompt.row, choices.length - 1)];
}

/** The typed text as a choice of its own, where it need not be one of the list. */
function literalChoice({ purpose }: PickerPrompt, typed: string): Choice | undefined {
  if (purpose.type === 'target') return typedTarget(typed);
  if (purpose.type !== 'status' || !/^[2-5]\d\d$/.test(typed)) return undefined;
  return { value: typed, name: typed, text: STATUS_CODES[typed] ?? '' };
}

function typedTarget(typed: string): Choice | undefined {
  const parsed = targetOrFault(typed);
  if (typeof parsed === 'string') return undefined;
  return { value: parsed.href, name: targetName(parsed.href), text: 'as typed' };
}

function targetOrFault(typed: string) {
  try {
    return parseTarget(typed);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `${error.message} ${error.hint ?? ''}`.trim();
  }
}

/** What to do where there is nothing to choose from. */
function emptyAdvice({ type }: PickerPrompt['purpose']): string {
  return type === 'target'
    ? 'No target was used before: type one, such as 3000.'
    : `There is no ${nouns[type]}.`;
}

const nouns = {
  palette: 'action or command',
  target: 'target',
  provider: 'provider',
  event: 'event',
  status: 'status',
} as const;

function adviceFor(prompt: PickerPrompt, enabled: readonly Choice[], typed: string): string {
  const { purpose, choices, isLoading } = prompt;
  if (isLoading) return 'Loading …';
  if (typed === '') return emptyAdvice(purpose);
  if (purpose.type === 'status') return 'Enter a status from 200 to 599.';
  const fault = purpose.type === 'target' ? targetOrFault(typed) : undefined;
  if (typeof fault === 'string') return printable(fault);
  const [disabled] = ranked(
    choices.filter(({ disabledReason }) => disabledReason !== undefined),
    typed,
  );
  if (disabled) return `Not now: ${disabled.name}. ${disabled.disabledReason}`;
  const nearest = nearestNames(enabled, typed);
  const hint = nearest.length > 0 ? ` Nearest: ${nearest.join(', ')}.` : '';
  return `No ${nouns[purpose.type]} matches ${JSON.stringify(printable(typed))}.${hint}`;
}

/** Below this width a long label is not aligned with the others. */
const narrowColumns = 60;
const minTextColumns = 6;

/** The visible choices, with the selected one among them, or the advice. */
export function pickerLines(prompt: PickerPrompt, layout: Layout, theme: Theme): StyledLine[] {
  const { choices, advice } = pickerMatches(prompt);
  const { columns, bodyRows } = layout;
  if (advice !== undefined) return wrapWords(advice, columns - 3).map((text) => [['warn', ` ${text}`]]);
  const selected = Math.min(prompt.row, choices.length - 1);
  const middle = selected - Math.floor(bodyRows / 2);
  const from = Math.max(0, Math.min(middle, choices.length - bodyRows));
  const longest = Math.max(...choices.map((choice) => textWidth(labelOf(choice))));
  const labelColumns = Math.min(longest, columns < narrowColumns ? 6 : 32);
  return choices.slice(from, from + bodyRows).map((choice, index) => {
    const line = choiceLine(choice, labelColumns, columns);
    return from + index === selected ? selectedLine(line, true, theme) : line;
  });
}

/** A choice as text, for the screen and for screen readers. */
export function choiceText(choice: Choice): string {
  return `${labelOf(choice)}  ${choice.text}`.trimEnd();
}

function labelOf({ label, name }: Choice): string {
  return label ?? name;
}

function choiceLine(choice: Choice, labelColumns: number, columns: number): StyledLine {
  const label = cut(labelOf(choice), columns - 3);
  const aligned = textWidth(label) > labelColumns ? label : padded(label, labelColumns);
  const room = columns - textWidth(aligned) - 5;
  if (choice.text === '' || room < minTextColumns)
    return [
      ['plain', ' '],
      ['key', label],
    ];
  return [
    ['plain', ' '],
    ['key', aligned],
    ['plain', `  ${cut(choice.text, room)}`],
  ];
}
