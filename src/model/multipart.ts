import type { Header, HeaderList } from './headers.ts';

/** One part of a multipart body. */
export interface MultipartPart {
  readonly headers: HeaderList;
  readonly bytes: Uint8Array;
  /** The beginning and end of `bytes` in the body. */
  readonly start: number;
  readonly end: number;
  /** A delimiter follows: the part is whole. */
  readonly isClosed: boolean;
}

/** A field of a form and where in the body its value stands. */
export interface MultipartField {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

const lf = 0x0a;
const cr = 0x0d;
const dash = 0x2d;

/**
 * The parts of a multipart body (RFC 2046 5.1.1), at most `most`. A delimiter is a line of its own: a boundary within a
 * line, or one that goes on, is content. Lines end with CRLF, or with LF alone where the first delimiter's does. A last
 * part without a delimiter behind it is cut off. Undefined where there is no delimiter.
 */
export function multipartParts(
  body: Uint8Array,
  boundary: string,
  most = Infinity,
): MultipartPart[] | undefined {
  if (boundary === '') return undefined;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const delimiters = delimitersIn(bytes, Buffer.from(`--${boundary}`, 'latin1'));
  let current = delimiters.next().value;
  if (!current) return undefined;
  const parts: MultipartPart[] = [];
  while (!current.isLast && parts.length < most) {
    const next: Delimiter | undefined = delimiters.next().value ?? undefined;
    const from = current.end;
    // What follows a delimiter that broke off is no part yet.
    if (!next && from >= bytes.length) break;
    parts.push(partOf(bytes, from, Math.max(from, next?.start ?? bytes.length), next !== undefined));
    if (!next) break;
    current = next;
  }
  return parts;
}

/** The fields of a form (RFC 7578) that are no files; what is cut off is left out. */
export function multipartFields(body: Uint8Array, boundary: string): readonly MultipartField[] {
  return (multipartParts(body, boundary) ?? []).flatMap(({ headers, start, end, isClosed }) => {
    const disposition = headers.find(([name]) => name.toLowerCase() === 'content-disposition')?.[1];
    const { name, isFile } = dispositionOf(disposition ?? '');
    return isClosed && name !== undefined && !isFile ? [{ name, start, end }] : [];
  });
}

/** The boundary that a content type names, if it is multipart/form-data (RFC 7578). */
export function boundaryOf(contentType: string): string | undefined {
  if (!/^\s*multipart\/form-data\s*(?:;|$)/i.test(contentType)) return undefined;
  return parameters(contentType).get('boundary');
}

interface Delimiter {
  /** The end of the content before it. */
  readonly start: number;
  /** The beginning of the next part. */
  readonly end: number;
  /** It closes the body. */
  readonly isLast: boolean;
}

function* delimitersIn(bytes: Buffer, mark: Buffer): Generator<Delimiter, undefined> {
  let isBare: boolean | undefined;
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) {
    const start = lineStart(bytes, at, isBare);
    if (start === undefined) continue;
    let end = at + mark.length;
    if (bytes[end] === dash && bytes[end + 1] === dash) {
      yield { start, end: end + 2, isLast: true };
      return undefined;
    }
    while (bytes[end] === 0x20 || bytes[end] === 0x09) end++;
    if (bytes[end] === cr && bytes[end + 1] === lf) end += 2;
    else if (bytes[end] === lf && isBare !== false) end += 1;
    else continue;
    isBare ??= bytes[end - 2] !== cr;
    yield { start, end, isLast: false };
    // The line break that ends it may also be the one before the next.
    at = end - 3;
  }
  return undefined;
}

/** The beginning of the line break before a delimiter; undefined if it does not stand at the beginning of a line. */
function lineStart(bytes: Buffer, at: number, isBare: boolean | undefined): number | undefined {
  if (at === 0) return 0;
  if (bytes[at - 1] !== lf) return undefined;
  if (bytes[at - 2] === cr) return at - 2;
  return isBare === false ? undefined : at - 1;
}

function partOf(bytes: Buffer, from: number, end: number, isClosed: boolean): MultipartPart {
  const headers: Header[] = [];
  let at = from;
  while (at < end) {
    const lineEnd = bytes.indexOf(lf, at);
    if (lineEnd < 0 || lineEnd >= end) {
      // The line break behind the last header may be the delimiter's.
      const line = bytes.toString('latin1', at, end);
      if (isClosed && isHeader(line)) {
        addHeader(headers, line);
        at = end;
      }
      break;
    }
    const line = bytes.toString('latin1', at, lineEnd).replace(/\r$/, '');
    if (line !== '' && !isHeader(line) && !/^[ \t]/.test(line)) break;
    at = lineEnd + 1;
    if (line === '') break;
    addHeader(headers, line);
  }
  const start = Math.min(at, end);
  return { headers, bytes: bytes.subarray(start, end), start, end, isClosed };
}

function isHeader(line: string): boolean {
  return /^[^\s:]+\s*:/.test(line);
}

function addHeader(headers: Header[], line: string): void {
  const last = headers.at(-1);
  if (/^[ \t]/.test(line)) {
    if (last) headers[headers.length - 1] = [last[0], `${last[1]} ${line.trim()}`];
    return;
  }
  const colon = line.indexOf(':');
  headers.push([line.slice(0, colon).trim(), line.slice(colon + 1).trim()]);
}

function dispositionOf(value: string): { readonly name: string | undefined; readonly isFile: boolean } {
  const found = parameters(value);
  const name = found.get('name');
  return {
    name: name === undefined ? undefined : Buffer.from(name, 'latin1').toString('utf8'),
    isFile: found.has('filename') || found.has('filename*'),
  };
}

/** The parameters of a header value, by lower-case name: tokens, or quoted with `\` before a quote or backslash. */
function parameters(value: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, name, quoted, plain] of value.matchAll(
    /;\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))/g,
  )) {
    const key = name!.toLowerCase();
    if (!found.has(key)) found.set(key, quoted === undefined ? plain! : quoted.replace(/\\(["\\])/g, '$1'));
  }
  return found;
}
