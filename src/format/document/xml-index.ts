import { createLineTable, type GrowingTable, type LineTable, mostLines } from './line-table.ts';
import { createNewlines, type Newlines } from './newlines.ts';

/** The lines of XML when it is indented. */
export interface XmlIndex {
  readonly lines: LineTable;
  readonly scanned: number;
  /** The first byte that is not XML: from there on the text's own lines count; undefined if all of it is XML. */
  readonly brokenAt: number | undefined;
  advance(upTo: number, isLast: boolean): void;
}

const less = 0x3c;
const greater = 0x3e;
const slash = 0x2f;

/** A tag longer than this does not fit on a line and counts as text. */
const longestTag = 1024 * 1024;

/** Constructs and their ends; tags end elsewhere, for quotes may hide their end. */
const constructs = [
  { beginning: Buffer.from('<!--'), ending: '-->' },
  { beginning: Buffer.from('<![CDATA['), ending: ']]>' },
  { beginning: Buffer.from('<?'), ending: '?>' },
] as const;

/** State of the scan of one XML text. */
interface XmlScan {
  readonly bytes: Buffer;
  readonly lines: GrowingTable;
  /** The elements that are open: their lines, and the positions of their names. */
  readonly open: { readonly line: number; readonly name: number; readonly nameEnd: number }[];
  at: number;
  /** The end of the construct that begins at `at` is not before this byte. */
  looked: number;
  /** The last line is an opening tag, and what follows may stay on it. */
  canStay: boolean;
  brokenAt: number | undefined;
  /** Finds the lines of what follows `brokenAt`. */
  rest: Newlines | undefined;
}

/**
 * Follows the tags of XML (XML 1.0, 2.8 and 3) and takes linear time; never throws. An element that contains a line of
 * text alone stays one line. A closing tag that does not fit ends the XML: what follows is shown as it came.
 */
export function createXmlIndex(bytes: Uint8Array, from = 0): XmlIndex {
  const scan: XmlScan = {
    bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    lines: createLineTable(),
    open: [],
    at: from,
    looked: from,
    canStay: false,
    brokenAt: undefined,
    rest: undefined,
  };
  return {
    lines: scan.lines,
    get scanned() {
      return scan.at;
    },
    get brokenAt() {
      return scan.brokenAt;
    },
    advance: (upTo, isLast) => advance(scan, upTo, isLast),
  };
}

function advance(scan: XmlScan, upTo: number, isLast: boolean): void {
  const { bytes, lines } = scan;
  while (scan.at < upTo && scan.brokenAt === undefined) {
    const code = bytes[scan.at]!;
    if (lines.count >= mostLines) breakOff(scan);
    else if (code === less) {
      if (!readMarkup(scan, upTo, isLast) && scan.brokenAt === undefined) return;
    } else if (!scan.canStay && isSpace(code)) scan.at++;
    else if (!readText(scan, upTo, isLast)) return;
  }
  if (scan.rest && scan.at < upTo) {
    scan.rest.read(scan.at, upTo);
    scan.at = upTo;
  }
}

function begin(scan: XmlScan, offset: number): void {
  scan.lines.add(offset, scan.open.length);
}

function breakOff(scan: XmlScan): void {
  scan.brokenAt = scan.at;
  scan.lines.add(scan.at, 0);
  scan.rest = createNewlines(scan.bytes, scan.lines, true);
}

/** The byte after `ending`, or undefined if it has not come by `upTo`. */
function after(scan: XmlScan, ending: string, upTo: number): number | undefined {
  const from = Math.max(scan.at, scan.looked - ending.length);
  const found = scan.bytes.subarray(0, upTo).indexOf(ending, from);
  scan.looked = upTo;
  return found === -1 ? undefined : found + ending.length;
}

