/** Reads a bracketed paste. */
export interface Paste {
  /** Number of Ctrl-C at the end of what was read. */
  readonly interrupts: number;
  /** Reads a byte; `rest` gives the bytes after it in the same read. True: the end marker is complete. */
  add(byte: number, rest: () => Uint8Array): boolean;
  /** The pasted text, without Ctrl-C at its end. */
  text(): string;
}

/** More than a field takes; the rest of a paste is read and dropped. */
const maxBytes = 65_536;

const ctrlC = 0x03;

/** Reads after `ESC [ 200 ~` (bracketed paste mode). `isC1`: the paste began with the 8-bit form of it. */
export function createPaste(isC1: boolean): Paste {
  const begin = marker('200', isC1);
  const end = marker('201', isC1);
  const bytes: number[] = [];
  let matched = 0;
  let interrupts = 0;

  function keep(byte: number): void {
    if (bytes.length < maxBytes) bytes.push(byte);
  }

  return {
    get interrupts() {
      return interrupts;
    },
    add(byte, rest) {
      interrupts = byte === ctrlC ? interrupts + 1 : 0;
      if (byte === end[matched]) matched++;
      else {
        for (const each of end.subarray(0, matched)) keep(each);
        matched = byte === end[0] ? 1 : 0;
        if (matched === 0) keep(byte);
      }
      if (matched < end.length) return false;
      if (!endsLater(rest(), begin, end)) return true;
      for (const each of end) keep(each);
      matched = 0;
      return false;
    },
    text() {
      const text = Buffer.from(bytes).toString('utf8');
      return interrupts > 0 ? text.replace(/\u0003+$/, '') : text;
    },
  };
}

function marker(number: string, isC1: boolean): Buffer {
  return Buffer.from(`${isC1 ? '\u009b' : '\u001b['}${number}~`, 'latin1');
}

/** An end marker before another one is part of the text: some terminals don't remove it. */
function endsLater(rest: Uint8Array, begin: Buffer, end: Buffer): boolean {
  const read = Buffer.from(rest.buffer, rest.byteOffset, rest.byteLength);
  const nextEnd = read.indexOf(end);
  const nextBegin = read.indexOf(begin);
  return nextEnd >= 0 && (nextBegin < 0 || nextEnd < nextBegin);
}
