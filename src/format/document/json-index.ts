import { createLineTable, type GrowingTable, type LineTable, mostLines } from './line-table.ts';
import { createNewlines, type Newlines } from './newlines.ts';

/** The lines of JSON text when it is indented, found without making a value or a string of it. */
export interface JsonIndex {
  readonly lines: LineTable;
  /** Up to which byte the lines are known. */
  readonly scanned: number;
  /** The text ends, as far as it is known, within a string. */
  readonly inString: boolean;
  /** Nothing is open or expected: the text may end here. */
  readonly isWhole: boolean;
  /** The first byte that is not JSON: from there on the text's own lines count; undefined if all of it is JSON. */
  readonly brokenAt: number | undefined;
  /** `brokenAt` is only the place where it had too many lines. */
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

/** State of the scan of one JSON text. */
interface JsonScan {
  readonly bytes: Uint8Array;
  readonly lines: GrowingTable;
  /** The lines of the containers that are open. */
  readonly openLines: number[];
  /** The closing brackets of the containers around the innermost one. */
  readonly closers: number[];
  /** The closing bracket of the innermost container; 0 outside of all. */
  closer: number;
  at: number;
  expected: number;
  /** The next value or key begins a line. */
  isFresh: boolean;
  inString: boolean;
  isKey: boolean;
  brokenAt: number | undefined;
  tooMany: boolean;
  /** Finds the lines of what follows `brokenAt`. */
  rest: Newlines | undefined;
}

/**
 * Follows JSON (RFC 8259) byte by byte: takes linear time and no stack, can stop anywhere and go on, never throws.
 * Several values in a row are all lines of the document. Characters inside strings are not checked.
 */
export function createJsonIndex(bytes: Uint8Array, from = 0): JsonIndex {
  const scan: JsonScan = {
    bytes,
    lines: createLineTable(),
    openLines: [],
    closers: [],
    closer: 0,
    at: from,
    expected: value,
    isFresh: true,
    inString: false,
    isKey: false,
    brokenAt: undefined,
    tooMany: false,
    rest: undefined,
  };
  return {
    lines: scan.lines,
    get scanned() {
      return scan.at;
    },
    get inString() {
      return scan.inString;
    },
    get isWhole() {
      return scan.closer === 0 && !scan.inString;
    },
    get brokenAt() {
      return scan.brokenAt;
    },
    get tooMany() {
      return scan.tooMany;
    },
    advance: (upTo, isLast) => advance(scan, upTo, isLast),
  };
}

function advance(scan: JsonScan, upTo: number, isLast: boolean): void {
  const { bytes } = scan;
  if (scan.lines.count >= mostLines && !scan.inString && scan.brokenAt === undefined) {
    scan.tooMany = true;
    breakOff(scan);
  }
  while (scan.at < upTo && scan.brokenAt === undefined) {
    if (scan.inString) {
      readString(scan, upTo);
      continue;
    }
    const code = bytes[scan.at]!;
    const kind = kindOf[code];
    if (kind === space) {
      scan.at = spaceEnd(bytes, scan.at + 1, upTo);
    } else if (kind === delimiter) {
      if (!readStructure(scan, code)) breakOff(scan);
    } else if (scan.expected > valueOrEnd) {
      breakOff(scan);
    } else if (!readWord(scan, upTo, isLast) && scan.brokenAt === undefined) {
      return;
    }
  }
  if (scan.rest && scan.at < upTo) {
    scan.rest.read(scan.at, upTo);
    scan.at = upTo;
  }
}

function begin(scan: JsonScan, offset: number): void {
  scan.lines.add(offset, scan.openLines.length);
  scan.isFresh = false;
}

function afterValue(scan: JsonScan): void {
  scan.isFresh = scan.closer === 0;
  scan.expected = scan.isFresh ? value : commaOrEnd;
}

function breakOff(scan: JsonScan): void {
  scan.brokenAt = scan.at;
  if (scan.isFresh) scan.lines.add(scan.at, scan.openLines.length);
  scan.rest = createNewlines(scan.bytes, scan.lines, true);
}

function spaceEnd(bytes: Uint8Array, from: number, upTo: number): number {
  let at = from;
  while (at < upTo && kindOf[bytes[at]!] === space) at++;
  return at;
}

/** Goes to the end of a string, or as far as the bytes go. */
function readString(scan: JsonScan, upTo: number): void {
  const { bytes } = scan;
  let at = scan.at;
  while (at < upTo) {
    const code = bytes[at]!;
    if (code === 0x22) {
      scan.inString = false;
      at++;
      break;
    }
    at += code === 0x5c ? 2 : 1;
  }
  scan.at = at;
  if (scan.inString) return;
  if (scan.isKey) scan.expected = colon;
  else afterValue(scan);
}

/** Reads a word; false if it is cut off where the bytes end, or is not a number or literal. */
function readWord(scan: JsonScan, upTo: number, isLast: boolean): boolean {
  const { bytes, at } = scan;
  let end = at;
  while (end < upTo && kindOf[bytes[end]!] === other) end++;
  const isCut = end === upTo;
  if (isCut && !isLast && end - at < longestWord) return false;
  // The last word of a text that was cut may be half of one.
  if (!isWord(bytes, at, end) && !isCut) {
    breakOff(scan);
    return false;
  }
  if (scan.isFresh) begin(scan, at);
  scan.at = Math.max(end, at + 1);
  afterValue(scan);
  return true;
}

/** Handles one byte of structure; false if it is not allowed there. */
function readStructure(scan: JsonScan, code: number): boolean {
  if (code === 0x7b || code === 0x5b) {
    if (scan.expected > valueOrEnd) return false;
    open(scan, code);
  } else if (code === 0x7d || code === 0x5d) {
    if (!close(scan, code)) return false;
  } else if (code === 0x2c) {
    if (scan.expected !== commaOrEnd) return false;
    scan.expected = scan.closer === 0x7d ? key : value;
    scan.isFresh = true;
  } else if (code === 0x3a) {
    if (scan.expected !== colon) return false;
    scan.expected = value;
  } else {
    scan.isKey = scan.expected === key || scan.expected === keyOrEnd;
    if (!scan.isKey && scan.expected > valueOrEnd) return false;
    if (scan.isFresh) begin(scan, scan.at);
    scan.inString = true;
  }
  scan.at++;
  return true;
}

function open(scan: JsonScan, bracket: number): void {
  if (scan.isFresh) begin(scan, scan.at);
  scan.openLines.push(scan.lines.count - 1);
  scan.closers.push(scan.closer);
  scan.closer = bracket + 2;
  scan.expected = bracket === 0x7b ? keyOrEnd : valueOrEnd;
  scan.isFresh = true;
}

/** Closes the innermost container; false if this bracket does not. */
function close(scan: JsonScan, bracket: number): boolean {
  const { lines, expected } = scan;
  const isEmpty = expected === keyOrEnd || expected === valueOrEnd;
  if ((!isEmpty && expected !== commaOrEnd) || bracket !== scan.closer) return false;
  const opener = scan.openLines.pop()!;
  scan.closer = scan.closers.pop()!;
  if (!isEmpty) {
    lines.add(scan.at, scan.openLines.length);
    lines.pair(opener, lines.count - 1);
  }
  afterValue(scan);
  return true;
}

/** True if the bytes are a number or a literal, as RFC 8259 writes them. */
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
