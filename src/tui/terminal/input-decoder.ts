import { type ControlString, createControlString } from './control-string.ts';
import { keyOfCharacter, keyOfSequence } from './key-sequences.ts';
import { type MouseEvent, mouseReport } from './mouse-report.ts';
import { createPaste, type Paste } from './paste.ts';

/** An input event of the terminal. */
export type InputEvent =
  | { readonly type: 'key'; readonly name: string }
  | { readonly type: 'paste'; readonly text: string }
  | { readonly type: 'mouse'; readonly event: MouseEvent };

/**
 * Decodes the bytes of a terminal into keys, pastes and mouse events, wherever the reads split them. Replies of the
 * terminal and unknown sequences are dropped whole. Times are in ms of any clock.
 */
export interface InputDecoder {
  push(bytes: Uint8Array, now: number): InputEvent[];
  /** Time at which to call `expire` unless more bytes come; undefined: no sequence has begun. */
  readonly due: number | undefined;
  /** Ends a sequence that was not continued in time. */
  expire(now: number): InputEvent[];
  /** Drops a sequence that has begun. */
  reset(): void;
}

/** Time to wait for the next byte, in ms. */
const afterEscapeMs = 50;
const withinSequenceMs = 500;
const withinPasteMs = 1_000;
/** In a paste or a string a Ctrl-C is the key if nothing follows: text that contains the byte goes on at once. */
const afterInterruptMs = 100;

const esc = 0x1b;
const ctrlC = 0x03;
const cancels: readonly number[] = [0x18, 0x1a];
/** Longer than any key or mouse report; longer sequences are dropped whole. */
const maxParameters = 64;
/** Limit of Ctrl-C from one read: the second one ends everything. */
const maxInterrupts = 2;
/** Limit of Esc from one read, while the key is held down. */
const maxEscapes = 8;

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

/** The sequence that has begun. */
type Mode =
  | { readonly type: 'ground' }
  | { readonly type: 'escape'; count: number }
  /** An introducer alone, after an Esc that was decoded as the key. */
  | { readonly type: 'late'; readonly byte: number }
  /** `ESC ( B` and the like: up to the final byte. */
  | { readonly type: 'designation' }
  | { readonly type: 'csi' | 'ss3'; parameters: string; readonly isC1: boolean }
  /** Bytes after a final one: an X10 mouse report, or a function key on the Linux console */
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

interface Decoder {
  mode: Mode;
  now: number;
  /** Until then an introducer belongs to an Esc that was decoded as the key. */
  lateUntil: number;
  events: InputEvent[];
  chunk: Uint8Array;
  /** Index of the current byte in the chunk. */
  index: number;
}

/** A decoder at the beginning of its input. */
export function createInputDecoder(): InputDecoder {
  const decoder: Decoder = {
    mode: ground,
    now: 0,
    lateUntil: Number.NEGATIVE_INFINITY,
    events: [],
    chunk: new Uint8Array(),
    index: 0,
  };
  return {
    push: (bytes, now) => push(decoder, bytes, now),
    get due() {
      return dueOf(decoder);
    },
    expire: (now) => expire(decoder, now),
    reset() {
      decoder.mode = ground;
      decoder.lateUntil = Number.NEGATIVE_INFINITY;
    },
  };
}

function push(decoder: Decoder, bytes: Uint8Array, now: number): InputEvent[] {
  if (bytes.length === 0) return [];
  decoder.now = now;
  decoder.chunk = bytes;
  continueLate(decoder, bytes);
  for (decoder.index = 0; decoder.index < bytes.length; decoder.index++) feed(decoder, bytes[decoder.index]!);
  decoder.chunk = new Uint8Array();
  return takeEvents(decoder);
}

/** Continues a sequence whose Esc was decoded as the key: a user does not press `[` and `A` within one read. */
function continueLate(decoder: Decoder, bytes: Uint8Array): void {
  const { mode, now, lateUntil } = decoder;
  if (mode.type === 'late') {
    decoder.mode = { type: 'escape', count: 1 };
    feed(decoder, mode.byte);
  } else if (mode.type === 'ground' && now < lateUntil && introducers[String.fromCharCode(bytes[0]!)]) {
    decoder.mode = bytes.length > 1 ? { type: 'escape', count: 1 } : { type: 'late', byte: bytes[0]! };
  }
  decoder.lateUntil = Number.NEGATIVE_INFINITY;
}

