import { render } from 'ink';
import { printable } from '../format/printable.ts';
import { attemptStatus } from '../format/status.ts';
import { durationText } from '../format/time.ts';
import { exitCodes, UserError } from '../model/errors.ts';
import type { RequestSummary } from '../model/request.ts';
import type { Session } from '../session/session.ts';
import { App } from './App.tsx';
import { createCanvas } from './canvas.ts';
import { Keyboard } from './components/Keyboard.tsx';
import { createFeed, type View } from './feed.ts';
import { type Action, keyFor, keyNames, type Modifiers } from './keys.ts';
import { maskedHistory, type WholeHistory } from './masked-history.ts';
import { createPacer } from './pacing.ts';
import { openScreen } from './screen.ts';
import { type Change, initialState, type Notice, reduce, tabBeside } from './state.ts';
import { themeFor } from './theme.ts';

/** What the terminal UI needs of the outside world. */
export interface TuiIo {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by a signal; the reason holds the exit code. */
  readonly signal: AbortSignal;
  /** Ends the process now. */
  readonly quitAtOnce: () => void;
}

export interface TuiOptions {
  readonly session: Session;
  readonly store: WholeHistory;
  readonly io: TuiIo;
}

/** Long enough for a process to be stopped after it was told to. */
const stopMs = 100;

/**
 * Shows a session until the user quits or a signal comes; resolves with the exit code. The session is closed then,
 * the terminal is as it was, the store is left open. Rejects, with the terminal as it was, if anything breaks.
 */
