import { createLineTable, type LineTable, mostLines } from './line-table.ts';
import { createNewlines, type Newlines } from './newlines.ts';

/** How XML falls into lines when it is indented. */
export interface XmlIndex {
  readonly lines: LineTable;
  readonly scanned: number;
  /** From which byte on the text is no XML, so that its own lines count; undefined if it is. */
  readonly brokenAt: number | undefined;
  advance(upTo: number, isLast: boolean): void;
}

const less = 0x3c;
const greater = 0x3e;
const slash = 0x2f;

/** A tag longer than this is none that a line could show. */
const longestTag = 1024 * 1024;

/** What ends a construct that begins so; tags end elsewhere, for quotes may hide their end. */
const constructs = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
] as const;

/**
 * Follows the tags of XML (XML 1.0, 2.8 and 3) and takes linear time; never throws. An element that holds a line of
 * text alone stays one line. A closing tag that does not fit ends the XML: what follows is shown as it came.
 */
export function createXmlIndex(bytes: Uint8Array, from = 0): XmlIndex {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lines = createLineTable();
  /** Of each element that is open: its line, and where its name is. */
  const open: { readonly line: number; readonly name: number; readonly nameEnd: number }[] = [];
  let at = from;
  /** How far it was looked for the end of what begins at `at`. */
  let looked = from;
  /** Whether the last line is a tag that was opened, and what follows may stay on it. */
  let canStay = false;
  let brokenAt: number | undefined;
  let rest: Newlines | undefined;

  const begin = (offset: number) => lines.add(offset, open.length);

  function breakOff(): void {
    brokenAt = at;
    lines.add(at, 0);
    rest = createNewlines(bytes, lines, true);
  }

  /** The byte after `ending`, or undefined if it has not come by `upTo`. */
  function after(ending: string, upTo: number): number | undefined {
    const found = buffer.subarray(0, upTo).indexOf(ending, Math.max(at, looked - ending.length));
    looked = upTo;
    return found === -1 ? undefined : found + ending.length;
  }

  /** Adds a line for every line that text has. */
  function beginLines(start: number, end: number): void {
    begin(start);
    for (let offset = start; offset < end - 1 && lines.count < mostLines; offset++) {
      if (bytes[offset] === 0x0a) begin(offset + 1);
    }
  }

  /** Goes over text; false if its end has not come. */
  function readText(upTo: number, isLast: boolean): boolean {
    const end = after('<', upTo);
    if (end === undefined && !isLast) return false;
    const to = end === undefined ? upTo : end - 1;
    // Whether it stays on the line of its tag is told by the two bytes after it.
    if (canStay && end !== undefined && end >= upTo && !isLast) {
      looked = to;
      return false;
    }
    const isBlank = bytes.subarray(at, to).every((code) => code === 0x20 || (code >= 0x09 && code <= 0x0d));
    const stays = canStay && end !== undefined && bytes[end] === slash && (isBlank || !hasLineEnd(at, to));
    if (!stays && !isBlank) beginLines(at, to);
    canStay &&= stays;
    at = to;
    return true;
  }

  function hasLineEnd(start: number, end: number): boolean {
    return bytes.subarray(start, end).includes(0x0a);
  }

  /** Where a tag ends that begins at `at`: at the first `>` that no quote hides. */
  function tagEnd(upTo: number): number | undefined {
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

  function nameEnd(start: number, end: number): number {
    let offset = start;
    while (offset < end && bytes[offset]! > 0x20 && bytes[offset] !== slash && bytes[offset] !== greater)
      offset++;
    return offset;
  }

  function closeTag(end: number): boolean {
    const opened = open.pop();
    const stop = nameEnd(at + 2, end);
    if (!opened || buffer.compare(buffer, at + 2, stop, opened.name, opened.nameEnd) !== 0) return false;
    if (!canStay) {
      begin(at);
      lines.pair(opened.line, lines.count - 1);
    }
    canStay = false;
    return true;
  }

  /** Goes over what begins with `<`; false if its end has not come, or it is none. */
  function readMarkup(upTo: number, isLast: boolean): boolean {
    if (upTo - at < 9 && !isLast) return false;
    for (const [beginning, ending] of constructs) {
      if (!buffer.subarray(at, at + beginning.length).equals(Buffer.from(beginning))) continue;
      const end = after(ending, upTo);
      if (end === undefined && !isLast) return false;
      beginLines(at, end ?? upTo);
      canStay = false;
      at = end ?? upTo;
      return true;
    }
    const end = tagEnd(upTo);
    if (end === undefined && !isLast && upTo - at < longestTag) return false;
    if (end === undefined || end === -1) {
      breakOff();
      return false;
    }
    if (bytes[at + 1] === slash) {
      if (!closeTag(end)) {
        breakOff();
        return false;
      }
    } else {
      begin(at);
      const isElement = bytes[at + 1] !== 0x21;
      canStay = isElement && bytes[end - 2] !== slash;
      if (canStay) open.push({ line: lines.count - 1, name: at + 1, nameEnd: nameEnd(at + 1, end) });
    }
    at = end;
    looked = at;
    return true;
  }

  return {
    lines,
    get scanned() {
      return at;
    },
    get brokenAt() {
      return brokenAt;
    },
    advance(upTo, isLast) {
      while (at < upTo && brokenAt === undefined) {
        const code = bytes[at]!;
        if (lines.count >= mostLines) breakOff();
        else if (code === less) {
          if (!readMarkup(upTo, isLast) && brokenAt === undefined) return;
        } else if (!canStay && (code === 0x20 || (code >= 0x09 && code <= 0x0d))) at++;
        else if (!readText(upTo, isLast)) return;
      }
      if (rest && at < upTo) {
        rest.read(at, upTo);
        at = upTo;
      }
    },
  };
}