function dueOf({ mode, now }: Decoder): number | undefined {
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

function expire(decoder: Decoder, now: number): InputEvent[] {
  const due = dueOf(decoder);
  if (due === undefined || now < due) return [];
  const { mode: ended } = decoder;
  decoder.mode = ground;
  if (ended.type === 'escape') {
    for (let count = 0; count < Math.min(ended.count, maxEscapes); count++) key(decoder, 'escape');
    decoder.lateUntil = decoder.now + withinSequenceMs;
  } else if (ended.type === 'late') key(decoder, keyOfCharacter(String.fromCharCode(ended.byte)));
  else if (ended.type === 'string') interrupt(decoder, ended.read.interrupts);
  else if (ended.type === 'paste') {
    endPaste(decoder, ended.read);
    interrupt(decoder, ended.read.interrupts);
  }
  return takeEvents(decoder);
}

function takeEvents(decoder: Decoder): InputEvent[] {
  const { events } = decoder;
  decoder.events = [];
  return events;
}

function key({ events }: Decoder, name: string | undefined): void {
  if (name !== undefined) events.push({ type: 'key', name });
}

function interrupt(decoder: Decoder, times = 1): void {
  decoder.mode = ground;
  for (let count = 0; count < Math.min(times, maxInterrupts); count++) key(decoder, 'ctrl-c');
}

function feed(decoder: Decoder, byte: number): void {
  const { mode } = decoder;
  switch (mode.type) {
    case 'ground':
      feedGround(decoder, byte);
      break;
    case 'escape':
      feedEscape(decoder, byte, mode);
      break;
    case 'late':
      break;
    case 'designation':
      feedDesignation(decoder, byte);
      break;
    case 'csi':
    case 'ss3':
      feedSequence(decoder, byte, mode);
      break;
    case 'trail':
      feedTrail(decoder, byte, mode);
      break;
    case 'string':
      feedString(decoder, byte, mode);
      break;
    case 'character':
      feedCharacter(decoder, byte, mode);
      break;
    case 'paste':
      feedPaste(decoder, byte, mode);
      break;
  }
}

function feedGround(decoder: Decoder, byte: number): void {
  decoder.mode = ground;
  if (byte === esc) decoder.mode = { type: 'escape', count: 1 };
  else if (byte < 0x80) key(decoder, keyOfCharacter(String.fromCharCode(byte)));
  else beginCharacter(decoder, byte, false);
}

/** Begins a sequence after its introducer; an unknown one is dropped. */
function introduce(decoder: Decoder, introducer: string, isC1: boolean): void {
  const type = introducers[introducer];
  if (type === 'csi' || type === 'ss3') decoder.mode = { type, parameters: '', isC1 };
  else if (type) {
    const read = createControlString(type === 'osc', introducerBytes);
    decoder.mode = { type: 'string', read, interruptedAt: 0 };
  } else decoder.mode = ground;
}

/** A character outside ASCII, or an 8-bit control. `dropped`: it belongs to an unknown sequence. */
function beginCharacter(decoder: Decoder, byte: number, dropped: boolean): void {
  const length = byte >= 0xc2 && byte <= 0xdf ? 2 : byte >= 0xe0 && byte <= 0xef ? 3 : 4;
  if (byte < 0xa0) introduce(decoder, c1[byte] ?? '', true);
  else if (byte < 0xc2 || byte > 0xf4) decoder.mode = ground;
  else decoder.mode = { type: 'character', bytes: [byte], length, dropped };
}

type ModeOf<T extends Mode['type']> = Extract<Mode, { readonly type: T }>;

function feedCharacter(
  decoder: Decoder,
  byte: number,
  { bytes, length, dropped }: ModeOf<'character'>,
): void {
  if ((byte & 0xc0) !== 0x80) {
    feedGround(decoder, byte);
    return;
  }
  bytes.push(byte);
  if (bytes.length < length) return;
  decoder.mode = ground;
  const text = decodeUtf8(bytes);
  const code = text?.codePointAt(0) ?? 0;
  if (code >= 0x80 && code < 0xa0) introduce(decoder, c1[code] ?? '', true);
  else if (text !== undefined && !dropped) key(decoder, text);
}

/** Undefined: the bytes are not UTF-8. */
function decodeUtf8(bytes: readonly number[]): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}

