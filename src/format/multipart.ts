import type { Header, HeaderList } from '../model/headers.ts';

export interface Part {
  readonly headers: HeaderList;
  readonly bytes: Uint8Array;
}

const maxParts = 100;

/**
 * The parts of a multipart body (RFC 2046 5.1), each with its fields; undefined if the boundary is not in it.
 * A last part that was cut off is one too; more than a hundred are left out.
 */
export function multipartParts(bytes: Uint8Array, boundary: string): Part[] | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const delimiter = Buffer.from(`--${boundary}`, 'latin1');
  if (boundary === '') return undefined;
  let at = buffer.indexOf(delimiter);
  if (at === -1) return undefined;
  const parts: Part[] = [];
  while (parts.length < maxParts) {
    const start = at + delimiter.length;
    if (buffer[start] === 0x2d && buffer[start + 1] === 0x2d) break;
    const next = buffer.indexOf(delimiter, start);
    const end = next === -1 ? buffer.length : withoutLineEnd(buffer, next);
    const lineEnd = buffer.indexOf('\n', start);
    if (lineEnd === -1 || lineEnd >= end) break;
    parts.push(partOf(buffer.subarray(lineEnd + 1, end)));
    if (next === -1) break;
    at = next;
  }
  return parts;
}

function withoutLineEnd(buffer: Buffer, end: number): number {
  if (buffer[end - 1] !== 0x0a) return end;
  return buffer[end - 2] === 0x0d ? end - 2 : end - 1;
}

function partOf(bytes: Buffer): Part {
  const headers: Header[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = bytes.indexOf('\n', at);
    if (lineEnd === -1) return { headers, bytes: bytes.subarray(at) };
    const line = bytes.toString('latin1', at, lineEnd).replace(/\r$/, '');
    at = lineEnd + 1;
    if (line === '') return { headers, bytes: bytes.subarray(at) };
    const colon = line.indexOf(':');
    if (colon === -1) return { headers, bytes: bytes.subarray(at) };
    headers.push([line.slice(0, colon), line.slice(colon + 1).trim()]);
  }
}
