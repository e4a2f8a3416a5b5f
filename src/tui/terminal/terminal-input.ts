import { createInputDecoder, type InputDecoder, type InputEvent } from './input-decoder.ts';

/** Input of the terminal. */
export interface TerminalInput {
  /** Starts reading, unless it does already. */
  start(): void;
  /** Stops reading: further input is for the next reader. Resolves when nothing is read any more. */
  stop(): Promise<void>;
}

interface Reading {
  readonly stdin: NodeJS.ReadStream;
  readonly decoder: InputDecoder;
  readonly onEvents: (events: readonly InputEvent[]) => void;
  readonly onData: (data: Buffer | string) => void;
  isReading: boolean;
  /** Runs when an incomplete sequence has to end. */
  timer: NodeJS.Timeout | undefined;
  expiring: NodeJS.Immediate | undefined;
}

/** Reads a terminal in raw mode; calls `onEvents` with its input in order. */
export function createTerminalInput(
  stdin: NodeJS.ReadStream,
  onEvents: (events: readonly InputEvent[]) => void,
): TerminalInput {
  const reading: Reading = {
    stdin,
    decoder: createInputDecoder(),
    onEvents,
    onData: (data) => decode(reading, data),
    isReading: false,
    timer: undefined,
    expiring: undefined,
  };
  return {
    start() {
      if (reading.isReading) return;
      reading.isReading = true;
      stdin.on('data', reading.onData);
      stdin.resume();
    },
    stop: () => stop(reading),
  };
}

function decode(reading: Reading, data: Buffer | string): void {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  emit(reading, reading.decoder.push(bytes, performance.now()));
}

function emit(reading: Reading, events: readonly InputEvent[]): void {
  clearTimers(reading);
  const { due } = reading.decoder;
  if (due !== undefined) {
    reading.timer = setTimeout(expire, Math.max(1, due - performance.now()), reading);
  }
  if (events.length > 0) reading.onEvents(events);
}

/** Bytes that arrived while the process was busy were in time: they are read first. */
function expire(reading: Reading): void {
  reading.expiring = setImmediate(() => emit(reading, reading.decoder.expire(performance.now())));
}

function clearTimers({ timer, expiring }: Reading): void {
  clearTimeout(timer);
  if (expiring) clearImmediate(expiring);
}

async function stop(reading: Reading): Promise<void> {
  const { stdin, decoder, onData } = reading;
  if (reading.isReading) {
    reading.isReading = false;
    stdin.off('data', onData);
    stdin.pause();
    clearTimers(reading);
    decoder.reset();
  }
  // Node stops reading a tick after a stream is paused.
  await new Promise((resolve) => setImmediate(resolve));
}
