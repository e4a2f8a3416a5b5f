/** Reads a control string of the terminal (OSC, DCS, SOS, PM, APC) and discards it. */
export interface ControlString {
  /** Number of Ctrl-C at the end of what was read. */
  readonly interrupts: number;
  /** Reads a byte. `cut`: after an Esc, the byte introduces another sequence. */
  add(byte: number): 'open' | 'ended' | 'cut';
}

const esc = 0x1b;
const ctrlC = 0x03;
const bell = 0x07;
const cancel = 0x18;
const substitute = 0x1a;
const backslash = 0x5c;
const stringTerminator = 0x9c;

/** `isOsc`: BEL ends the string too. `introducers`: bytes that begin another sequence after an Esc. */
export function createControlString(isOsc: boolean, introducers: ReadonlySet<number>): ControlString {
  let last = 0;
  /** Number of bytes that the current UTF-8 character still needs. */
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
      // The byte of an 8-bit ST also occurs within UTF-8 characters; encoded in UTF-8 itself it is an ST too.
      return byte === stringTerminator && (!isContinuation || before === 0xc2) ? 'ended' : 'open';
    },
  };
}

function continuationsAfter(byte: number): number {
  if (byte < 0xc2) return 0;
  return byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
}
