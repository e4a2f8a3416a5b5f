/** A paste that is being read. */
export interface Paste {
  /** How many Ctrl-C came last, with nothing after them. */
  readonly interrupts: number;
  /** Takes a byte; `rest` gives what came after it in one read. True: it was the last of the marker that ends the paste. */
  add(byte: number, rest: () => Uint8Array): boolean;
  /** What was pasted, without the Ctrl-C at its end. */
  text(): string;
}

/** More than any field takes: what is pasted beyond it is read and dropped. */
const mostBytes = 65_536;

const ctrlC = 0x03;

/** A paste (bracketed paste mode, `ESC [ 200 ~`). `isC1`: it began with the 8-bit form of that. */
export function createPaste(isC1: boolean): Paste {
  const marker = (number: string) => Buffer.from(`${isC1 ? '\u009b' : '\u001b['}${number}~`, 'latin1');
  const end = marker('201');
  const begin = marker('200');
  const bytes: number[] = [];
  let matched = 0;
  let interrupts = 0;

  function keep(byte: number): void {
    if (bytes.length < mostBytes) bytes.push(byte);
  }

  /** A marker that another one follows was in the text: some terminals paste it as it is. */
  function isText(rest: Uint8Array): boolean {
    const read = Buffer.from(rest.buffer, rest.byteOffset, rest.byteLength);
    const next = read.indexOf(end);
    const another = read.indexOf(begin);
    return next >= 0 && (another < 0 || next < another);
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
      if (!isText(rest())) return true;
      for (const each of end) keep(each);
      matched = 0;
      return false;
    },
    text() {
      const kept = Buffer.from(bytes.slice(0, mostBytes));
      const typed = kept.toString('utf8');
      return interrupts > 0 ? typed.replace(/\u0003+$/, '') : typed;
    },
  };
}
