import { createInputDecoder, type InputEvent } from './input-decoder.ts';

/** The keyboard side of the terminal. */
export interface TerminalInput {
  /** Begins to read; does nothing if it does already. */
  start(): void;
  /** Stops reading: what is typed from now on is for whoever reads next. Resolves when nothing is read any more. */
  stop(): Promise<void>;
}

/** Reads a terminal in raw mode and tells what its user does, in order. */
export function createTerminalInput(
  stdin: NodeJS.ReadStream,
  heard: (events: readonly InputEvent[]) => void,
): TerminalInput {
  const decoder = createInputDecoder();
  let isReading = false;
  let timer: NodeJS.Timeout | undefined;
  let late: NodeJS.Immediate | undefined;

  function tell(events: readonly InputEvent[]): void {
    clearTimeout(timer);
    if (late) clearImmediate(late);
    const { due } = decoder;
    if (due !== undefined) timer = setTimeout(expire, Math.max(1, due - performance.now()));
    if (events.length > 0) heard(events);
  }

  /** What has come while we were busy is read first: it was in time. */
  function expire(): void {
    late = setImmediate(() => tell(decoder.expire(performance.now())));
  }

  function onData(data: Buffer | string): void {
    tell(decoder.push(typeof data === 'string' ? Buffer.from(data) : data, performance.now()));
  }

  return {
    start() {
      if (isReading) return;
      isReading = true;
      stdin.on('data', onData);
      stdin.resume();
    },
    async stop() {
      if (isReading) {
        isReading = false;
        stdin.off('data', onData);
        stdin.pause();
        clearTimeout(timer);
        if (late) clearImmediate(late);
        decoder.reset();
      }
      // Node stops reading a tick after a stream is paused.
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
