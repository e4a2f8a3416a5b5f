import { printable } from '../../format/printable.ts';
import { UserError } from '../../model/errors.ts';
import { parseFilter } from '../../model/filter.ts';
import { parseTarget } from '../../model/target.ts';
import type { Action } from '../input/keys.ts';
import { paletteEntries, type ShellCommand } from '../overlay/palette.ts';
import { replyStatuses } from '../overlay/reply-statuses.ts';
import type { FieldPurpose, Prompt } from '../state/state.ts';
import { editText, insertText, type TextField, textField } from '../state/text-field.ts';
import { type Controls, selectedRequest, showError } from './controls.ts';
import { copyText } from './copy-text.ts';
import { replyToIntercepted } from './forwarding.ts';
import { replaySelected, trigger } from './replay.ts';

/** Movement keys that work while the filter is being typed. */
const moves: Readonly<Record<string, Action>> = {
  up: 'up',
  down: 'down',
  pageup: 'page-up',
  pagedown: 'page-down',
};

/** Keys that move the selection in a menu of choices. */
const steps: Readonly<Record<string, number>> = {
  down: 1,
  up: -1,
  tab: 1,
  'shift-tab': -1,
  'ctrl-n': 1,
  'ctrl-p': -1,
};

/** The parts of the UI that prompts call. */
export interface PromptContext {
  readonly controls: Controls;
  /** Runs an action, or says why it is disabled. */
  readonly run: (action: Action) => void;
  /** Goes to the first match of the search text from the cursor on. */
  readonly findHere: () => void;
}

/** Handles a key while a prompt is open; false: the prompt has no use for it, or none is open. */
export function handlePromptKey(context: PromptContext, name: string): boolean {
  const { prompt } = context.controls.state;
  switch (prompt?.type) {
    case 'field':
      return fieldKey(context, prompt, name);
    case 'palette':
      return paletteKey(context, prompt, name);
    case 'reply':
      return replyKey(context, prompt, name);
    case 'menu':
      return menuKey(context, prompt, name);
    default:
      return false;
  }
}

/** Inserts pasted text into the open field, if there is one. */
export function handlePaste(context: PromptContext, text: string): void {
  const { state, notice, keymap } = context.controls;
  if (state.prompt && state.prompt.type !== 'menu') write(context, insertText(state.prompt.field, text));
  else notice(`Pasting needs an open text field: ${keymap.keyOf('filter')} opens the filter.`, 'dim');
}

function close({ controls }: PromptContext): void {
  controls.change({ type: 'prompt', prompt: undefined });
}

function write({ controls, findHere }: PromptContext, field: TextField): void {
  const { change } = controls;
  change({ type: 'field-edited', field });
  const { prompt } = controls.state;
  if (prompt?.type !== 'field') return;
  if (prompt.purpose === 'filter') change({ type: 'filter', filter: field.text });
  if (prompt.purpose === 'search') {
    change({ type: 'search', search: field.text });
    findHere();
  }
}

/** Edits the field; false if the key does not edit, but has a meaning everywhere. */
function textKey(context: PromptContext, field: TextField, name: string): boolean {
  const { keymap, state } = context.controls;
  const changed = editText(field, name);
  if (changed) write(context, changed);
  else if ([...name].length === 1) write(context, insertText(field, name));
  else return keymap.keyFor(name, state) === undefined;
  return true;
}

type FieldPrompt = Extract<Prompt, { type: 'field' }>;

function fieldKey(context: PromptContext, prompt: FieldPrompt, name: string): boolean {
  if (name === 'return') accept(context, prompt);
  else if (name === 'escape') cancel(context, prompt);
  else if (prompt.purpose === 'filter' && moves[name]) context.run(moves[name]);
  else return textKey(context, prompt.field, name);
  return true;
}

function cancel(context: PromptContext, { purpose }: FieldPrompt): void {
  const { change } = context.controls;
  if (purpose === 'filter') change({ type: 'filter', filter: '' });
  if (purpose === 'search') change({ type: 'search', search: '' });
  close(context);
}

/** An invalid text stays in the field, with the reason. */
function accept(context: PromptContext, { purpose, field }: FieldPrompt): void {
  try {
    accepted[purpose](context.controls, field.text);
    close(context);
  } catch (error) {
    showError(context.controls)(error);
  }
}

