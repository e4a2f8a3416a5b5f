import { exitCodes } from '../model/errors.ts';
import { waitingNotice } from './actions/move-held.ts';
import { drawFrame, startDrawing } from './frames.tsx';
import { createKeyDispatch, handleInput } from './key-dispatch.ts';
import { change, closeUi, notify, openUi, type TuiOptions, type Ui } from './ui.ts';

/**
 * Shows a session until the user quits or a signal comes; resolves with the exit code. The session is closed then, the
 * terminal is restored, the store is left open. Rejects, with the terminal restored, on unexpected errors.
 */
export async function runTui(options: TuiOptions): Promise<number> {
  const ended = deferred<number>();
  const ui = openUi(options, {
    draw: () => drawFrame(ui),
    onInput: (events) => handleInput(keys, events),
    end: ended.resolve,
    fail: ended.reject,
  });
  const keys = createKeyDispatch(ui);
  const stopListening = endOnSignalsAndHangup(ui);
  try {
    start(ui);
    return await ended.promise;
  } finally {
    stopListening();
    await closeUi(ui);
    await keys.settle();
    await options.session.close();
  }
}

function start(ui: Ui): void {
  const { options, screenReader, terminalOwnership, pacer, fail } = ui;
  const { session, io, warnings = [], showQrCode } = options;
  // If a signal ended the start, its own listener ends the UI.
  session.ready.then(pacer.changed, (error) => (io.signal.aborted ? undefined : fail(error)));
  if (screenReader) session.subscribe(screenReader.onEvent);
  terminalOwnership.acquire();
  if (warnings.length > 0) change(ui, { type: 'warning', warning: warnings.join(' ') });
  if (showQrCode) change(ui, { type: 'overlay', overlay: { type: 'qr-code' } });
  startDrawing(ui);
  const waiting = waitingNotice(session, ui.keymap);
  if (waiting !== undefined) notify(ui, { tone: 'warn', text: waiting });
}

/** Returns how to stop listening. */
function endOnSignalsAndHangup({ options: { io }, end }: Ui): () => void {
  const { stdin, stdout, signal } = io;
  const onSignal = () => {
    const { exitCode = exitCodes.interrupted } = signal.reason as { readonly exitCode?: number };
    end(exitCode);
  };
  // The terminal window was closed, and SIGHUP may not reach us.
  const onHangup = () => end(exitCodes.terminated);
  stdin.on('end', onHangup).on('error', onHangup);
  stdout.on('error', onHangup);
  signal.addEventListener('abort', onSignal, { once: true });
  if (signal.aborted) onSignal();
  return () => {
    signal.removeEventListener('abort', onSignal);
    // The error listeners stay: a terminal that is gone may still fail.
    stdin.off('end', onHangup);
  };
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
