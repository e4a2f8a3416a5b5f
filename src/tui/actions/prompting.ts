import { printable } from '../../format/printable.ts';
import { UserError } from '../../model/errors.ts';
import { parseFilter } from '../../model/filter.ts';
import { parseTarget } from '../../model/target.ts';
import { type Controls, selectedRequest, withReason } from '../controls.ts';
import { edited, type Field, fieldOf, inserted } from '../field.ts';
import type { Action } from '../keys.ts';
import { paletteEntries } from '../palette.ts';
import { replyStatuses } from '../reply-statuses.ts';
import type { Prompt, Purpose } from '../state.ts';
import { replyToStopped } from './forwarding.ts';
import { replaySelected, trigger } from './sending.ts';

/** What has the keyboard in place of the keys. */
export interface Prompting {
  /** Handles a key; false: it is none for what has the keyboard. */
  key(name: string): boolean;
  /** Puts pasted text into the field, if there is one. */
  paste(text: string): void;
}

/** While a filter is written, the list can be gone through. */
const moves: Readonly<Record<string, Action>> = {
  up: 'up',
  down: 'down',
  pageup: 'page-up',
  pagedown: 'page-down',
};

/** In a list that is chosen from. */
const steps: Readonly<Record<string, number>> = {
  down: 1,
  up: -1,
  tab: 1,
  'shift-tab': -1,
  'ctrl-n': 1,
  'ctrl-p': -1,
};

export interface PromptingOptions {
  /** Does what an action does, or says why it can't. */
  readonly run: (action: Action) => void;
  /** Goes to the text that is looked for, from here on. */
  readonly findHere: () => void;
}

export function prompting(controls: Controls, { run, findHere }: PromptingOptions): Prompting {
  const { change, notice, session, screen } = controls;

  function close(): void {
    change({ type: 'prompt', prompt: undefined });
  }

  function write(field: Field): void {
    change({ type: 'written', field });
    const { prompt } = controls.state;
    if (prompt?.type !== 'field') return;
    if (prompt.purpose === 'filter') change({ type: 'filtered', filter: field.text });
    if (prompt.purpose === 'search') {
      change({ type: 'searched', search: field.text });
      findHere();
    }
  }

  function cancel({ purpose }: { readonly purpose: Purpose }): void {
    if (purpose === 'filter') change({ type: 'filtered', filter: '' });
    if (purpose === 'search') change({ type: 'searched', search: '' });
    close();
  }

  /** A text that can't be used stays, with the reason. */
  function accept(purpose: Purpose, text: string): void {
    try {
      accepted[purpose](text);
      close();
    } catch (error) {
      if (error instanceof UserError) withReason(controls)(error);
      else controls.fail(error);
    }
  }

  const accepted: Readonly<Record<Purpose, (text: string) => void>> = {
    filter(text) {
      if (text.trim() !== '') parseFilter(text, { words: true });
    },
    search() {},
    target: (text) => replaySelected(controls, { to: parseTarget(text).href }),
    trigger: (text) => trigger(controls, text),
    'stop-next'(text) {
      const most = Number(text.trim());
      if (!Number.isInteger(most) || most < 1) throw new UserError('usage', 'A number from 1 is wanted.');
      // Where none is set, all requests are stopped.
      if (!session.breakpoint.isSet) change({ type: 'breaking', filter: '' });
      session.breakpoint.stopNext(most);
      notice(
        most === 1 ? 'only the next request is stopped' : `only the next ${most} requests are stopped`,
        'warn',
      );
    },
    break(text) {
      session.breakpoint.set(text.trim() === '' ? () => true : parseFilter(text, { words: true }));
      change({ type: 'breaking', filter: text });
      notice(
        `the breakpoint is set: ${text.trim() === '' ? 'every request' : printable(text)} is stopped`,
        'warn',
      );
    },
  };

  function fieldKey(prompt: Extract<Prompt, { type: 'field' }>, name: string): boolean {
    if (name === 'return') accept(prompt.purpose, prompt.field.text);
    else if (name === 'escape') cancel(prompt);
    else if (prompt.purpose === 'filter' && moves[name]) run(moves[name]);
    else return textKey(prompt.field, name);
    return true;
  }

  /** Whatever edits nothing does nothing here, but for what is always a key. */
  function textKey(field: Field, name: string): boolean {
    const changed = edited(field, name);
    if (changed) write(changed);
    else if ([...name].length === 1) write(inserted(field, name));
    else return controls.keymap.keyFor(name, controls.state) === undefined;
    return true;
  }

  function paletteKey(prompt: Extract<Prompt, { type: 'palette' }>, name: string): boolean {
    const entries = paletteEntries(controls.keymap, controls.commands, controls.state, prompt.field.text);
    const row = Math.min(prompt.row, entries.length - 1);
    const by = steps[name];
    if (name === 'escape') close();
    else if (by !== undefined) {
      const moved = (row + by + entries.length) % Math.max(1, entries.length);
      change({ type: 'prompt', prompt: { ...prompt, row: moved } });
    } else if (name === 'return') {
      const entry = entries[row];
      close();
      if (entry?.type === 'action') run(entry.action);
      else if (entry) copyCommand(entry.text);
    } else return textKey(prompt.field, name);
    return true;
  }

  function replyKey(prompt: Extract<Prompt, { type: 'reply' }>, name: string): boolean {
    const { seq, status, field } = prompt;
    const statuses = replyStatuses(field.text);
    const row = Math.min(prompt.row, statuses.length - 1);
    const by = steps[name];
    if (name === 'escape') close();
    else if (status !== undefined) {
      if (name !== 'return') return textKey(field, name);
      close();
      replyToStopped(controls, { seq, status, body: field.text });
    } else if (by !== undefined) {
      const moved = (row + by + statuses.length) % Math.max(1, statuses.length);
      change({ type: 'prompt', prompt: { ...prompt, row: moved } });
    } else if (name === 'return') {
      const chosen = statuses[row];
      if (chosen === undefined) notice('A status from 200 to 599 is wanted.', 'warn');
      else change({ type: 'prompt', prompt: { ...prompt, status: chosen, field: fieldOf(''), row: 0 } });
    } else return textKey(field, name);
    return true;
  }

  /** A command is the shell's: it is copied, with the selected request where it takes one. */
  function copyCommand(text: string): void {
    const [command = ''] = text.split(':');
    const id = selectedRequest(controls)?.id;
    const line =
      id !== undefined && /\b(show|replay|delete|drop|retry|verify|diff|export)$/.test(command)
        ? `${command} ${id}`
        : command;
    screen.copy(line);
    notice(`copied ${line}: paste it into another terminal`, 'good');
  }

  return {
    key(name) {
      const { prompt } = controls.state;
      switch (prompt?.type) {
        case 'field':
          return fieldKey(prompt, name);
        case 'palette':
          return paletteKey(prompt, name);
        case 'reply':
          return replyKey(prompt, name);
        case 'menu':
          if (controls.keymap.keyFor(name, controls.state)) return false;
          close();
          if (name !== 'escape')
            notice(`${printable(name)} is not in the menu of what to ${prompt.menu}.`, 'dim');
          return true;
        default:
          return false;
      }
    },
    paste(text) {
      const { prompt } = controls.state;
      if (prompt && prompt.type !== 'menu') write(inserted(prompt.field, text));
      else notice('What is pasted is text for a field, and there is none open: / opens the filter.', 'dim');
    },
  };
}
