import type { Socket } from 'node:net';

/** The parts of undici's response parser that are used here; a parser belongs to one socket. */
interface Parser {
  readonly ptr: number;
  readonly llhttp: {
    llhttp_set_lenient_chunked_length(ptr: number, on: 0 | 1): void;
    llhttp_set_lenient_spaces_after_chunk_size(ptr: number, on: 0 | 1): void;
  };
  readonly statusCode: number;
  statusText: string;
  contentLength: string;
  readonly headers: readonly Buffer[];
  execute(chunk: Buffer): void;
  onStatus(bytes: Buffer): number;
  onHeadersComplete(status: number, isUpgrade: boolean, keepsAlive: boolean): number;
  onMessageComplete(): number;
}

/**
 * Makes undici's parser accept what RFC 9112 6.3 allows and undici refuses: 204 and 304 with a length, the same length
 * twice, a length beside chunks, `100 Continue`. The reason phrase becomes latin1, one character a byte.
 * `received` is called with every piece before it is parsed.
 */
export function loosenParser(socket: Socket, received: (chunk: Buffer) => void): void {
  const parser = parserOf(socket);
  parser.llhttp.llhttp_set_lenient_chunked_length(parser.ptr, 1);
  parser.llhttp.llhttp_set_lenient_spaces_after_chunk_size(parser.ptr, 1);
  const { execute, onHeadersComplete, onMessageComplete } = parser;
  const lengths = createLengthFilter();

  parser.execute = (chunk) => {
    received(chunk);
    const bytes = filterLengths(lengths, chunk);
    if (bytes.length > 0 || chunk.length === 0) execute.call(parser, bytes);
  };
  parser.onStatus = (bytes) => {
    parser.statusText += bytes.toString('latin1');
    return 0;
  };
  parser.onHeadersComplete = (status, isUpgrade, keepsAlive) => {
    // Of an interim response nothing is kept, and its successor may be in the same piece.
    if (status >= 200) restoreLengths(lengths);
    // It may be followed by a body all the same, which must not become the next response.
    const mayHaveMore = status === 204 || status === 304;
    const isFramed =
      mayHaveMore && (/[1-9]/.test(parser.contentLength) || parser.headers.some(isTransferEncoding));
    // The parser itself counts the bytes of a body; undici compares the length where it does not count.
    parser.contentLength = '';
    // Undici ends the connection at a 100, and passes over every other interim response.
    return onHeadersComplete.call(parser, status === 100 ? 102 : status, isUpgrade, keepsAlive && !isFramed);
  };
  parser.onMessageComplete = () => {
    if (parser.statusCode >= 200) nextMessage(lengths);
    return onMessageComplete.call(parser);
  };
}

function parserOf(socket: Socket): Parser {
  const symbol = Object.getOwnPropertySymbols(socket).find(({ description }) => description === 'parser');
  const parser = symbol && (socket as unknown as Record<symbol, Parser | undefined>)[symbol];
  if (!parser) throw new Error('undici has no parser of this name any more');
  return parser;
}

function isTransferEncoding(bytes: Buffer, index: number): boolean {
  return (
    index % 2 === 0 && bytes.length === 17 && bytes.toString('latin1').toLowerCase() === 'transfer-encoding'
  );
}

/** A length, then the same in a list: `2, 2`. */
const lengthLine = /^content-length[ \t]*:[ \t]*(\d+)((?:[ \t]*,[ \t]*\1)*)[ \t]*\r?$/i;
const lengthName = 'content-length';
const lineFeed = 10;

/** A line that may be a length is held back until it is whole, but no more of it than a length can have. */
const mostHeldBytes = 100;

/** The kind of the next line: a status line, a header line, or none of a head any more. */
type LineKind = 'status' | 'headers' | 'body';

/** State of the filter of one connection. */
interface LengthFilter {
  length: string | undefined;
  next: LineKind;
  /** The status line, as far as it has come. */
  statusLine: string;
  isInterim: boolean;
  /** The beginning of a header line that has not come whole, kept back or (`isMidLine`) given to the parser. */
  held: Buffer | undefined;
  isMidLine: boolean;
  /** Bytes that were changed. */
  hidden: { readonly bytes: Buffer; readonly at: number; readonly original: Buffer }[];
}

/**
 * A filter that hides from the parser, which takes one Content-Length only, those that repeat the first: a letter of
 * their name is changed, what repeats within a list becomes spaces, and both are changed back before anybody reads them.
 */
function createLengthFilter(): LengthFilter {
  return {
    length: undefined,
    next: 'status',
    statusLine: '',
    isInterim: false,
    held: undefined,
    isMidLine: false,
    hidden: [],
  };
}

/** The bytes that the parser gets of a piece: all of them but for a length that they break off in. */
function filterLengths(filter: LengthFilter, chunk: Buffer): Buffer {
  if (isInBody(filter)) return chunk;
  const bytes = filter.held ? Buffer.concat([filter.held, chunk]) : chunk;
  filter.held = undefined;
  let start = 0;
  for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, start)) {
    look(filter, bytes, start, end);
    start = end + 1;
    if (isInBody(filter)) return bytes;
  }
  if (start === bytes.length || filter.isMidLine) return bytes;
  const rest = bytes.subarray(start);
  if (filter.next === 'headers' && mayBeLength(rest)) {
    filter.held = Buffer.from(rest);
    return bytes.subarray(0, start);
  }
  if (filter.next === 'headers') filter.isMidLine = true;
  else filter.statusLine = (filter.statusLine + rest.toString('latin1')).slice(0, mostHeldBytes);
  return bytes;
}

function isInBody({ next }: LengthFilter): boolean {
  return next === 'body';
}

/** Reads the end of a line, and hides a length that was there before. */
function look(filter: LengthFilter, bytes: Buffer, start: number, end: number): void {
  if (filter.isMidLine) {
    filter.isMidLine = false;
    return;
  }
  const line = bytes.toString('latin1', start, end);
  if (filter.next === 'status') {
    const statusLine = filter.statusLine + line;
    // Empty lines may come before a status line.
    if (statusLine.length > 1) filter.next = 'headers';
    filter.isInterim = /^HTTP\/\d\.\d 1\d\d/.test(statusLine);
    filter.statusLine = '';
    return;
  }
  if (line === '\r' || line === '') {
    filter.next = filter.isInterim ? 'status' : 'body';
    filter.length = undefined;
    return;
  }
  const match = lengthLine.exec(line);
  if (!match) return;
  const [, found, repeated] = match as unknown as [string, string, string];
  if (repeated) hide(filter, bytes, start + line.lastIndexOf(repeated), ' '.repeat(repeated.length));
  if (filter.length === found) hide(filter, bytes, start + lengthName.length - 1, '#');
  filter.length ??= found;
}

function hide({ hidden }: LengthFilter, bytes: Buffer, at: number, behind: string): void {
  hidden.push({ bytes, at, original: Buffer.from(bytes.subarray(at, at + behind.length)) });
  bytes.write(behind, at, 'latin1');
}

function restoreLengths(filter: LengthFilter): void {
  for (const { bytes, at, original } of filter.hidden) original.copy(bytes, at);
  filter.hidden = [];
}

/** Prepares for the next message. */
function nextMessage(filter: LengthFilter): void {
  filter.next = 'status';
  filter.length = undefined;
}

function mayBeLength(line: Buffer): boolean {
  if (line.length > mostHeldBytes) return false;
  return lengthName.startsWith(line.toString('latin1', 0, lengthName.length).toLowerCase());
}