export async function runTui({ session, store, io }: TuiOptions): Promise<number> {
  const theme = themeFor(io.env);
  const ended = deferred<number>();
  let state = initialState(io.stdout.columns || 80, io.stdout.rows || 24);
  let view: View | undefined;
  let pasting = false;
  let over = false;

  const canvas = createCanvas(theme);
  const screen = openScreen(io.stdout, {
    ascii: theme.ascii,
    fill: canvas.fill,
    resized() {
      change({ type: 'resized', columns: io.stdout.columns || 80, rows: io.stdout.rows || 24 });
      pacer.pressed();
    },
  });
  const pacer = createPacer(draw);
  const feed = createFeed({
    session,
    history: maskedHistory(store),
    changed: pacer.changed,
    warned: (warning) => change({ type: 'warned', warning }),
  });

  function change(made: Change): void {
    state = reduce(state, made);
  }

  function notice(text: string, tone: Notice['tone'] = 'plain'): void {
    change({ type: 'noticed', notice: { tone, text } });
    pacer.pressed();
  }

  function draw(): void {
    try {
      view = feed.view(state);
      state = view.state;
      canvas.clear();
      ink.rerender(frame(view));
    } catch (error) {
      ended.reject(error);
    }
  }

  function frame(shown: View) {
    return (
      <>
        <Keyboard onKey={onKey} />
        <App view={shown} canvas={canvas} />
      </>
    );
  }

  function onKey(input: string, modifiers: Modifiers): void {
    // What is pasted is text for a field, never keys; there is no field.
    if (input === '[200~') pasting = true;
    else if (input === '[201~') pasting = false;
    else if (!pasting) for (const name of keyNames(input, modifiers)) press(name);
    pacer.pressed();
  }

  function press(name: string): void {
    const key = keyFor(name);
    if (!key) {
      notice(`${printable(name)} does nothing: ? shows all keys.`, 'dim');
      return;
    }
    if (state.closing && key.action !== 'interrupt') return;
    if (state.notice && !state.closing) change({ type: 'noticed', notice: undefined });
    const reason = key.cannot?.(state);
    if (reason === undefined) acts[key.action]();
    else notice(reason, 'dim');
  }

  /** How many rows a screen of what the keys act on has. */
  function screenful(): number {
    if (!view) return 1;
    return state.pane === 'detail' ? view.layout.detailRows : view.layout.listRows;
  }

  const acts: Readonly<Record<Action, () => void>> = {
    down: () => move(1),
    up: () => move(-1),
    'half-down': () => move(Math.ceil(screenful() / 2)),
    'half-up': () => move(-Math.ceil(screenful() / 2)),
    'page-down': () => move(screenful()),
    'page-up': () => move(-screenful()),
    first: toFirst,
    last: toLast,
    'next-request': () => select(1),
    'previous-request': () => select(-1),
    open: () => change({ type: 'pane', pane: 'detail' }),
    back,
    'next-tab': () => showTab(isDetailShown() ? tabBeside(state.tab, 1) : state.tab),
    'previous-tab': () => showTab(isDetailShown() ? tabBeside(state.tab, -1) : state.tab),
    overview: () => showTab('overview'),
    headers: () => showTab('headers'),
    body: () => showTab('body'),
    attempts: () => showTab('attempts'),
    follow,
    'all-names': toggleNames,
    replay,
    'copy-url': copyUrl,
    help: () => change({ type: 'help', on: !state.help }),
    quit: () => (state.help ? change({ type: 'help', on: false }) : quit(exitCodes.done)),
    interrupt: () => (state.closing ? quitAtOnce() : quit(exitCodes.interrupted)),
    suspend,
  };

  function isDetailShown(): boolean {
    return state.pane === 'detail' || view?.layout.size === 'wide';
  }

  function move(by: number): void {
    if (state.help || state.pane === 'detail') change({ type: 'scrolled', to: state.scroll + by });
    else select(by);
  }

  function select(by: number): void {
    const found = feed.moved(state, by);
    if (found) change({ type: 'selected', ...found });
    else change({ type: 'following', on: false });
  }

  function toFirst(): void {
    const seq = feed.oldest(state);
    if (state.help || state.pane === 'detail') change({ type: 'scrolled', to: 0 });
    else if (seq !== undefined) change({ type: 'selected', seq, row: 0 });
  }

  function toLast(): void {
    if (state.help || state.pane === 'detail') change({ type: 'scrolled', to: Number.MAX_SAFE_INTEGER });
    else change({ type: 'following', on: true });
  }

  function back(): void {
    if (state.help) change({ type: 'help', on: false });
    else if (state.pane === 'detail') change({ type: 'pane', pane: 'list' });
    else change({ type: 'warned', warning: undefined });
  }

  function showTab(tab: (typeof state)['tab']): void {
    if (!isDetailShown()) change({ type: 'pane', pane: 'detail' });
    change({ type: 'tab', tab });
  }

  function follow(): void {
    const on = !state.following;
    change({ type: 'pane', pane: 'list' });
    change({ type: 'following', on });
    notice(on ? 'following: the newest request is selected' : 'following paused', 'dim');
  }

  function toggleNames(): void {
    change({ type: 'names', all: !state.allNames });
    const whose = state.allNames ? 'all projects on this database' : printable(session.name);
    notice(`requests of ${whose}`, 'dim');
  }

  function selectedRequest(): RequestSummary | undefined {
    return view?.rows.find(({ seq }) => seq === state.selected);
  }

  function replay(): void {
    const request = selectedRequest();
    if (!request) return;
    const short = request.id.slice(0, 5);
    // The selection stays on what was replayed, so that one sees how it goes.
    change({ type: 'following', on: false });
    notice(`replaying ${short} …`, 'dim');
    session.replay(request.id).then(
      ({ outcome, ms }) => {
        const failed = outcome.type === 'failed' ? outcome : undefined;
        const { text, tone } = attemptStatus(outcome.response?.status, failed?.code);
        notice(
          `replayed ${short}: ${failed ? printable(failed.message) : `${text} in ${durationText(ms)}`}`,
          tone,
        );
      },
      (error: unknown) => {
        if (error instanceof UserError)
          notice(printable([error.message, error.hint].filter(Boolean).join(' ')), 'bad');
        else ended.reject(error);
      },
    );
  }

  function copyUrl(): void {
    const url = session.url ?? session.localUrl;
    screen.copy(url);
    notice(
      `copied ${printable(url)}${session.url === null ? ' (local: there is no public URL)' : ''}`,
      'good',
    );
  }

  /** Closes the session on screen, so that what is in flight can be seen to end. */
  function quit(exitCode: number): void {
    change({ type: 'closing' });
    notice('ending: what is in flight gets a second … Ctrl-C ends at once');
    session.close().then(() => ended.resolve(exitCode), ended.reject);
  }

  function quitAtOnce(): void {
    giveBack();
    io.quitAtOnce();
  }

  /** Gives the terminal to the shell; goes on after `fg` (SIGCONT), or soon where no shell could stop us. */
  function suspend(): void {
    if (process.platform === 'win32') {
      notice('Windows has no Ctrl-Z.', 'dim');
      return;
    }
    giveBack();
    process.off('SIGTSTP', suspend);
    // To the whole group, as the terminal does it: npx waits beside us, and the shell waits for npx.
    process.kill(0, 'SIGTSTP');
    // The stop comes a moment after the call; time does not pass while it lasts.
    setTimeout(resume, stopMs).unref();
  }

  function resume(): void {
    if (over) return;
    takeOver();
    change({ type: 'resized', columns: io.stdout.columns || 80, rows: io.stdout.rows || 24 });
    screen.forget();
    pacer.pressed();
  }

  /** Raw mode first: a key pressed before it would be the terminal's, not ours. */
  function takeOver(): void {
    io.stdin.setRawMode(true);
    screen.enter();
    if (!process.listeners('SIGTSTP').includes(suspend)) process.on('SIGTSTP', suspend);
  }

  function giveBack(): void {
    screen.leave();
    io.stdin.setRawMode(false);
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

  takeOver();
  const shown = feed.view(state);
  view = shown;
  state = shown.state;
  const ink = withoutSignalHandlers(() =>
    render(frame(shown), {
      stdout: screen.output,
      stdin: io.stdin,
      // Frames come whole and at once: the pacer decides when, the screen what of them is written.
      debug: true,
      exitOnCtrlC: false,
      patchConsole: false,
    }),
  );
  ink.waitUntilExit().catch(ended.reject);
  process.on('SIGCONT', resume);
  try {
    return await ended.promise;
  } finally {
    over = true;
    io.signal.removeEventListener('abort', stop);
    io.stdin.off('end', gone); // the errors of a terminal that is gone stay heard
    process.off('SIGCONT', resume);
    process.off('SIGTSTP', suspend);
    pacer.stop();
    feed.stop();
    ink.unmount();
    await letGoOf(io.stdin);
    giveBack();
    await session.close();
  }
}

/**
 * Stops reading, so that what is typed from now on is the shell's. A stream that had `readable` listeners, as Ink's
 * was, stops only when it is paused while it flows; it may flow a tick after the last of them has gone.
 */
async function letGoOf(stdin: NodeJS.ReadStream): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  stdin.resume();
  stdin.pause();
}

/**
 * Ink ends the process on a signal by itself, before what is in flight can end. Whoever started us handles signals,
 * so the handlers that come with Ink go.
 */
function withoutSignalHandlers<T>(start: () => T): T {
  const handlers = () =>
    process
      .eventNames()
      .filter((name) => typeof name === 'string' && name.startsWith('SIG'))
      .flatMap((name) => process.listeners(name as NodeJS.Signals).map((handler) => ({ name, handler })));
  const before = handlers();
  const started = start();
  for (const { name, handler } of handlers()) {
    if (!before.some((each) => each.name === name && each.handler === handler)) process.off(name, handler);
  }
  return started;
}

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