function feedEscape(decoder: Decoder, byte: number, mode: ModeOf<'escape'>): void {
  if (byte === esc) mode.count++;
  else if (byte === ctrlC) interrupt(decoder);
  else if (byte >= 0x20 && byte < 0x30) decoder.mode = { type: 'designation' };
  else if (byte >= 0x80) beginCharacter(decoder, byte, true);
  else {
    introduce(decoder, String.fromCharCode(byte), false);
    // Alt and Backspace; Alt and anything else is not a key here.
    if (byte === 0x7f || byte === 0x08) key(decoder, 'backspace');
  }
}

function feedDesignation(decoder: Decoder, byte: number): void {
  if (byte >= 0x20 && byte < 0x30) return;
  if (byte >= 0x30 && byte < 0x7f) decoder.mode = ground;
  else feedBroken(decoder, byte);
}

/** Drops a sequence that this byte can't continue. */
function feedBroken(decoder: Decoder, byte: number): void {
  decoder.mode = ground;
  if (byte === ctrlC) interrupt(decoder);
  else if (byte === esc) decoder.mode = { type: 'escape', count: 1 };
  else if (byte >= 0x80) beginCharacter(decoder, byte, true);
}

function feedSequence(decoder: Decoder, byte: number, mode: ModeOf<'csi' | 'ss3'>): void {
  const isParameter = byte >= (mode.type === 'csi' ? 0x20 : 0x30) && byte < 0x40;
  if (isParameter) {
    if (mode.parameters.length < maxParameters) mode.parameters += String.fromCharCode(byte);
  } else if (byte >= 0x20 && byte < 0x7f) endSequence(decoder, mode, String.fromCharCode(byte));
  else if (byte === ctrlC || byte === esc || byte >= 0x80 || cancels.includes(byte))
    feedBroken(decoder, byte);
}

function endSequence(
  decoder: Decoder,
  { type, parameters, isC1 }: ModeOf<'csi' | 'ss3'>,
  final: string,
): void {
  decoder.mode = ground;
  if (parameters.length >= maxParameters) return;
  if (type === 'csi' && parameters === '200' && final === '~') {
    decoder.mode = { type: 'paste', read: createPaste(isC1), interruptedAt: 0 };
  } else if (type === 'csi' && parameters === '' && (final === 'M' || final === '[')) {
    decoder.mode = { type: 'trail', isMouse: final === 'M', bytes: [] };
  } else if (type === 'csi' && parameters.startsWith('<')) mouse(decoder, `[${parameters}${final}`);
  else key(decoder, keyOfSequence(type, parameters, final));
}

function feedTrail(decoder: Decoder, byte: number, { isMouse, bytes }: ModeOf<'trail'>): void {
  if (byte < 0x20) {
    feedBroken(decoder, byte);
    return;
  }
  bytes.push(byte);
  if (bytes.length < (isMouse ? 3 : 1)) return;
  decoder.mode = ground;
  const [button = 0, column = 0, row = 0] = bytes.map((each) => each - 0x20);
  if (isMouse) mouse(decoder, `[<${button};${column};${row}M`);
}

function mouse({ events }: Decoder, report: string): void {
  const event = mouseReport(report)?.event;
  if (event) events.push({ type: 'mouse', event });
}

function feedString(decoder: Decoder, byte: number, mode: ModeOf<'string'>): void {
  const state = mode.read.add(byte);
  if (state === 'ended') decoder.mode = ground;
  else if (state === 'cut') introduce(decoder, String.fromCharCode(byte), false);
  else noteInterrupt(decoder, byte, mode);
}

function feedPaste(decoder: Decoder, byte: number, mode: ModeOf<'paste'>): void {
  const rest = () => decoder.chunk.subarray(decoder.index + 1);
  if (mode.read.add(byte, rest)) endPaste(decoder, mode.read);
  else noteInterrupt(decoder, byte, mode);
}

function noteInterrupt({ now }: Decoder, byte: number, mode: ModeOf<'string' | 'paste'>): void {
  if (byte === ctrlC && mode.read.interrupts === 1) mode.interruptedAt = now;
}

function endPaste(decoder: Decoder, paste: Paste): void {
  decoder.mode = ground;
  const text = paste.text();
  if (text !== '') decoder.events.push({ type: 'paste', text });
}