/** Adds a line for every line that text has. */
function beginLines(scan: XmlScan, start: number, end: number): void {
  const { bytes, lines } = scan;
  begin(scan, start);
  for (let offset = start; offset < end - 1 && lines.count < mostLines; offset++) {
    if (bytes[offset] === 0x0a) begin(scan, offset + 1);
  }
}

/** Goes over text; false if its end has not come. */
function readText(scan: XmlScan, upTo: number, isLast: boolean): boolean {
  const { bytes, at } = scan;
  const end = after(scan, '<', upTo);
  if (end === undefined && !isLast) return false;
  const to = end === undefined ? upTo : end - 1;
  // The two bytes after it tell whether it stays on the line of its tag.
  if (scan.canStay && end !== undefined && end >= upTo && !isLast) {
    scan.looked = to;
    return false;
  }
  const text = bytes.subarray(at, to);
  const isBlank = text.every(isSpace);
  const isClosed = end !== undefined && bytes[end] === slash;
  const stays = scan.canStay && isClosed && (isBlank || !text.includes(0x0a));
  if (!stays && !isBlank) beginLines(scan, at, to);
  scan.canStay &&= stays;
  scan.at = to;
  return true;
}

/** Goes over markup; false if its end has not come, or it is not markup. */
function readMarkup(scan: XmlScan, upTo: number, isLast: boolean): boolean {
  const { bytes, at } = scan;
  if (upTo - at < 9 && !isLast) return false;
  for (const { beginning, ending } of constructs) {
    if (!bytes.subarray(at, at + beginning.length).equals(beginning)) continue;
    const end = after(scan, ending, upTo);
    if (end === undefined && !isLast) return false;
    beginLines(scan, at, end ?? upTo);
    scan.canStay = false;
    scan.at = end ?? upTo;
    return true;
  }
  const end = tagEnd(bytes, at, upTo);
  if (end === undefined && !isLast && upTo - at < longestTag) return false;
  if (end === undefined || end === -1 || !readTag(scan, end)) {
    breakOff(scan);
    return false;
  }
  scan.at = end;
  scan.looked = end;
  return true;
}

/** Opens or closes an element, or adds a declaration; false for a closing tag that does not fit. */
function readTag(scan: XmlScan, end: number): boolean {
  const { bytes, at } = scan;
  if (bytes[at + 1] === slash) return closeElement(scan, end);
  begin(scan, at);
  const isElement = bytes[at + 1] !== 0x21;
  scan.canStay = isElement && bytes[end - 2] !== slash;
  if (scan.canStay) {
    const name = at + 1;
    scan.open.push({ line: scan.lines.count - 1, name, nameEnd: nameEnd(bytes, name, end) });
  }
  return true;
}

function closeElement(scan: XmlScan, end: number): boolean {
  const { bytes, lines, at } = scan;
  const opened = scan.open.pop();
  const stop = nameEnd(bytes, at + 2, end);
  if (!opened || bytes.compare(bytes, at + 2, stop, opened.name, opened.nameEnd) !== 0) return false;
  if (!scan.canStay) {
    begin(scan, at);
    lines.pair(opened.line, lines.count - 1);
  }
  scan.canStay = false;
  return true;
}

/** The end of a tag that begins at `at`: its first `>` outside of quotes; -1 if another tag begins before. */
function tagEnd(bytes: Uint8Array, at: number, upTo: number): number | undefined {
  let quote = 0;
  for (let offset = at + 1; offset < upTo; offset++) {
    const code = bytes[offset]!;
    if (quote !== 0) {
      if (code === quote) quote = 0;
    } else if (code === 0x22 || code === 0x27) quote = code;
    else if (code === greater) return offset + 1;
    else if (code === less) return -1;
  }
  return undefined;
}

function nameEnd(bytes: Uint8Array, start: number, end: number): number {
  let offset = start;
  while (offset < end && bytes[offset]! > 0x20 && bytes[offset] !== slash && bytes[offset] !== greater)
    offset++;
  return offset;
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}
