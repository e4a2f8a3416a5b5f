import { type Instance, render } from 'ink';
import type { MaskOptions } from '../format/mask.ts';
import { printable } from '../format/printable.ts';
import { exitCodes } from '../model/errors.ts';
import type { Session } from '../session/session.ts';
import { App } from './App.tsx';
import { comparing } from './actions/comparing.ts';
import { forwarding } from './actions/forwarding.ts';
import { keeping } from './actions/keeping.ts';
import { leaving } from './actions/leaving.ts';
import { looking } from './actions/looking.ts';
import { moving } from './actions/moving.ts';
import { pointing } from './actions/pointing.ts';
import { prompting } from './actions/prompting.ts';
import { reading } from './actions/reading.ts';
import { sending } from './actions/sending.ts';
import { taking } from './actions/taking.ts';
import { createCanvas } from './canvas.ts';
import type { Acts, Controls, ShellCommand, TuiIo } from './controls.ts';
import { createFeed, type View } from './feed.ts';
import type { WholeHistory } from './history.ts';
import type { InputEvent } from './input-decoder.ts';
import { createKeymap, type Keymap } from './keymap.ts';
import { type Action, type Key, worksOver } from './keys.ts';
import { maskedHistory } from './masked-history.ts';
import { withoutSignalHandlers } from './own-signals.ts';
import { createPacer } from './pacing.ts';
import { createPlainFace } from './plain-face.ts';
import { openPlainScreen } from './plain-screen.ts';
import { openScreen } from './screen.ts';
import { type Change, initialState, type Notice, reduce } from './state.ts';
import { createTerminalInput } from './terminal-input.ts';
import { createTurns } from './terminal-turns.ts';
import { themeFor } from './theme.ts';

export interface TuiOptions {
  readonly session: Session;
  readonly store: WholeHistory;
  /** What is masked in all that is shown, copied and exported, besides credentials. */
  readonly masking?: MaskOptions | undefined;
  /** The path token that a request target begins with, which no target gets to see. */
  readonly pathTokenOf?: ((requestTarget: string) => string | undefined) | undefined;
  /** What the user was warned of before this starts, in sentences. */
  readonly warnings?: readonly string[] | undefined;
  readonly io: TuiIo;
  /** Keys of the user's own. */
  readonly keymap?: Keymap | undefined;
  /** Nothing but ASCII is shown. */
  readonly ascii?: boolean | undefined;
  /** The wheel scrolls, a click selects. */
  readonly mouse?: boolean | undefined;
  /** Lines one below the other in place of a screen. */
  readonly plain?: boolean | undefined;
  /** Commands that the palette offers beside what the UI does. */
  readonly commands?: readonly ShellCommand[] | undefined;
}

/**
 * Shows a session until the user quits or a signal comes; resolves with the exit code. The session is closed then,
 * the terminal is as it was, the store is left open. Rejects, with the terminal as it was, if anything breaks.
 */
