import { MIMEType } from 'node:util';
import type { Body } from '../model/body.ts';
import { type HeaderList, headerValue } from '../model/headers.ts';
import { decodeText, looksLikeText, markedCharset, unpack } from './decode.ts';
import { hexBytesFor, hexdump } from './hexdump.ts';
import { indentJson } from './indent.ts';
import { multipartParts } from './multipart.ts';
import { eachPrintableLine, printable, printableLatin1 } from './printable.ts';
import { sizeText } from './size.ts';

export type BodyKind = 'empty' | 'json' | 'form' | 'multipart' | 'text' | 'binary';

/** A body as people read it. */
export interface BodyView {
  readonly kind: BodyKind;
  /** Printable lines of any length, made as they are asked for: take no more than you show. */
  readonly lines: Iterable<string>;
  /** What the reader should know: `gzip, unpacked`, `the headers say JSON …`. */
  readonly note: string | undefined;
  /** How many bytes of the body were not read for this view. */
  readonly unread: number;
}

export interface BodyViewOptions {
  /** How many bytes are read at most; 2 MB unless given. */
  readonly max?: number | undefined;
  /** Columns that a hexdump may use; 80 unless given. */
  readonly columns?: number | undefined;
}

const defaultMax = 2 * 1024 * 1024;

/**
 * A body to look at: JSON indented, form fields and multipart parts listed, text as text, anything else as a
 * hexdump; unpacked where a content coding was applied. Linear in what is read, and never throws.
 */
export function bodyView(body: Body, headers: HeaderList, options: BodyViewOptions = {}): BodyView {
  const max = options.max ?? defaultMax;
  const bytes = body.bytes(max);
  const unread = Math.max(0, body.size - bytes.length);
  if (body.size === 0) return { kind: 'empty', lines: ['(no body)'], note: undefined, unread };
  const unpacked = unpack(bytes, headers);
  const shown = unpacked.bytes.length > max ? unpacked.bytes.subarray(0, max) : unpacked.bytes;
  const content = contentOf(shown, mediaTypeOf(headers), options.columns ?? 80, 0);
  return {
    ...content,
    note: noteOf(unpacked.undone, unpacked.problem, unpacked.cut || shown !== unpacked.bytes),
    unread,
  };
}

function noteOf(undone: string | undefined, problem: string | undefined, cut: boolean): string | undefined {
  if (problem !== undefined) return `${printable(problem)}: shown as it came`;
  if (undone === undefined) return undefined;
  return cut ? `${printable(undone)}, the beginning unpacked` : `${printable(undone)}, unpacked`;
}

interface Content {
  readonly kind: BodyKind;
  readonly lines: Iterable<string>;
}

interface MediaType {
  /** Lower case, without parameters; empty if there is none that can be read. */
  readonly essence: string;
  readonly charset: string | undefined;
  readonly boundary: string | undefined;
}

function mediaTypeOf(headers: HeaderList): MediaType {
  try {
    const type = new MIMEType(headerValue(headers, 'content-type') ?? '');
    return {
      essence: type.essence,
      charset: type.params.get('charset') ?? undefined,
      boundary: type.params.get('boundary') ?? undefined,
    };
  } catch {
    return { essence: '', charset: undefined, boundary: undefined };
  }
}

const jsonType = /[/+](json5?|x-json|ndjson|x-ndjson|json-seq)$/;
const textType = /^text\/|[/+]xml$|[/](javascript|graphql|yaml|x-yaml|toml|csv|sql)$/;
const maxNesting = 3;

function contentOf(bytes: Uint8Array, type: MediaType, columns: number, nesting: number): Content {
  if (bytes.length === 0) return { kind: 'empty', lines: ['(empty)'] };
  if (type.essence.startsWith('multipart/') && type.boundary !== undefined && nesting < maxNesting) {
    const parts = multipartParts(bytes, type.boundary);
    if (parts) return { kind: 'multipart', lines: partLines(parts, columns, nesting) };
  }
  const named = jsonType.test(type.essence) || textType.test(type.essence) || type.charset !== undefined;
  const isText = looksLikeText(bytes) || markedCharset(bytes) !== undefined;
  // A form or JSON that holds raw bytes is more useful as a hexdump; a charset that is named may explain them.
  if (!isText && !(named && !bytes.subarray(0, 8192).includes(0)) && type.charset === undefined) {
    return { kind: 'binary', lines: hexdump(bytes, hexBytesFor(columns)) };
  }
  const text = decodeText(bytes, type.charset);
  // `curl -d '{…}'` calls JSON a form, and many send it as text/plain or without a type.
  if (
    jsonType.test(type.essence) ||
    (!textType.test(type.essence) && isJsonLike(text)) ||
    isPlainJson(type, text)
  ) {
    return { kind: 'json', lines: printed(indentJson(text)) };
  }
  if (type.essence === 'application/x-www-form-urlencoded') return { kind: 'form', lines: formLines(text) };
  return { kind: 'text', lines: eachPrintableLine(text) };
}

function isPlainJson(type: MediaType, text: string): boolean {
  return type.essence === 'text/plain' && isJsonLike(text);
}

/** Begins like an object or a list of values, and no further look is taken: what is not JSON is shown as it came. */
function isJsonLike(text: string): boolean {
  return /^\s{0,64}(?:\{\s{0,64}["}]|\[\s{0,64}(?:["{[\]\d-]|true|false|null))/.test(text);
}

function* printed(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield printable(line);
}

function* formLines(text: string): Generator<string> {
  for (const pair of pieces(text, '&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = printable(formDecoded(equals === -1 ? pair : pair.slice(0, equals)));
    const value = equals === -1 ? '' : formDecoded(pair.slice(equals + 1));
    if (isJsonLike(value)) {
      yield `${name} =`;
      for (const line of indentJson(value)) yield `  ${printable(line)}`;
    } else {
      let prefix = `${name} = `;
      for (const line of eachPrintableLine(value)) {
        yield prefix + line;
        prefix = '  ';
      }
    }
  }
}

function* pieces(text: string, separator: string): Generator<string> {
  let from = 0;
  for (let at = text.indexOf(separator); at !== -1; at = text.indexOf(separator, from)) {
    yield text.slice(from, at);
    from = at + 1;
  }
  yield text.slice(from);
}

/** A form field decoded; sequences that are no UTF-8 or no hex stay as they are. */
function formDecoded(field: string): string {
  const spaced = field.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

function* partLines(
  parts: ReturnType<typeof multipartParts> & object,
  columns: number,
  nesting: number,
): Generator<string> {
  for (const [index, { headers, bytes }] of parts.entries()) {
    if (index > 0) yield '';
    yield `part ${index + 1}, ${sizeText(bytes.length)}`;
    for (const [name, value] of headers) yield `  ${printableLatin1(name)}: ${printableLatin1(value)}`;
    yield '';
    for (const line of contentOf(bytes, mediaTypeOf(headers), columns - 2, nesting + 1).lines)
      yield `  ${line}`;
  }
}
