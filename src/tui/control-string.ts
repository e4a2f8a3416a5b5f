/** A string of the terminal that is being read (OSC, DCS, SOS, PM, APC); nothing of it is kept. */
export interface ControlString {
  /** How many Ctrl-C came last, with nothing after them. */
  readonly interrupts: number;
  /** Takes a byte. `cut`: the byte introduces another sequence, after an Esc that came before it. */
  add(byte: number): 'open' | 'ended' | 'cut';
}

const esc = 0x1b;
const ctrlC = 0x03;
const bell = 0x07;
const cancel = 0x18;
const substitute = 0x1a;
const backslash = 0x5c;
const stringTerminator = 0x9c;

/** `isOsc`: a BEL ends it, too. `introducers`: what may follow an Esc that begins another sequence. */
export function createControlString(isOsc: boolean, introducers: ReadonlySet<number>): ControlString {
  let last = 0;
  /** So many bytes more belong to a character of UTF-8. */
  let continuation = 0;
  let interrupts = 0;

  return {
    get interrupts() {
      return interrupts;
    },
    add(byte) {
      const before = last;
      last = byte;
      interrupts = byte === ctrlC ? interrupts + 1 : 0;
      const isContinuation = continuation > 0 && (byte & 0xc0) === 0x80;
      continuation = isContinuation ? continuation - 1 : continuationsAfter(byte);
      if (before === esc && byte === backslash) return 'ended';
      if (before === esc && introducers.has(byte)) return 'cut';
      if (byte === cancel || byte === substitute || (isOsc && byte === bell)) return 'ended';
      // In UTF-8 the byte of an 8-bit ST is a part of many characters; as a character of its own it is an ST, too.
      return byte === stringTerminator && (!isContinuation || before === 0xc2) ? 'ended' : 'open';
    },
  };
}

function continuationsAfter(byte: number): number {
  if (byte < 0xc2) return 0;
  return byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
}
