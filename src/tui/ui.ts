import type { Instance } from 'ink';
import type { MaskOptions } from '../format/mask.ts';
import type { Session } from '../session/session.ts';
import type { TuiIo } from './actions/controls.ts';
import { type DeletableHistory, maskedHistory } from './history/history.ts';
import { createKeymap, type Keymap } from './input/keymap.ts';
import type { ShellCommand } from './overlay/palette.ts';
import { createLineWriter, openScreenReaderScreen } from './screen-reader-screen.ts';
import { createScreenReaderView, type ScreenReaderView } from './screen-reader-view.ts';
import { type Change, initialState, type Notice, reduce, type State } from './state/state.ts';
import { type Canvas, createCanvas } from './terminal/canvas.ts';
import type { InputEvent } from './terminal/input-decoder.ts';
import { createPacer, type Pacer } from './terminal/pacing.ts';
import { multiplexerOf, openScreen, type Screen, type ScreenSize, sizeOf } from './terminal/screen.ts';
import { createTerminalInput } from './terminal/terminal-input.ts';
import { createTerminalOwnership, type TerminalOwnership } from './terminal/terminal-ownership.ts';
import { themeFor } from './terminal/theme.ts';
import { openViewModel, type View, type ViewModel } from './view/view-model.ts';

/** Everything that the UI is started with. */
export interface TuiOptions {
  readonly session: Session;
  readonly store: DeletableHistory;
  /** Secrets to mask, besides credentials, in everything that is shown, copied and exported. */
  readonly masking?: MaskOptions | undefined;
  /** Masks a secret that the user has given meanwhile, too. */
  readonly maskSecret?: ((secret: string) => void) | undefined;
  /** The path token that a request target begins with; targets never get to see it. */
  readonly pathTokenOf?: ((requestTarget: string) => string | undefined) | undefined;
  /** Warnings from before the start, in sentences. */
  readonly warnings?: readonly string[] | undefined;
  readonly io: TuiIo;
  /** The user's keys. */
  readonly keymap?: Keymap | undefined;
  /** Only ASCII is shown. */
  readonly ascii?: boolean | undefined;
  /** The wheel scrolls, a click selects. */
  readonly mouse?: boolean | undefined;
  /** Lines one below the other, for screen readers. */
  readonly plain?: boolean | undefined;
  /** The public URL is shown as a QR code at the start. */
  readonly showQrCode?: boolean | undefined;
  /** Shell commands that the palette offers. */
  readonly commands?: readonly ShellCommand[] | undefined;
}

/** The running UI: its parts, its state and its last frame. */
export interface Ui {
  readonly options: TuiOptions;
  readonly keymap: Keymap;
  readonly commands: readonly ShellCommand[];
  readonly canvas: Canvas;
  readonly screen: Screen;
  /** Set: lines are written instead of frames. */
  readonly screenReader: ScreenReaderView | undefined;
  readonly pacer: Pacer;
  readonly terminalOwnership: TerminalOwnership;
  readonly viewModel: ViewModel;
  /** Ends the UI with an exit code. */
  readonly end: (exitCode: number) => void;
  /** Ends the UI because of a bug. */
  readonly fail: (error: unknown) => void;
  state: State;
  /** The last frame; undefined before the first. */
  view: View | undefined;
  ink: Instance | undefined;
  /** Timer of the next frame while a clock is on screen. */
  tickTimer: NodeJS.Timeout | undefined;
  /** Timer that removes the notice. */
  noticeTimer: NodeJS.Timeout | undefined;
}

/** Connections of the UI to its frame loop, its keys and its end. */
export interface UiCallbacks {
  readonly draw: () => void;
  readonly onInput: (events: readonly InputEvent[]) => void;
  readonly end: (exitCode: number) => void;
  readonly fail: (error: unknown) => void;
}

/** Opens the parts of the UI; the terminal is left alone until `terminalOwnership.acquire`. */
export function openUi(options: TuiOptions, { draw, onInput, end, fail }: UiCallbacks): Ui {
  const { session, store, io, masking = {}, keymap = createKeymap(), commands = [] } = options;
  const canvas = createCanvas(themeFor(io.env, options.ascii));
  const screen = openScreenFor(options, canvas, () => resize(ui));
  const pacer = createPacer(draw);
  const { columns, rows } = screenSize(options);
  const ui: Ui = {
    options,
    keymap,
    commands,
    canvas,
    screen,
    screenReader: options.plain
      ? createScreenReaderView({
          write: createLineWriter(io.stdout, canvas.ascii),
          summaryOf: (seq) => ui.viewModel.summary(seq),
        })
      : undefined,
    pacer,
    terminalOwnership: createTerminalOwnership({
      stdin: io.stdin,
      input: createTerminalInput(io.stdin, onInput),
      screen,
      resumed() {
        screen.forget();
        resize(ui);
      },
    }),
    viewModel: openViewModel({
      session,
      history: maskedHistory(store, masking),
      keymap,
      changed: pacer.changed,
      warned: (warning) => change(ui, { type: 'warning', warning }),
      failed: fail,
    }),
    end,
    fail,
    state: initialState(columns, rows),
    view: undefined,
    ink: undefined,
    tickTimer: undefined,
    noticeTimer: undefined,
  };
  return ui;
}

function openScreenFor(
  { io, plain, mouse = false }: TuiOptions,
  canvas: Canvas,
  resized: () => void,
): Screen {
  const multiplexer = multiplexerOf(io.env);
  return plain
    ? openScreenReaderScreen(io.stdout, multiplexer)
    : openScreen(io.stdout, { ascii: canvas.ascii, mouse, multiplexer, fill: canvas.fill, resized });
}

/** Narrow enough for the detail not to be beside the list; the user pages through what is longer than the rows. */
const screenReaderSize = { columns: 100, rows: 60 };

function screenSize({ plain, io: { stdout } }: TuiOptions): ScreenSize {
  return plain ? screenReaderSize : sizeOf(stdout);
}

/** Applies a change to the state. */
export function change(ui: Ui, made: Change): void {
  ui.state = reduce(ui.state, made);
}

function resize(ui: Ui): void {
  change(ui, { type: 'resized', ...screenSize(ui.options) });
  ui.pacer.pressed();
}

/** Time in which a notice stays, in ms; a delete can be undone as long. */
const noticeMs = 10_000;

/** Shows a notice. An error stays until a key is pressed, anything else for 10 s. */
export function notify(ui: Ui, notice: Notice): void {
  clearTimeout(ui.noticeTimer);
  change(ui, { type: 'notice', notice });
  ui.pacer.pressed();
  if (notice.tone === 'bad') return;
  ui.noticeTimer = setTimeout(() => {
    if (ui.state.notice !== notice || ui.state.closing) return;
    change(ui, { type: 'notice', notice: undefined });
    ui.pacer.changed();
  }, noticeMs);
  // A result that comes after the end must not keep the process from ending.
  ui.noticeTimer.unref();
}

/** Closes the parts of the UI and gives the terminal back; resolves when nothing is read from it any more. */
export function closeUi({
  tickTimer,
  noticeTimer,
  pacer,
  viewModel,
  ink,
  terminalOwnership,
}: Ui): Promise<void> {
  clearTimeout(tickTimer);
  clearTimeout(noticeTimer);
  pacer.stop();
  viewModel.close();
  ink?.unmount();
  return terminalOwnership.release();
}
