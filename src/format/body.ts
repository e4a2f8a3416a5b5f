import type { Body } from '../model/body.ts';
import type { HeaderList } from '../model/headers.ts';
import { multipartParts } from '../model/multipart.ts';
import { decodeText, unpack } from './decode.ts';
import { jsonLines } from './document/json-lines.ts';
import { formFields } from './form.ts';
import { hexBytesFor, hexdump } from './hexdump.ts';
import { contentKind, isJsonLike, type MediaType, mediaTypeOf } from './media-type.ts';
import { eachPrintableLine, printable, printableLatin1 } from './printable.ts';
import { sizeText } from './size.ts';
import { textWidth } from './width.ts';

export type BodyKind = 'empty' | 'json' | 'form' | 'multipart' | 'text' | 'binary';

/** A body as people read it. */
export interface BodyView {
  readonly kind: BodyKind;
  /** Printable lines of any length, made as they are asked for: take no more than you show. */
  readonly lines: Iterable<string>;
  /** Notes for the reader: `gzip, unpacked`, `the headers say JSON …`. */
  readonly note: string | undefined;
  /** Bytes of the body that were not read for this view. */
  readonly unread: number;
}

export interface BodyViewOptions {
  /** The most bytes to read; 2 MB unless given. */
  readonly max?: number | undefined;
  /** Columns that a hexdump may use; 80 unless given. */
  readonly columns?: number | undefined;
  /** Put a line below the place where JSON breaks. */
  readonly markBroken?: boolean | undefined;
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
  const { columns = 80, markBroken = false } = options;
  const content = contentOf(shown, mediaTypeOf(headers), { columns, markBroken, nesting: 0 });
  return {
    ...content,
    note: noteOf(unpacked.undone, unpacked.problem, unpacked.cut || shown !== unpacked.bytes),
    unread,
  };
}

function noteOf(undone: string | undefined, problem: string | undefined, cut: boolean): string | undefined {
  if (problem !== undefined) return `${printable(problem)}: shown as is`;
  if (undone === undefined) return undefined;
  return cut ? `${printable(undone)}, the beginning unpacked` : `${printable(undone)}, unpacked`;
}

interface Content {
  readonly kind: BodyKind;
  readonly lines: Iterable<string>;
}

const maxNesting = 3;
const mostParts = 100;

interface ContentOptions {
  readonly columns: number;
  readonly markBroken: boolean;
  readonly nesting: number;
}

function contentOf(bytes: Uint8Array, type: MediaType, options: ContentOptions): Content {
  const { columns, markBroken, nesting } = options;
  if (bytes.length === 0) return { kind: 'empty', lines: ['(empty)'] };
  if (type.essence.startsWith('multipart/') && type.boundary !== undefined && nesting < maxNesting) {
    const parts = multipartParts(bytes, type.boundary, mostParts);
    if (parts) return { kind: 'multipart', lines: partLines(parts, options) };
  }
  const kind = contentKind(bytes, type);
  if (kind === 'binary') return { kind, lines: hexdump(bytes, hexBytesFor(columns)) };
  const text = decodeText(bytes, type.charset);
  if (kind === 'json') return { kind, lines: printedJson(text, markBroken) };
  if (kind === 'form') return { kind, lines: formLines(text, markBroken) };
  return { kind: 'text', lines: eachPrintableLine(text) };
}

function* printedJson(text: string, markBroken: boolean): Generator<string> {
  for (const line of jsonLines(Buffer.from(text))) {
    yield printable(line.text);
    if (!markBroken || line.brokenAt === undefined) continue;
    const before = textWidth(printable(line.text.slice(0, line.brokenAt)));
    yield `${' '.repeat(before)}^ not JSON from here on`;
  }
}

function* formLines(text: string, markBroken: boolean): Generator<string> {
  for (const [field, value] of formFields(text)) {
    const name = printable(field);
    if (isJsonLike(value)) {
      yield `${name} =`;
      for (const line of printedJson(value, markBroken)) yield `  ${line}`;
    } else {
      let prefix = `${name} = `;
      for (const line of eachPrintableLine(value)) {
        yield prefix + line;
        prefix = '  ';
      }
    }
  }
}

function* partLines(
  parts: ReturnType<typeof multipartParts> & object,
  options: ContentOptions,
): Generator<string> {
  const within = { ...options, columns: options.columns - 2, nesting: options.nesting + 1 };
  for (const [index, { headers, bytes }] of parts.entries()) {
    if (index > 0) yield '';
    yield `part ${index + 1}, ${sizeText(bytes.length)}`;
    for (const [name, value] of headers) yield `  ${printableLatin1(name)}: ${printableLatin1(value)}`;
    yield '';
    for (const line of contentOf(bytes, mediaTypeOf(headers), within).lines) yield `  ${line}`;
  }
}
