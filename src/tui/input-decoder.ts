import { type ControlString, createControlString } from './control-string.ts';
import { keyOfCharacter, keyOfSequence } from './key-sequences.ts';
import { type MouseEvent, mouseReport } from './mouse.ts';
import { createPaste, type Paste } from './paste.ts';

/** What came from the terminal and means something. */
export type InputEvent =
  | { readonly type: 'key'; readonly name: string }
  | { readonly type: 'paste'; readonly text: string }
  | { readonly type: 'mouse'; readonly event: MouseEvent };

/**
 * Turns the bytes of a terminal into keys, pastes and mouse events, wherever the reads cut them. Replies of the
 * terminal, and sequences that are not known here, are dropped whole. Times are milliseconds of any clock.
 */
export interface InputDecoder {
  push(bytes: Uint8Array, now: number): InputEvent[];
  /** When `expire` has to be called if nothing comes before; undefined: nothing is begun. */
  readonly due: number | undefined;
  /** Ends what was begun and did not go on in time. */
  expire(now: number): InputEvent[];
  /** Forgets what was begun. */
  reset(): void;
}

/** How long the next byte is waited for, in ms. */
const afterEscapeMs = 50;
const withinSequenceMs = 500;
const withinPasteMs = 1_000;
/** In a paste or a string a Ctrl-C is one if nothing follows it: text that contains the byte goes on at once. */
const afterInterruptMs = 100;

const esc = 0x1b;
const ctrlC = 0x03;
const cancels: readonly number[] = [0x18, 0x1a];
/** More than any key or mouse report has; the rest of a longer sequence is dropped with it. */
const mostParameters = 64;
/** Of Ctrl-C at once: the second one ends everything, more say nothing else. */
const mostInterrupts = 2;
/** Of Esc at once, while the key is held down. */
const mostEscapes = 8;

const introducers: Readonly<Record<string, 'csi' | 'ss3' | 'osc' | 'string'>> = {
  '[': 'csi',
  O: 'ss3',
  ']': 'osc',
  P: 'string',
  X: 'string',
  '^': 'string',
  _: 'string',
};

const introducerBytes: ReadonlySet<number> = new Set(Buffer.from(Object.keys(introducers).join('')));

/** The 8-bit forms of the same. */
const c1: Readonly<Record<number, string>> = {
  143: 'O',
  144: 'P',
  152: 'X',
  155: '[',
  157: ']',
  158: '^',
  159: '_',
};

/** What is begun. */
type Mode =
  | { readonly type: 'ground' }
  | { readonly type: 'escape'; count: number }
  /** An introducer that came alone, after an Esc that was taken for the key. */
  | { readonly type: 'late'; readonly byte: number }
  /** `ESC ( B` and the like: up to the final byte. */
  | { readonly type: 'designation' }
  | { readonly type: 'csi' | 'ss3'; parameters: string; readonly isC1: boolean }
  /** Bytes after a final one: an X10 mouse report, or a function key on the console of Linux itself */
  | { readonly type: 'trail'; readonly isMouse: boolean; readonly bytes: number[] }
  | { readonly type: 'string'; readonly read: ControlString; interruptedAt: number }
  | {
      readonly type: 'character';
      readonly bytes: number[];
      readonly length: number;
      readonly dropped: boolean;
    }
  | { readonly type: 'paste'; readonly read: Paste; interruptedAt: number };

const ground: Mode = { type: 'ground' };

