import { type HeaderList, headerValues } from '../../model/headers.ts';
import { boundaryOf, multipartFields } from '../../model/multipart.ts';
import { decompressedBody } from './decompressed-body.ts';

/** The parts of a request that identify a provider and that a signature can cover. */
export interface SignableRequest {
  readonly method: string;
  /** The URL that the sender called: some schemes sign it. */
  readonly url: string;
  readonly headers: HeaderList;
  /** The bytes as they arrived. */
  readonly body: Uint8Array;
  /** Size of the body, if it is known without reading it. */
  readonly bodySize?: number;
}

/** A request whose parts are parsed on first access. Never throws: unreadable parts are undefined. */
export interface ParsedRequest extends SignableRequest {
  header(name: string): readonly string[];
  /** The body as JSON, decompressed; undefined if it is not JSON or larger than 1 MB. */
  json(): unknown;
  /** The fields of a form, URL-encoded or multipart, decoded as HTML forms are; files are left out. */
  form(): URLSearchParams | undefined;
  /** The URL, parsed. */
  parsedUrl(): URL | undefined;
}

/** Larger bodies are not parsed, since that would block the event loop. */
const maxParsedBytes = 1024 * 1024;

const nothing: readonly string[] = [];

/** Parses each part of a request once, on first access. */
export function parseLazily(request: SignableRequest): ParsedRequest {
  const headers = once(() => headerMap(request.headers));
  const isParsed = (request.bodySize ?? 0) <= maxParsedBytes;
  const plain = once(() =>
    isParsed ? decompressedBody(request.body, request.headers, maxParsedBytes) : undefined,
  );
  const json = once(() => parsedJson(plain()));
  const form = once(() => parsedForm(request.headers, plain));
  const parsedUrl = once(() => URL.parse(request.url) ?? undefined);
  return {
    method: request.method,
    url: request.url,
    headers: request.headers,
    get body() {
      return request.body;
    },
    header: (name) => headers().get(name.toLowerCase()) ?? nothing,
    json,
    form,
    parsedUrl,
  };
}

/** Returns the request with the JSON of a form as its JSON: that in the field `payload`, or in the only field. */
export function withFormJson(parsed: ParsedRequest): ParsedRequest {
  const form = parsed.json() === undefined ? parsed.form() : undefined;
  if (!form) return parsed;
  const fields = [...form];
  const text = form.get('payload') ?? (fields.length === 1 ? fields[0]![1] : undefined);
  if (text === undefined) return parsed;
  const json = once(() => parsedJson(Buffer.from(text)));
  const { method, url, headers, header, parsedUrl } = parsed;
  return {
    method,
    url,
    headers,
    get body() {
      return parsed.body;
    },
    header,
    json,
    form: parsed.form,
    parsedUrl,
  };
}

function headerMap(list: HeaderList): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (const [name, value] of list) {
    const lower = name.toLowerCase();
    const values = headers.get(lower);
    if (values) values.push(value.trim());
    else headers.set(lower, [value.trim()]);
  }
  return headers;
}

function parsedJson(body: Uint8Array | undefined): unknown {
  if (!body) return undefined;
  // Only objects and lists are of use, so parsing anything else would be wasted.
  const first = body.find((byte) => byte > 0x20);
  if ((first !== 0x7b && first !== 0x5b) || body.length > maxParsedBytes) return undefined;
  try {
    return JSON.parse(utf8(body));
  } catch {
    return undefined;
  }
}

function parsedForm(headers: HeaderList, plain: () => Uint8Array | undefined): URLSearchParams | undefined {
  const type = headerValues(headers, 'content-type')[0] ?? '';
  const boundary = boundaryOf(type);
  const isEncoded = /^application\/x-www-form-urlencoded/i.test(type);
  if (!isEncoded && boundary === undefined) return undefined;
  const body = plain();
  if (!body || body.length > maxParsedBytes) return undefined;
  if (boundary === undefined) return new URLSearchParams(utf8(body));
  const form = new URLSearchParams();
  for (const { name, start, end } of multipartFields(body, boundary)) {
    form.append(name, utf8(body.subarray(start, end)));
  }
  return form;
}

/** Decodes UTF-8; invalid bytes become U+FFFD. */
export function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
