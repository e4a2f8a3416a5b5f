import { type Body, bodyOf } from '../../model/body.ts';
import type { HeaderList } from '../../model/headers.ts';
import { multipartParts } from '../../model/multipart.ts';
import { decodeText, markedCharset, unpack } from '../decode.ts';
import { formFields } from '../form.ts';
import { contentKind, isJsonLike, type MediaType, mediaTypeOf } from '../media-type.ts';
import { printable, printableLatin1 } from '../printable.ts';
import { sizeText } from '../size.ts';
import type { Block } from './block.ts';
import { type BodySource, openBodySource } from './body-source.ts';
import { createFieldsBlock, type NamedValue } from './fields-block.ts';
import { createHexBlock } from './hex-block.ts';
import { createJsonBlock } from './json-block.ts';
import { createTextBlock } from './text-block.ts';
import { createXmlBlock } from './xml-block.ts';

export type DocumentKind = 'empty' | 'json' | 'form' | 'multipart' | 'xml' | 'text' | 'binary';

/** The parts of a body that a document shows. */
export interface Content {
  readonly kind: DocumentKind;
  /** The source of the bytes that the blocks show: those of the body, or what they hold. */
  readonly source: BodySource;
  readonly note: string | undefined;
  /** The parts of the document as people read it; they show `source`, or bytes of their own that are all there. */
  pretty(): readonly Block[];
  /** The bytes as they are, as text if they are text. */
  raw(): readonly Block[];
}

/** Packed bodies, forms and bodies in parts are taken apart at once, so not more of them than this. */
const mostAtOnce = 10 * 1024 * 1024;

/** Enough to detect the kind of a body, and for a first screen. */
const firstLook = 64 * 1024;

const mostParts = 100;
const maxNesting = 3;

/** Reads enough of a body to detect its kind, and of some kinds all that will be shown. */
export function contentOf(body: Body, headers: HeaderList): Content {
  if (body.size === 0) return emptyContent(body, '(no body)', undefined);
  const type = mediaTypeOf(headers);
  const isPacked = headers.some(([name]) => name.toLowerCase() === 'content-encoding');
  const packed = openBodySource(body);
  readUpTo(packed, isPacked ? mostAtOnce : firstLook);
  if (!isPacked) return inCharset(packed, type, []);
  const { bytes, undone, problem, cut } = unpack(
    packed.bytes.subarray(0, Math.min(packed.filled, mostAtOnce)),
    headers,
  );
  if (problem !== undefined) return inCharset(packed, type, [`${printable(problem)}: shown as is`]);
  if (undone === undefined) return inCharset(packed, type, []);
  const isBeginning = cut || packed.filled < body.size;
  const said = `${printable(undone)}, ${isBeginning ? 'the beginning ' : ''}unpacked`;
  if (bytes.length === 0) return emptyContent(bodyOf(bytes), '(empty)', said);
  return inCharset(openBodySource(bodyOf(bytes)), type, [said]);
}

function emptyContent(body: Body, name: string, note: string | undefined): Content {
  const blocks = () => [createFieldsBlock([{ name, value: '' }], 'dim')];
  return { kind: 'empty', source: openBodySource(body), note, pretty: blocks, raw: blocks };
}

function readUpTo(source: BodySource, size: number): void {
  while (!source.complete && source.filled < size) source.read();
}

/** The content as UTF-8, which is what blocks read. */
function inCharset(source: BodySource, type: MediaType, notes: readonly string[]): Content {
  const filled = source.bytes.subarray(0, source.filled);
  const charset = markedCharset(filled) ?? type.charset?.toLowerCase();
  const isOther = charset !== undefined && !/^(utf-?8|us-ascii|ascii)$/.test(charset);
  if (!isOther || contentKind(filled, type) === 'binary') return ofKind(source, type, notes);
  readUpTo(source, mostAtOnce);
  const taken = source.bytes.subarray(0, Math.min(source.filled, mostAtOnce));
  const text = Buffer.from(decodeText(taken, type.charset));
  const said = taken.length < source.bytes.length ? [...notes, beginningOf(taken.length)] : notes;
  return ofKind(openBodySource(bodyOf(text)), { ...type, charset: undefined }, said);
}

function beginningOf(size: number): string {
  return `only the first ${sizeText(size)} are shown`;
}

