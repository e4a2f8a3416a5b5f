import { MIMEType } from 'node:util';
import { type HeaderList, headerValue } from '../model/headers.ts';
import { decodeText, looksLikeText, markedCharset } from './decode.ts';

/** The type of a body according to its headers. */
export interface MediaType {
  /** Lower case, without parameters; empty if missing or unreadable. */
  readonly essence: string;
  readonly charset: string | undefined;
  readonly boundary: string | undefined;
}

/** The media type that `Content-Type` names. */
export function mediaTypeOf(headers: HeaderList): MediaType {
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
const xmlType = /[/+]xml$/;
const textType = /^text\/|[/+]xml$|[/](javascript|graphql|yaml|x-yaml|toml|csv|sql)$/;

/** The number of bytes that are looked at to tell the kind of a body. */
const looked = 8 * 1024;

/** The kind of bytes of which the headers say `type`; multipart is not looked at. */
export function contentKind(bytes: Uint8Array, type: MediaType): 'json' | 'form' | 'xml' | 'text' | 'binary' {
  const named = jsonType.test(type.essence) || textType.test(type.essence) || type.charset !== undefined;
  const isText = looksLikeText(bytes) || markedCharset(bytes) !== undefined;
  // A form or JSON with raw bytes is more useful as a hexdump; a charset that is named may explain them.
  if (!isText && !(named && !bytes.subarray(0, looked).includes(0)) && type.charset === undefined) {
    return 'binary';
  }
  const text = decodeText(bytes.subarray(0, looked), type.charset);
  // `curl -d '{…}'` calls JSON a form, and many send it as text/plain or without a type.
  const mayBeJson = !textType.test(type.essence) || type.essence === 'text/plain';
  if (jsonType.test(type.essence) || (mayBeJson && isJsonLike(text))) return 'json';
  if (type.essence === 'application/x-www-form-urlencoded') return 'form';
  if (xmlType.test(type.essence) || /^\s{0,64}<\?xml\s/.test(text)) return 'xml';
  return 'text';
}

/** Begins like an object or a list of values, and no further look is taken: what is not JSON is shown as it came. */
export function isJsonLike(text: string): boolean {
  return /^\s{0,64}(?:\{\s{0,64}["}]|\[\s{0,64}(?:["{[\]\d-]|true|false|null))/.test(text);
}
