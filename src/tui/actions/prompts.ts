import { printable } from '../../format/printable.ts';
import { UserError } from '../../model/errors.ts';
import { parseFilter } from '../../model/filter.ts';
import type { Action } from '../input/keys.ts';
import type { SecretPrompt } from '../overlay/secret-prompt.ts';
import type { FieldPurpose, PickerPrompt, Prompt } from '../state/state.ts';
import { editText, insertText, type TextField } from '../state/text-field.ts';
import { acceptSecret } from './accept-secret.ts';
import { type Controls, errorText } from './controls.ts';
import { replyToIntercepted } from './forwarding.ts';
import { setHelpSearch } from './help.ts';
import { afterTyping, choose, moveInPicker } from './picker.ts';

/** Movement keys that work while the filter is being typed. */
const moves: Readonly<Record<string, Action>> = {
  up: 'up',
  down: 'down',
  pageup: 'page-up',
  pagedown: 'page-down',
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
    case 'picker':
      return pickerKey(context, prompt, name);
    case 'reply':
      return replyKey(context, prompt, name);
    case 'secret':
      return secretKey(context, prompt, name);
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
  if (prompt?.type === 'picker') afterTyping(controls, prompt);
  if (prompt?.type !== 'field') return;
  if (prompt.purpose === 'filter') change({ type: 'filter', filter: field.text });
  if (prompt.purpose === 'help') setHelpSearch(controls, field.text);
  if (prompt.purpose === 'search') {
    change({ type: 'search', search: field.text });
    findHere();
  }
}

/** The help's key, where it is not text: in lists of choices and for numbers, while nothing is typed. */
function isHelpKey(context: PromptContext, prompt: FieldPrompt | PickerPrompt, name: string): boolean {
  const isText = prompt.type === 'field' && prompt.purpose !== 'intercept-next';
  const isUntouched = prompt.field.text === '' || prompt.field.isSuggestion === true;
  return !isText && isUntouched && isHelpName(context, name);
}

function isHelpName({ controls: { keymap, state } }: PromptContext, name: string): boolean {
  return keymap.keyFor(name, { ...state, prompt: undefined })?.action === 'help';
}

/** Keys in a list of choices; the rest edits the text that narrows it. */
function pickerKey(context: PromptContext, prompt: PickerPrompt, name: string): boolean {
  if (name === 'escape') close(context);
  else if (name === 'return') choose(context.controls, context.run, prompt);
  else if (isHelpKey(context, prompt, name)) context.run('help');
  else if (!moveInPicker(context.controls, prompt, name)) return textKey(context, prompt.field, name);
  return true;
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
  else if (isHelpKey(context, prompt, name)) context.run('help');
  else if ((prompt.purpose === 'filter' || prompt.purpose === 'help') && moves[name])
    context.run(moves[name]);
  else return textKey(context, prompt.field, name);
  return true;
}

function cancel(context: PromptContext, { purpose }: FieldPrompt): void {
  const { change } = context.controls;
  if (purpose === 'help') setHelpSearch(context.controls, '');
  if (purpose === 'filter') change({ type: 'filter', filter: '' });
  if (purpose === 'search') change({ type: 'search', search: '' });
  close(context);
}

/** An invalid text stays in the field, with the reason. */
function accept(context: PromptContext, prompt: FieldPrompt): void {
  const { purpose, field } = prompt;
  try {
    accepted[purpose](context.controls, field.text);
    close(context);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    context.controls.change({ type: 'prompt', prompt: { ...prompt, error: errorText(error) } });
  }
}

const accepted: Readonly<Record<FieldPurpose, (controls: Controls, text: string) => void>> = {
  filter(_controls, text) {
    if (text.trim() !== '') parseFilter(text, { words: true });
  },
  search() {},
  help() {},
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
    'breakpoint',
  );
}

function setBreakpoint({ session, change, notice }: Controls, text: string): void {
  const isAll = text.trim() === '';
  session.breakpoint.set(isAll ? () => true : parseFilter(text, { words: true }));
  change({ type: 'breakpoint-filter', filter: text });
  notice(`breakpoint set: intercepting ${isAll ? 'every request' : printable(text)}`, 'warn', 'breakpoint');
}

type ReplyPrompt = Extract<Prompt, { type: 'reply' }>;

function replyKey(context: PromptContext, { seq, status, field }: ReplyPrompt, name: string): boolean {
  if (name !== 'return' && name !== 'escape') return textKey(context, field, name);
  close(context);
  if (name === 'return') replyToIntercepted(context.controls, { seq, status, body: field.text });
  return true;
}

function secretKey(context: PromptContext, prompt: SecretPrompt, name: string): boolean {
  if (name === 'escape') close(context);
  else if (name === 'return') {
    close(context);
    acceptSecret(context.controls, prompt);
  } else return textKey(context, prompt.field, name);
  return true;
}

function menuKey(context: PromptContext, { menu }: Extract<Prompt, { type: 'menu' }>, name: string): boolean {
  const { keymap, state, notice } = context.controls;
  if (keymap.keyFor(name, state)) return false;
  if (isHelpName(context, name)) {
    context.run('help');
    return true;
  }
  close(context);
  if (name !== 'escape') notice(`${printable(name)} is not in the ${menu} menu.`, 'dim');
  return true;
}
