import * as zlib from 'node:zlib';
import { type HeaderList, headerValues } from '../model/headers.ts';

/** Views never unpack more than this: a few KB can claim to be gigabytes. */
const maxUnpackedBytes = 10 * 1024 * 1024;

/** The bytes behind a content coding, as far as they can be shown. */
export interface Unpacked {
  readonly bytes: Uint8Array;
  /** The codings that were undone, such as `gzip`. */
  readonly undone: string | undefined;
  /** The reason why the bytes are still packed. */
  readonly problem: string | undefined;
  /** `bytes` is only a beginning. */
  readonly cut: boolean;
}

/** Undoes `Content-Encoding` for a view; the last coding named is undone first (RFC 9110 8.4). Never throws. */
export function unpack(packed: Uint8Array, headers: HeaderList): Unpacked {
  const codings = headerValues(headers, 'content-encoding')
    .flatMap((value) => value.split(','))
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
  let bytes = packed;
  let cut = false;
  if (codings.length === 0 || packed.length === 0)
    return { bytes, undone: undefined, problem: undefined, cut };
  for (const coding of codings.toReversed().slice(0, 4)) {
    const result = undo(coding, bytes);
    if (typeof result === 'string') return { bytes: packed, undone: undefined, problem: result, cut: false };
    bytes = result.bytes;
    cut ||= result.cut;
  }
  return { bytes, undone: codings.join(', '), problem: undefined, cut };
}

type Undo = (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array;

const flush = { finishFlush: zlib.constants.Z_SYNC_FLUSH };
const brotliFlush = { finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH };

const gunzip: Undo = (bytes, options) => zlib.gunzipSync(bytes, { ...flush, ...options });

const coders: Readonly<Record<string, Undo | undefined>> = {
  gzip: gunzip,
  'x-gzip': gunzip,
  // Some send the bare deflate stream where RFC 9110 8.4.1.2 means the zlib format: the first byte tells.
  deflate: (bytes, options) =>
    (bytes[0]! & 0x0f) === 8
      ? zlib.inflateSync(bytes, { ...flush, ...options })
      : zlib.inflateRawSync(bytes, { ...flush, ...options }),
  br: (bytes, options) => zlib.brotliDecompressSync(bytes, { ...brotliFlush, ...options }),
  zstd: (zlib as { zstdDecompressSync?: Undo }).zstdDecompressSync,
};

/** Sizes of the beginning that is tried when all of it unpacks to too much. */
const beginnings = [Number.POSITIVE_INFINITY, 8 * 1024, 256];

function undo(coding: string, bytes: Uint8Array): { bytes: Uint8Array; cut: boolean } | string {
  const coder = Object.hasOwn(coders, coding) ? coders[coding] : undefined;
  if (!coder) return `${coding}: this version of Node can't unpack it`;
  for (const length of beginnings) {
    try {
      const unpacked = coder(bytes.length > length ? bytes.subarray(0, length) : bytes, {
        maxOutputLength: maxUnpackedBytes,
      });
      return { bytes: unpacked, cut: length !== Number.POSITIVE_INFINITY };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') {
        return `the headers say ${coding}, the bytes are not`;
      }
    }
  }
  return `${coding}: unpacks to more than 10 MB`;
}

/** Text of these bytes: by byte order mark, by the charset named, else UTF-8. What is invalid becomes U+FFFD. */
export function decodeText(bytes: Uint8Array, charset: string | undefined): string {
  const label = markedCharset(bytes) ?? charset ?? 'utf-8';
  try {
    return new TextDecoder(label).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

/** The charset that a byte order mark indicates. */
export function markedCharset(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined;
}

/** True if bytes read as UTF-8 text; their end may be cut in the middle of a character. */
export function looksLikeText(bytes: Uint8Array): boolean {
  const start = bytes.subarray(0, 8 * 1024);
  if (start.includes(0)) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(start, { stream: true });
    return true;
  } catch {
    return false;
  }
}