function ofKind(source: BodySource, type: MediaType, notes: readonly string[]): Content {
  const filled = source.bytes.subarray(0, source.filled);
  const kind = contentKind(filled, type);
  const raw = () => [kind === 'binary' ? createHexBlock(source.bytes) : createTextBlock(source.bytes)];
  const made = (of: DocumentKind, pretty: () => readonly Block[], more: readonly string[] = []): Content => {
    const said = [...notes, ...more];
    return { kind: of, source, note: said.length === 0 ? undefined : said.join('; '), pretty, raw };
  };
  const isMultipart = type.essence.startsWith('multipart/') && type.boundary !== undefined;
  if (!isMultipart && kind !== 'form') {
    return made(kind, () => [blockOf(kind, source.bytes, 0)]);
  }
  readUpTo(source, mostAtOnce);
  const taken = source.bytes.subarray(0, Math.min(source.filled, mostAtOnce));
  const more = taken.length < source.bytes.length ? [beginningOf(taken.length)] : [];
  const parts = partBlocks(taken, type, 0, 0);
  if (parts) return made('multipart', () => parts, more);
  if (kind === 'form') return made('form', () => formBlocks(taken, 0), more);
  return made(kind, () => [blockOf(kind, source.bytes, 0)]);
}

function blockOf(kind: 'json' | 'xml' | 'text' | 'binary', bytes: Uint8Array, indent: number): Block {
  switch (kind) {
    case 'json':
      return createJsonBlock(bytes, indent);
    case 'xml':
      return createXmlBlock(bytes, indent);
    case 'text':
      return createTextBlock(bytes, indent);
    case 'binary':
      return createHexBlock(bytes, indent);
  }
}

/** The parts of a body, each with its fields; undefined if it has none. */
function partBlocks(
  bytes: Uint8Array,
  type: MediaType,
  indent: number,
  nesting: number,
): readonly Block[] | undefined {
  if (!type.essence.startsWith('multipart/') || type.boundary === undefined || nesting >= maxNesting)
    return undefined;
  const parts = multipartParts(bytes, type.boundary, mostParts) ?? [];
  if (parts.length === 0) return undefined;
  return parts.flatMap((part, index) => {
    const heading = `part ${index + 1}, ${sizeText(part.bytes.length)}`;
    const fields = part.headers.map(([name, value]) => ({
      name: `${printableLatin1(name)}:`,
      value: ` ${printableLatin1(value)}`,
    }));
    return [
      createFieldsBlock([...(index > 0 ? [blank] : []), { name: heading, value: '' }], 'strong', indent),
      createFieldsBlock([...fields, blank], 'dim', indent + 2),
      ...blocksWithin(part.bytes, mediaTypeOf(part.headers), indent + 2, nesting + 1),
    ];
  });
}

const blank: NamedValue = { name: '', value: '' };

function blocksWithin(bytes: Uint8Array, type: MediaType, indent: number, nesting: number): readonly Block[] {
  if (bytes.length === 0) return [createFieldsBlock([{ name: '(empty)', value: '' }], 'dim', indent)];
  const parts = partBlocks(bytes, type, indent, nesting);
  if (parts) return parts;
  const kind = contentKind(bytes, type);
  if (kind === 'form') return formBlocks(bytes, indent);
  const isUtf8 = type.charset === undefined || kind === 'binary';
  const text =
    isUtf8 && markedCharset(bytes) === undefined ? bytes : Buffer.from(decodeText(bytes, type.charset));
  return [blockOf(kind, kind === 'binary' ? bytes : text, indent)];
}

/** More fields than this that hold JSON are shown as text. */
const mostJsonFields = 100;

/** The fields of a form; those that hold JSON have it indented below them. */
function formBlocks(bytes: Uint8Array, indent: number): readonly Block[] {
  const blocks: Block[] = [];
  let fields: NamedValue[] = [];
  const flush = () => {
    if (fields.length > 0) blocks.push(createFieldsBlock(fields, 'key', indent));
    fields = [];
  };
  let jsonFields = 0;
  for (const [name, value] of formFields(decodeText(bytes, undefined))) {
    if (isJsonLike(value) && jsonFields++ < mostJsonFields) {
      fields.push({ name, value: ' =' });
      flush();
      blocks.push(createJsonBlock(Buffer.from(value), indent + 2));
    } else {
      fields.push({ name, value: ` = ${value}` });
    }
  }
  flush();
  return blocks.length > 0 ? blocks : [createTextBlock(bytes, indent)];
}
