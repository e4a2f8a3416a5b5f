import type { Piece } from './block.ts';

/** To find out whether a longer string is a key would take too long for a frame. */
const longestSoughtKey = 64 * 1024;

/** The UTF-8 text of some of the bytes. */
export function textOf(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, Math.max(0, to - from)).toString('utf8');
}

/**
 * One line of JSON in pieces, what is between them left out: a closing bracket, or a key and a value, of which only
 * the bracket may be there. `isCut`: it ends within a string.
 */
export function jsonPieces(bytes: Uint8Array, start: number, limit: number, isCut: boolean): Piece[] {
  const pieces: Piece[] = [];
  let at = start;
  let end = isCut ? limit : withoutSpace(bytes, start, limit);
  const add = (tone: Piece['tone'], to: number) => {
    if (to > at) pieces.push({ tone, from: at, to });
    at = skipSpace(bytes, to, end);
  };
  if (bytes[at] === 0x22) {
    const keyEnd = stringEnd(bytes, at, Math.min(end, at + longestSoughtKey));
    const next = keyEnd === undefined ? end : skipSpace(bytes, keyEnd, end);
    if (keyEnd !== undefined && next < end && bytes[next] === 0x3a) {
      add('key', keyEnd);
      pieces.push({ tone: 'plain', from: next, to: next + 1, text: ': ' });
      at = skipSpace(bytes, next + 1, end);
    }
  }
  const hasComma = !isCut && end - 1 > at && bytes[end - 1] === 0x2c;
  const comma = end - 1;
  if (hasComma) end = withoutSpace(bytes, at, comma);
  const first = bytes[at];
  if (at < end) {
    if (first === 0x22) add('string', end);
    else if (first === 0x7b || first === 0x5b || first === 0x7d || first === 0x5d) {
      add('plain', at + 1);
      if (at < end) add('plain', end);
    } else add('number', end);
  }
  if (hasComma) pieces.push({ tone: 'plain', from: comma, to: comma + 1 });
  return pieces;
}

function isSpace(code: number | undefined): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

function skipSpace(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isSpace(bytes[at])) at++;
  return at;
}

function withoutSpace(bytes: Uint8Array, from: number, end: number): number {
  let at = end;
  while (at > from && isSpace(bytes[at - 1])) at--;
  return at;
}

/** The byte after the closing quote; undefined if that is not before `end`. */
function stringEnd(bytes: Uint8Array, from: number, end: number): number | undefined {
  for (let at = from + 1; at < end; at++) {
    if (bytes[at] === 0x22) return at + 1;
    if (bytes[at] === 0x5c) at++;
  }
  return undefined;
}
