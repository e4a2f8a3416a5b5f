import type { Action } from '../input/keys.ts';
import { commandOf } from '../overlay/palette.ts';
import { chosenOf, pickerMatches } from '../overlay/picker.ts';
import type { Choice } from '../state/choice.ts';
import type { PickerPrompt } from '../state/state.ts';
import { textField } from '../state/text-field.ts';
import { type Controls, selectedRequest } from './controls.ts';
import { copyText } from './copy-text.ts';
import { replaySelected } from './replay.ts';
import { trigger } from './trigger.ts';
import { openEventPicker } from './trigger-picker.ts';

/** Rows of a page, whatever the size of the screen. */
const pageRows = 8;

/** Keys that move the selection. */
const steps: Readonly<Record<string, number>> = {
  down: 1,
  up: -1,
  tab: 1,
  'shift-tab': -1,
  'ctrl-n': 1,
  'ctrl-p': -1,
  pagedown: pageRows,
  pageup: -pageRows,
};

/** Moves the selection, one row round the end; false: the key does not move. */
export function moveInPicker({ change }: Controls, prompt: PickerPrompt, name: string): boolean {
  const by = steps[name];
  if (by === undefined) return false;
  const { length } = pickerMatches(prompt).choices;
  const row = Math.min(prompt.row, length - 1);
  const isStep = Math.abs(by) === 1;
  const moved = isStep ? (row + by + length) % Math.max(1, length) : Math.min(row + by, length - 1);
  // The selected choice is what Enter takes, not a suggestion in the field.
  const field = prompt.field.isSuggestion ? textField('') : prompt.field;
  change({ type: 'prompt', prompt: { ...prompt, field, row: Math.max(0, moved) } });
  return true;
}

/** A space chooses the provider that the text before it matches best: its events are next. */
export function afterTyping(controls: Controls, prompt: PickerPrompt): void {
  if (prompt.purpose.type !== 'provider') return;
  const [, typed, event = ''] = /^\s*(\S+)\s+(.*)$/.exec(prompt.field.text) ?? [];
  if (typed === undefined) return;
  const provider = chosenOf({ ...prompt, field: textField(typed), row: 0 });
  if (provider) openEventPicker(controls, provider.value, textField(event));
}

/** Does what the selected choice stands for. Without a match the prompt stays open. */
export function choose(controls: Controls, run: (action: Action) => void, prompt: PickerPrompt): void {
  const { purpose, isLoading, field } = prompt;
  const chosen = chosenOf(prompt);
  if (isLoading && purpose.type === 'event') {
    close(controls);
    trigger(controls, purpose.provider, field.text.trim());
  } else if (chosen) use(controls, run, prompt, chosen);
  else controls.notice('Nothing selected: no match.', 'warn');
}

function close({ change }: Controls): void {
  change({ type: 'prompt', prompt: undefined });
}

function use(
  controls: Controls,
  run: (action: Action) => void,
  { purpose }: PickerPrompt,
  { value }: Choice,
): void {
  close(controls);
  switch (purpose.type) {
    case 'palette':
      runFromPalette(controls, run, value);
      break;
    case 'target':
      replaySelected(controls, { to: value });
      break;
    case 'provider':
      openEventPicker(controls, value, textField(''));
      break;
    case 'event':
      trigger(controls, purpose.provider, value);
      break;
    case 'status':
      controls.change({
        type: 'prompt',
        prompt: { type: 'reply', seq: purpose.seq, status: Number(value), field: textField('') },
      });
      break;
  }
}

function runFromPalette(controls: Controls, run: (action: Action) => void, value: string): void {
  const name = commandOf(value);
  if (name === undefined) run(value as Action);
  else copyCommand(controls, name).catch(controls.fail);
}

/** The UI can't run a shell command, so it copies it, with the selected request if the command takes one. */
async function copyCommand(controls: Controls, name: string): Promise<void> {
  const command = controls.commands.find((each) => each.name === name);
  const id = selectedRequest(controls)?.id;
  const takesRef = id !== undefined && (await command?.takesRef());
  const line = `webhook-cli ${name}${takesRef ? ` ${id}` : ''}`;
  await copyText(controls, line, `${line}, to be pasted into another terminal`);
}
