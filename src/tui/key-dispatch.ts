import { printable } from '../format/printable.ts';
import { clipboardAndExportHandlers } from './actions/clipboard-and-export.ts';
import { compareHandlers } from './actions/compare.ts';
import type { Controls, Handlers } from './actions/controls.ts';
import { createDocumentSearch } from './actions/document-search.ts';
import { forwardingHandlers } from './actions/forwarding.ts';
import { lifecycleHandlers } from './actions/lifecycle.ts';
import { createMarksAndDelete } from './actions/marks-and-delete.ts';
import { handleMouse } from './actions/mouse.ts';
import { moveHeldHandlers } from './actions/move-held.ts';
import { navigationHandlers } from './actions/navigation.ts';
import { handlePaste, handlePromptKey, type PromptContext } from './actions/prompts.ts';
import { qrCodeHandlers } from './actions/qr-code.ts';
import { replayHandlers } from './actions/replay.ts';
import { fallbackHandlers } from './actions/use-fallback.ts';
import { verificationHandlers } from './actions/verify-request.ts';
import { firstLabel } from './input/keymap.ts';
import { type Action, isAllowedOver, type Key } from './input/keys.ts';
import type { InputEvent } from './terminal/input-decoder.ts';
import { change, notify, type Ui } from './ui.ts';

/** The receivers of key input: handlers of actions, and the open prompt. */
export interface KeyDispatch {
  readonly ui: Ui;
  readonly controls: Controls;
  readonly handlers: Handlers;
  readonly prompt: PromptContext;
  /** Carries out the pending deletes. */
  readonly settle: () => Promise<void>;
}

/** Connects the keys with their handlers. */
export function createKeyDispatch(ui: Ui): KeyDispatch {
  const controls = controlsOf(ui);
  const marksAndDelete = createMarksAndDelete(controls);
  const search = createDocumentSearch(controls);
  const { settle } = marksAndDelete;
  const handlers: Handlers = {
    ...navigationHandlers(controls),
    ...search.handlers,
    ...compareHandlers(controls),
    ...replayHandlers(controls),
    ...verificationHandlers(controls),
    ...clipboardAndExportHandlers(controls),
    ...forwardingHandlers(controls),
    ...moveHeldHandlers(controls),
    ...qrCodeHandlers(controls),
    ...fallbackHandlers(controls),
    ...marksAndDelete.handlers,
    ...lifecycleHandlers(controls, settle),
  };
  const run = (action: Action) => runAction(dispatch, action);
  const prompt = { controls, run, findHere: search.findHere };
  const dispatch: KeyDispatch = { ui, controls, handlers, prompt, settle };
  return dispatch;
}

function controlsOf(ui: Ui): Controls {
  const { options, viewModel, screen, terminalOwnership, keymap, commands, pacer, end, fail } = ui;
  return {
    session: options.session,
    store: options.store,
    masking: options.masking ?? {},
    maskSecret: options.maskSecret ?? (() => {}),
    pathTokenOf: options.pathTokenOf ?? (() => undefined),
    io: options.io,
    viewModel,
    screen,
    terminalOwnership,
    keymap,
    commands,
    get state() {
      return ui.state;
    },
    get view() {
      return ui.view;
    },
    change: (made) => change(ui, made),
    redraw: pacer.pressed,
    notice: (text, tone = 'plain', subject) => notify(ui, { tone, text, subject }),
    end,
    fail,
  };
}

/** Handles input of the terminal. Pasted text is never keys; mouse events count only if the mouse is on. */
export function handleInput(dispatch: KeyDispatch, events: readonly InputEvent[]): void {
  const { ui, controls, prompt } = dispatch;
  try {
    for (const event of events) {
      if (event.type === 'mouse' && !ui.options.mouse) continue;
      if (ui.state.notice && !ui.state.closing) change(ui, { type: 'notice', notice: undefined });
      if (event.type === 'key') pressKey(dispatch, event.name);
      else if (event.type === 'paste') handlePaste(prompt, event.text);
      else handleMouse(controls, prompt.run, event.event);
    }
  } catch (error) {
    ui.fail(error);
  }
  ui.pacer.pressed();
}

function pressKey(dispatch: KeyDispatch, name: string): void {
  const { ui, controls, prompt } = dispatch;
  if (handlePromptKey(prompt, name)) return;
  const key = ui.keymap.keyFor(name, ui.state);
  if (key) runKey(dispatch, key);
  else controls.notice(`${printable(name)} does nothing: ${ui.keymap.keyOf('help')} shows all keys.`, 'dim');
}

function runAction(dispatch: KeyDispatch, action: Action): void {
  const key = dispatch.ui.keymap.keys.find((each) => each.action === action);
  if (key) runKey(dispatch, key);
}

function runKey({ ui, controls, handlers }: KeyDispatch, key: Key): void {
  const { state, keymap } = ui;
  if (state.closing && key.action !== 'interrupt') return;
  const reason =
    state.overlay && !isAllowedOver(state.overlay, key.action)
      ? `${firstLabel(key)} is disabled here: ${keymap.keyOf('back')} goes back to the requests.`
      : keymap.disabledReason(key, state);
  if (reason === undefined) handlers[key.action]();
  else controls.notice(reason, 'dim');
}