export async function runTui(options: TuiOptions): Promise<number> {
  const { session, store, io, masking = {}, keymap = createKeymap(), commands = [] } = options;
  const theme = themeFor(io.env, options.ascii);
  const ended = deferred<number>();
  const size = () =>
    options.plain ? plainSize : { columns: io.stdout.columns || 80, rows: io.stdout.rows || 24 };
  let state = initialState(size().columns, size().rows);
  let view: View | undefined;
  let ink: Instance | undefined;
  let ticking: NodeJS.Timeout | undefined;
  let fading: NodeJS.Timeout | undefined;

  const canvas = createCanvas(theme);
  const tmux = Boolean(io.env['TMUX']);
  const plain = options.plain ? createPlainFace(io.stdout) : undefined;
  const screen = plain
    ? openPlainScreen(io.stdout, tmux)
    : openScreen(io.stdout, {
        ascii: theme.ascii,
        mouse: options.mouse ?? false,
        tmux,
        fill: canvas.fill,
        resized,
      });
  const pacer = createPacer(draw);
  const turns = createTurns({
    stdin: io.stdin,
    input: createTerminalInput(io.stdin, onInput),
    screen,
    resumed() {
      screen.forget();
      resized();
    },
  });
  const feed = createFeed({
    session,
    history: maskedHistory(store, masking),
    keymap,
    changed: pacer.changed,
    warned: (warning) => change({ type: 'warned', warning }),
    failed: ended.reject,
  });
  const controls: Controls = {
    session,
    store,
    masking,
    pathTokenOf: options.pathTokenOf ?? (() => undefined),
    io,
    feed,
    screen,
    turns,
    keymap,
    commands,
    get state() {
      return state;
    },
    get view() {
      return view;
    },
    change,
    redraw: pacer.pressed,
    notice(text, tone = 'plain') {
      say({ tone, text });
    },
    end: ended.resolve,
    fail: ended.reject,
  };
  const kept = keeping(controls);
  const read = reading(controls);
  const acts: Acts = {
    ...moving(controls),
    ...looking(controls),
    ...read.acts,
    ...comparing(controls),
    ...sending(controls),
    ...taking(controls),
    ...forwarding(controls),
    ...kept.acts,
    ...leaving(controls, kept.settle),
  };
  const pointed = pointing(controls, run);
  const prompt = prompting(controls, { run, findHere: read.findHere });

  function change(made: Change): void {
    state = reduce(state, made);
  }

  /** What went wrong stays until a key is pressed; anything else is old after a while. */
  function say(notice: Notice): void {
    clearTimeout(fading);
    change({ type: 'noticed', notice });
    pacer.pressed();
    if (notice.tone === 'bad') return;
    fading = setTimeout(() => {
      if (state.notice !== notice || state.closing) return;
      change({ type: 'noticed', notice: undefined });
      pacer.changed();
    }, noticeMs);
  }

  function resized(): void {
    change({ type: 'resized', ...size() });
    pacer.pressed();
  }

  function draw(): void {
    try {
      view = feed.view(state);
      state = view.state;
      if (plain) plain.show(view);
      else {
        canvas.clear();
        ink?.rerender(frame(view));
      }
      clearTimeout(ticking);
      if (view.ticks) ticking = setTimeout(pacer.changed, 1000 - (Date.now() % 1000));
    } catch (error) {
      ended.reject(error);
    }
  }

  function frame(shown: View) {
    return plain ? null : <App view={shown} canvas={canvas} commands={commands} />;
  }

  /** What is pasted is text for a field, never keys; the mouse is heard only where that is wanted. */
  function onInput(events: readonly InputEvent[]): void {
    try {
      for (const event of events) {
        if (event.type === 'key') press(event.name);
        else if (event.type === 'paste') prompt.paste(event.text);
        else if (options.mouse) pointed(event.event);
      }
    } catch (error) {
      ended.reject(error);
    }
    pacer.pressed();
  }

  function press(name: string): void {
    if (state.notice && !state.closing) change({ type: 'noticed', notice: undefined });
    if (prompt.key(name)) return;
    const key = keymap.keyFor(name, state);
    if (!key)
      controls.notice(`${printable(name)} does nothing: ${keymap.label('help')} shows all keys.`, 'dim');
    else runKey(key);
  }

  function run(action: Action): void {
    const key = keymap.keys.find((each) => each.action === action);
    if (key) runKey(key);
  }

  function runKey(key: Key): void {
    if (state.closing && key.action !== 'interrupt') return;
    const reason =
      state.overlay && !worksOver.has(key.action)
        ? `${key.label.split(' ')[0]} acts on requests: Esc goes back to them.`
        : key.cannot?.(state);
    if (reason === undefined) acts[key.action]();
    else controls.notice(reason, 'dim');
  }

  const stop = () => {
    const { exitCode = exitCodes.interrupted } = io.signal.reason as { readonly exitCode?: number };
    ended.resolve(exitCode);
  };
  // The window was closed: nobody looks any more, and SIGHUP may not come to us.
  const gone = () => ended.resolve(exitCodes.terminated);
  io.stdin.on('end', gone).on('error', gone);
  io.stdout.on('error', gone);
  io.signal.addEventListener('abort', stop, { once: true });
  if (io.signal.aborted) stop();
  // Where a signal ended the start, `stop` says so.
  session.ready.then(pacer.changed, (error) => (io.signal.aborted ? undefined : ended.reject(error)));

  function start(): void {
    if (plain) session.subscribe((event) => plain.told(event, feed));
    turns.take();
    if (options.warnings?.length) {
      state = reduce(state, { type: 'warned', warning: options.warnings.join(' ') });
    }
    const shown = feed.view(state);
    view = shown;
    state = shown.state;
    plain?.show(shown);
    ink = withoutSignalHandlers(() =>
      render(frame(shown), {
        stdout: screen.output,
        stdin: io.stdin,
        // Ink reads nothing: what it takes for keys can end the program. Frames come whole and at once: the pacer decides when, the screen what of them is written.
        debug: true,
        exitOnCtrlC: false,
        patchConsole: false,
      }),
    );
    ink.waitUntilExit().catch(ended.reject);
  }

  try {
    start();
    return await ended.promise;
  } finally {
    io.signal.removeEventListener('abort', stop);
    io.stdin.off('end', gone); // the errors of a terminal that is gone stay heard
    clearTimeout(ticking);
    clearTimeout(fading);
    pacer.stop();
    feed.stop();
    ink?.unmount();
    await turns.end();
    await kept.settle();
    await session.close();
  }
}

/** How long the answer to a key stays, in ms; a delete can be taken back as long. */
const noticeMs = 10_000;

/** Narrow enough that the detail is not beside the list; what is longer than the rows is read on with PgDn. */
const plainSize = { columns: 100, rows: 60 };

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

function deferred<T>(): Deferred<T> {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