export function createInputDecoder(): InputDecoder {
  let mode: Mode = ground;
  let now = 0;
  let lateUntil = Number.NEGATIVE_INFINITY;
  let events: InputEvent[] = [];
  let chunk: Uint8Array = new Uint8Array();
  let index = 0;

  function key(name: string | undefined): void {
    if (name !== undefined) events.push({ type: 'key', name });
  }

  function interrupt(times = 1): void {
    mode = ground;
    for (let count = 0; count < Math.min(times, mostInterrupts); count++) key('ctrl-c');
  }

  function introduce(introducer: string, isC1: boolean): void {
    const type = introducers[introducer];
    if (type === 'csi' || type === 'ss3') mode = { type, parameters: '', isC1 };
    else if (type) {
      mode = { type: 'string', read: createControlString(type === 'osc', introducerBytes), interruptedAt: 0 };
    } else mode = ground;
  }

  function feed(byte: number): void {
    switch (mode.type) {
      case 'ground':
        feedGround(byte);
        break;
      case 'escape':
        feedEscape(byte, mode);
        break;
      case 'late':
        break;
      case 'designation':
        feedDesignation(byte);
        break;
      case 'csi':
      case 'ss3':
        feedSequence(byte, mode);
        break;
      case 'trail':
        feedTrail(byte, mode);
        break;
      case 'string':
        feedString(byte, mode);
        break;
      case 'character':
        feedCharacter(byte, mode);
        break;
      case 'paste':
        feedPaste(byte, mode);
        break;
    }
  }

  function feedGround(byte: number): void {
    mode = ground;
    if (byte === esc) mode = { type: 'escape', count: 1 };
    else if (byte < 0x80) key(keyOfCharacter(String.fromCharCode(byte)));
    else beginCharacter(byte, false);
  }

  /** A character that is not ASCII, or an 8-bit control. `dropped`: it belongs to what is not known. */
  function beginCharacter(byte: number, dropped: boolean): void {
    const length = byte >= 0xc2 && byte <= 0xdf ? 2 : byte >= 0xe0 && byte <= 0xef ? 3 : 4;
    if (byte < 0xa0) introduce(c1[byte] ?? '', true);
    else if (byte < 0xc2 || byte > 0xf4) mode = ground;
    else mode = { type: 'character', bytes: [byte], length, dropped };
  }

  function feedCharacter(byte: number, { bytes, length, dropped }: Mode & { type: 'character' }): void {
    if ((byte & 0xc0) !== 0x80) {
      feedGround(byte);
      return;
    }
    bytes.push(byte);
    if (bytes.length < length) return;
    mode = ground;
    const text = decoded(bytes);
    const code = text?.codePointAt(0) ?? 0;
    if (code >= 0x80 && code < 0xa0) introduce(c1[code] ?? '', true);
    else if (text !== undefined && !dropped) key(text);
  }

  function feedEscape(byte: number, begun: Mode & { type: 'escape' }): void {
    if (byte === esc) begun.count++;
    else if (byte === ctrlC) interrupt();
    else if (byte >= 0x20 && byte < 0x30) mode = { type: 'designation' };
    else if (byte >= 0x80) beginCharacter(byte, true);
    else {
      introduce(String.fromCharCode(byte), false);
      // Alt and Backspace; Alt and anything else is no key here.
      if (byte === 0x7f || byte === 0x08) key('backspace');
    }
  }

  function feedDesignation(byte: number): void {
    if (byte >= 0x20 && byte < 0x30) return;
    if (byte >= 0x30 && byte < 0x7f) mode = ground;
    else feedBroken(byte);
  }

  /** A byte that can't go on with what was begun: that is dropped. */
  function feedBroken(byte: number): void {
    mode = ground;
    if (byte === ctrlC) interrupt();
    else if (byte === esc) mode = { type: 'escape', count: 1 };
    else if (byte >= 0x80) beginCharacter(byte, true);
  }

  function feedSequence(byte: number, sequence: Mode & { type: 'csi' | 'ss3' }): void {
    const isParameter = byte >= (sequence.type === 'csi' ? 0x20 : 0x30) && byte < 0x40;
    if (isParameter) {
      if (sequence.parameters.length < mostParameters) sequence.parameters += String.fromCharCode(byte);
    } else if (byte >= 0x20 && byte < 0x7f) endSequence(sequence, String.fromCharCode(byte));
    else if (byte === ctrlC || byte === esc || byte >= 0x80 || cancels.includes(byte)) feedBroken(byte);
  }

  function endSequence({ type, parameters, isC1 }: Mode & { type: 'csi' | 'ss3' }, final: string): void {
    mode = ground;
    if (parameters.length >= mostParameters) return;
    if (type === 'csi' && parameters === '200' && final === '~') {
      mode = { type: 'paste', read: createPaste(isC1), interruptedAt: 0 };
    } else if (type === 'csi' && parameters === '' && (final === 'M' || final === '[')) {
      mode = { type: 'trail', isMouse: final === 'M', bytes: [] };
    } else if (type === 'csi' && parameters.startsWith('<')) point(`[${parameters}${final}`);
    else key(keyOfSequence(type, parameters, final));
  }

  function feedTrail(byte: number, { isMouse, bytes }: Mode & { type: 'trail' }): void {
    if (byte < 0x20) {
      feedBroken(byte);
      return;
    }
    bytes.push(byte);
    if (bytes.length < (isMouse ? 3 : 1)) return;
    mode = ground;
    const [button = 0, column = 0, row = 0] = bytes.map((each) => each - 0x20);
    if (isMouse) point(`[<${button};${column};${row}M`);
  }

  function point(report: string): void {
    const event = mouseReport(report)?.event;
    if (event) events.push({ type: 'mouse', event });
  }

  function feedString(byte: number, string: Mode & { type: 'string' }): void {
    const state = string.read.add(byte);
    if (state === 'ended') mode = ground;
    else if (state === 'cut') introduce(String.fromCharCode(byte), false);
    else noteInterrupt(byte, string);
  }

  const rest = () => chunk.subarray(index + 1);

  function feedPaste(byte: number, pasting: Mode & { type: 'paste' }): void {
    if (pasting.read.add(byte, rest)) endPaste(pasting.read);
    else noteInterrupt(byte, pasting);
  }

  function noteInterrupt(byte: number, reading: Mode & { type: 'string' | 'paste' }): void {
    if (byte === ctrlC && reading.read.interrupts === 1) reading.interruptedAt = now;
  }

  function endPaste(paste: Paste): void {
    mode = ground;
    const text = paste.text();
    if (text !== '') events.push({ type: 'paste', text });
  }

  function taken(): InputEvent[] {
    const made = events;
    events = [];
    return made;
  }

  function dueAt(): number | undefined {
    switch (mode.type) {
      case 'ground':
        return undefined;
      case 'escape':
      case 'late':
        return now + afterEscapeMs;
      case 'string':
      case 'paste':
        if (mode.read.interrupts > 0) return mode.interruptedAt + afterInterruptMs;
        return now + (mode.type === 'paste' ? withinPasteMs : withinSequenceMs);
      default:
        return now + withinSequenceMs;
    }
  }

  /** The rest of a sequence whose Esc was taken for the key: a user does not press `[` and `A` in one read. */
  function beginLate(bytes: Uint8Array): void {
    if (mode.type === 'late') {
      const { byte } = mode;
      mode = { type: 'escape', count: 1 };
      feed(byte);
    } else if (mode.type === 'ground' && now < lateUntil && introducers[String.fromCharCode(bytes[0]!)]) {
      mode = bytes.length > 1 ? { type: 'escape', count: 1 } : { type: 'late', byte: bytes[0]! };
    }
    lateUntil = Number.NEGATIVE_INFINITY;
  }

  return {
    push(bytes, at) {
      if (bytes.length === 0) return [];
      now = at;
      chunk = bytes;
      beginLate(bytes);
      for (index = 0; index < bytes.length; index++) feed(bytes[index]!);
      chunk = new Uint8Array();
      return taken();
    },
    get due() {
      return dueAt();
    },
    expire(at) {
      const due = dueAt();
      if (due === undefined || at < due) return [];
      const ended = mode;
      mode = ground;
      if (ended.type === 'escape') {
        for (let count = 0; count < Math.min(ended.count, mostEscapes); count++) key('escape');
        lateUntil = now + withinSequenceMs;
      } else if (ended.type === 'late') key(keyOfCharacter(String.fromCharCode(ended.byte)));
      else if (ended.type === 'string') interrupt(ended.read.interrupts);
      else if (ended.type === 'paste') {
        endPaste(ended.read);
        interrupt(ended.read.interrupts);
      }
      return taken();
    },
    reset() {
      mode = ground;
      lateUntil = Number.NEGATIVE_INFINITY;
    },
  };
}

/** The character that these bytes are in UTF-8; undefined: none. */
function decoded(bytes: readonly number[]): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}
