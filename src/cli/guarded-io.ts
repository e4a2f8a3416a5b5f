import { wantsColour } from '../format/environment.ts';
import { printableOutput } from '../format/printable.ts';
import type { Io, ProcessIo, TextStream } from './io.ts';

/** The io of a command: its streams let no control sequence through but our own colours, where they are wanted. */
export function guardedIo(io: ProcessIo): Io {
  return {
    ...io,
    stdout: guarded(io.stdout, io.env),
    stderr: guarded(io.stderr, io.env),
    rawStdout: io.stdout,
  };
}

function guarded(stream: ProcessIo['stdout'], env: ProcessIo['env']): TextStream {
  const colours = wantsColour(stream, env);
  return {
    get isTTY() {
      return Boolean(stream.isTTY);
    },
    get columns() {
      // `stty cols 0`, as in some containers and serial consoles.
      return stream.columns || 80;
    },
    get destroyed() {
      return stream.destroyed;
    },
    write: (text) => stream.write(printableOutput(text, colours)),
    once: (event, listener) => void stream.once(event, listener),
    off: (event, listener) => void stream.off(event, listener),
  };
}
