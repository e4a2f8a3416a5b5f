import { createLineTable, type LineTable, mostLines } from './line-table.ts';
import { createNewlines, type Newlines } from './newlines.ts';

/** How JSON text falls into lines when it is indented, found without making a value or a string of it. */
export interface JsonIndex {
  readonly lines: LineTable;
  /** Up to which byte the lines are known. */
  readonly scanned: number;
  /** Whether the text ends, as far as it is known, within a string. */
  readonly inString: boolean;
  /** Whether nothing is open or expected: the text may end here. */
  readonly isWhole: boolean;
  /** From which byte on the text is no JSON, so that its own lines count; undefined if it is. */
  readonly brokenAt: number | undefined;
  /** Whether `brokenAt` is only where it had too many lines. */
  readonly tooMany: boolean;
  /** Reads on to the byte `upTo`; `isLast`: there are no more. */
  advance(upTo: number, isLast: boolean): void;
}

/** A word longer than this is neither a number nor a literal that anybody sends. */
const longestWord = 1024;

const kindOf = new Uint8Array(256);
const other = 0;
const space = 1;
const delimiter = 2;
for (const code of [0x20, 0x09, 0x0a, 0x0d]) kindOf[code] = space;
for (const character of '{}[],:"') kindOf[character.charCodeAt(0)] = delimiter;

const value = 0;
const valueOrEnd = 1;
const key = 2;
const keyOrEnd = 3;
const colon = 4;
const commaOrEnd = 5;

/**
 * Follows JSON (RFC 8259) byte by byte: takes linear time and no stack, can stop anywhere and go on, never throws.
 * Several values in a row are all lines of the document. What is in a string is not looked at.
 */
export function createJsonIndex(bytes: Uint8Array, from = 0): JsonIndex {
  const lines = createLineTable();
  /** Of each container that is open: its line, and what closes the one around it. */
  const openLines: number[] = [];
  const closers: number[] = [];
  /** What closes the innermost container; 0 outside of all. */
  let closer = 0;
  let at = from;
  let expected = value;
  let isFresh = true;
  let inString = false;
  let isKey = false;
  let brokenAt: number | undefined;
  let tooMany = false;
  let rest: Newlines | undefined;

  function begin(offset: number): void {
    lines.add(offset, openLines.length);
    isFresh = false;
  }

  function afterValue(): void {
    isFresh = closer === 0;
    expected = isFresh ? value : commaOrEnd;
  }

  function breakOff(): void {
    brokenAt = at;
    if (isFresh) lines.add(at, openLines.length);
    rest = createNewlines(bytes, lines, true);
  }

  /** Goes to the end of a string, or as far as the bytes go. */
  function readString(upTo: number): void {
    let position = at;
    while (position < upTo) {
      const code = bytes[position]!;
      if (code === 0x22) {
        inString = false;
        position++;
        break;
      }
      position += code === 0x5c ? 2 : 1;
    }
    at = position;
    if (inString) return;
    if (isKey) expected = colon;
    else afterValue();
  }

  /** Whether a word was read; false: it is cut off where the bytes end, or is none. */
  function readWord(upTo: number, isLast: boolean): boolean {
    let end = at;
    while (end < upTo && kindOf[bytes[end]!] === other) end++;
    const isCut = end === upTo;
    if (isCut && !isLast && end - at < longestWord) return false;
    // The last word of a text that was cut may be half of one.
    if (!isWord(bytes, at, end) && !isCut) {
      breakOff();
      return false;
    }
    if (isFresh) begin(at);
    at = Math.max(end, at + 1);
    afterValue();
    return true;
  }

  /** Handles one byte of structure; false if it has no business here. */
  function readStructure(code: number): boolean {
    if (code === 0x7b || code === 0x5b) {
      if (expected > valueOrEnd) return false;
      if (isFresh) begin(at);
      openLines.push(lines.count - 1);
      closers.push(closer);
      closer = code + 2;
      expected = code === 0x7b ? keyOrEnd : valueOrEnd;
      isFresh = true;
    } else if (code === 0x7d || code === 0x5d) {
      const isEmpty = expected === keyOrEnd || expected === valueOrEnd;
      if ((!isEmpty && expected !== commaOrEnd) || code !== closer) return false;
      const opener = openLines.pop()!;
      closer = closers.pop()!;
      if (!isEmpty) {
        lines.add(at, openLines.length);
        lines.pair(opener, lines.count - 1);
      }
      afterValue();
    } else if (code === 0x2c) {
      if (expected !== commaOrEnd) return false;
      expected = closer === 0x7d ? key : value;
      isFresh = true;
    } else if (code === 0x3a) {
      if (expected !== colon) return false;
      expected = value;
    } else {
      isKey = expected === key || expected === keyOrEnd;
      if (!isKey && expected > valueOrEnd) return false;
      if (isFresh) begin(at);
      inString = true;
    }
    at++;
    return true;
  }

  return {
    lines,
    get scanned() {
      return at;
    },
    get inString() {
      return inString;
    },
    get isWhole() {
      return closer === 0 && !inString;
    },
    get brokenAt() {
      return brokenAt;
    },
    get tooMany() {
      return tooMany;
    },
    advance(upTo, isLast) {
      if (lines.count >= mostLines && !inString && brokenAt === undefined) {
        tooMany = true;
        breakOff();
      }
      while (at < upTo && brokenAt === undefined) {
        if (inString) {
          readString(upTo);
          continue;
        }
        const code = bytes[at]!;
        const kind = kindOf[code];
        if (kind === space) {
          at++;
        } else if (kind === delimiter) {
          if (!readStructure(code)) breakOff();
        } else if (expected > valueOrEnd) {
          breakOff();
        } else if (!readWord(upTo, isLast) && brokenAt === undefined) {
          return;
        }
      }
      if (rest && at < upTo) {
        rest.read(at, upTo);
        at = upTo;
      }
    },
  };
}

/** Whether the bytes are a number or a literal, as RFC 8259 writes them. */
function isWord(bytes: Uint8Array, from: number, end: number): boolean {
  const first = bytes[from]!;
  if (first === 0x74) return isLiteral(bytes, from, end, 'true');
  if (first === 0x66) return isLiteral(bytes, from, end, 'false');
  if (first === 0x6e) return isLiteral(bytes, from, end, 'null');
  const whole = first === 0x2d ? from + 1 : from;
  let at = bytes[whole] === 0x30 ? whole + 1 : digitsEnd(bytes, whole, end);
  if (at === whole) return false;
  if (at < end && bytes[at] === 0x2e) {
    const fraction = at + 1;
    at = digitsEnd(bytes, fraction, end);
    if (at === fraction) return false;
  }
  if (at < end && (bytes[at]! | 0x20) === 0x65) {
    const sign = bytes[at + 1];
    const exponent = at + 1 < end && (sign === 0x2b || sign === 0x2d) ? at + 2 : at + 1;
    at = digitsEnd(bytes, exponent, end);
    if (at === exponent) return false;
  }
  return at === end;
}

function isLiteral(bytes: Uint8Array, from: number, end: number, word: string): boolean {
  if (end - from !== word.length) return false;
  for (let index = 0; index < word.length; index++) {
    if (bytes[from + index] !== word.charCodeAt(index)) return false;
  }
  return true;
}

function digitsEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at]! >= 0x30 && bytes[at]! <= 0x39) at++;
  return at;
}
