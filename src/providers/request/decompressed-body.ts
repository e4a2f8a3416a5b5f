import * as zlib from 'node:zlib';
import { type HeaderList, headerValues } from '../../model/headers.ts';

type Unpack = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array;

/** Content codings by name (RFC 9110 8.4.1); zstd where this Node has it. */
const codings: Readonly<Record<string, Unpack | undefined>> = {
  gzip: zlib.gunzipSync,
  'x-gzip': zlib.gunzipSync,
  // Some senders use the raw deflate stream instead of the zlib format of the RFC: the first byte tells.
  deflate: (bytes, options) =>
    ((bytes[0] ?? 0) & 0x0f) === 8 ? zlib.inflateSync(bytes, options) : zlib.inflateRawSync(bytes, options),
  br: zlib.brotliDecompressSync,
  zstd: (zlib as { readonly zstdDecompressSync?: Unpack }).zstdDecompressSync,
};

/** No provider sends more codings. */
const maxCodings = 3;

/**
 * Decodes the content codings of a body, the last one first (RFC 9110 8.4); undefined if a coding is unknown, the bytes
 * are invalid, or the result is larger than `most` bytes.
 */
export function decompressedBody(
  body: Uint8Array,
  headers: HeaderList,
  most: number,
): Uint8Array | undefined {
  const values = headerValues(headers, 'content-encoding');
  if (values.length === 0) return body;
  const named = values
    .flatMap((value) => value.split(','))
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
  if (named.length > maxCodings) return undefined;
  let bytes = body;
  for (const coding of named.toReversed()) {
    const unpack = Object.hasOwn(codings, coding) ? codings[coding] : undefined;
    if (!unpack) return undefined;
    try {
      bytes = unpack(bytes, { maxOutputLength: most });
    } catch {
      return undefined;
    }
  }
  return bytes;
}