const accepted: Readonly<Record<FieldPurpose, (controls: Controls, text: string) => void>> = {
  filter(_controls, text) {
    if (text.trim() !== '') parseFilter(text, { words: true });
  },
  search() {},
  target: (controls, text) => replaySelected(controls, { to: parseTarget(text).href }),
  trigger,
  'intercept-next': interceptNext,
  breakpoint: setBreakpoint,
};

function interceptNext({ session: { breakpoint }, change, notice }: Controls, text: string): void {
  const count = Number(text.trim());
  if (!Number.isInteger(count) || count < 1) throw new UserError('usage', 'Enter a number, 1 or more.');
  // Without a breakpoint every request is intercepted.
  if (!breakpoint.isSet) change({ type: 'breakpoint-filter', filter: '' });
  breakpoint.stopNext(count);
  notice(
    count === 1 ? 'intercepting only the next request' : `intercepting only the next ${count} requests`,
    'warn',
  );
}

function setBreakpoint({ session, change, notice }: Controls, text: string): void {
  const isAll = text.trim() === '';
  session.breakpoint.set(isAll ? () => true : parseFilter(text, { words: true }));
  change({ type: 'breakpoint-filter', filter: text });
  notice(`breakpoint set: intercepting ${isAll ? 'every request' : printable(text)}`, 'warn');
}

function paletteKey(
  context: PromptContext,
  prompt: Extract<Prompt, { type: 'palette' }>,
  name: string,
): boolean {
  const { keymap, commands, state } = context.controls;
  const entries = paletteEntries(keymap, commands, state, prompt.field.text);
  const by = steps[name];
  if (name === 'escape') close(context);
  else if (by !== undefined) step(context, prompt, by, entries.length);
  else if (name === 'return') {
    const entry = entries[Math.min(prompt.row, entries.length - 1)];
    close(context);
    if (entry?.type === 'action') context.run(entry.action);
    else if (entry) copyCommand(context.controls, entry.command).catch(context.controls.fail);
  } else return textKey(context, prompt.field, name);
  return true;
}

function replyKey(context: PromptContext, prompt: Extract<Prompt, { type: 'reply' }>, name: string): boolean {
  const { controls } = context;
  const { seq, status, field } = prompt;
  const statuses = replyStatuses(field.text);
  const by = steps[name];
  if (name === 'escape') close(context);
  else if (status !== undefined) {
    if (name !== 'return') return textKey(context, field, name);
    close(context);
    replyToIntercepted(controls, { seq, status, body: field.text });
  } else if (by !== undefined) step(context, prompt, by, statuses.length);
  else if (name === 'return') {
    const chosen = statuses[Math.min(prompt.row, statuses.length - 1)];
    if (chosen === undefined) controls.notice('Enter a status from 200 to 599.', 'warn');
    else {
      const next = { ...prompt, status: chosen, field: textField(''), row: 0 };
      controls.change({ type: 'prompt', prompt: next });
    }
  } else return textKey(context, field, name);
  return true;
}

/** Moves the selection among `count` choices, round the end. */
function step(
  { controls }: PromptContext,
  prompt: Extract<Prompt, { type: 'palette' | 'reply' }>,
  by: number,
  count: number,
): void {
  const row = Math.min(prompt.row, count - 1);
  const moved = (row + by + count) % Math.max(1, count);
  controls.change({ type: 'prompt', prompt: { ...prompt, row: moved } });
}

function menuKey(context: PromptContext, { menu }: Extract<Prompt, { type: 'menu' }>, name: string): boolean {
  const { keymap, state, notice } = context.controls;
  if (keymap.keyFor(name, state)) return false;
  close(context);
  if (name !== 'escape') notice(`${printable(name)} is not in the ${menu} menu.`, 'dim');
  return true;
}

/** The UI can't run a shell command, so it copies it, with the selected request if the command takes one. */
async function copyCommand(controls: Controls, { name, takesRef }: ShellCommand): Promise<void> {
  const id = selectedRequest(controls)?.id;
  const command = `webhook-cli ${name}`;
  const line = id !== undefined && (await takesRef()) ? `${command} ${id}` : command;
  await copyText(controls, line, `${line}, to be pasted into another terminal`);
}
