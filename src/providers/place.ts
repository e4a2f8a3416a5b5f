import { applyEdits, modify } from 'jsonc-parser';
import type { HeaderList } from '../model/headers.ts';
import { type Incoming, type Reading, utf8 } from './incoming.ts';

/**
 * Where something stands in a request: `header:X-Name`, `json:data.items.0.id`, `form:name`, `query:name`,
 * or `method`, `url`, `path` (with its query), `body`.
 */
export type Place = string;

/** Every value that stands there: two for a header that came twice, none where there is nothing. */
export function valuesAt(reading: Reading, place: Place): readonly string[] {
  const colon = place.indexOf(':');
  const kind = colon < 0 ? place : place.slice(0, colon);
  const name = place.slice(colon + 1);
  switch (kind) {
    case 'header':
      return reading.header(name);
    case 'json':
      return textOf(at(reading.json(), name));
    case 'form':
      return reading.form()?.getAll(name) ?? [];
    case 'query':
      return reading.address()?.searchParams.getAll(name) ?? [];
    case 'method':
      return [reading.method];
    case 'url':
      return [reading.url];
    case 'path': {
      const address = reading.address();
      return address ? [address.pathname + address.search] : [];
    }
    case 'body':
      return [utf8(reading.body)];
    default:
      throw new Error(`${place} is no place in a request.`);
  }
}

/** The one value that stands there, or undefined. */
export function valueAt(reading: Reading, place: Place): string | undefined {
  return valuesAt(reading, place)[0];
}

/** The value below a path such as `data.items.0.id`. */
export function at(value: unknown, path: string): unknown {
  let current = value;
  for (const key of path.split('.')) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Readonly<Record<string, unknown>>)[key];
  }
  return current;
}

function textOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'number' || typeof value === 'boolean' ? [String(value)] : [];
}

/** The request with `value` at a place, everything else as it was, byte for byte. */
export function withValueAt(request: Incoming, place: Place, value: string): Incoming {
  const colon = place.indexOf(':');
  const name = place.slice(colon + 1);
  switch (place.slice(0, colon)) {
    case 'header':
      return { ...request, headers: withHeader(request.headers, name, value) };
    case 'json':
      return { ...request, body: withJson(request.body, name, value) };
    case 'form': {
      const form = new URLSearchParams(utf8(request.body));
      form.set(name, value);
      return { ...request, body: Buffer.from(form.toString()) };
    }
    case 'query': {
      const url = new URL(request.url);
      url.searchParams.set(name, value);
      return { ...request, url: url.href };
    }
    default:
      throw new Error(`Nothing can be written to ${place}.`);
  }
}

/** The fields with this one's value replaced where it stood, or added at the end. */
function withHeader(headers: HeaderList, name: string, value: string): HeaderList {
  const lower = name.toLowerCase();
  const index = headers.findIndex(([candidate]) => candidate.toLowerCase() === lower);
  if (index < 0) return [...headers, [name, value]];
  return headers.flatMap((header, each) => {
    if (header[0].toLowerCase() !== lower) return [header];
    return each === index ? [[header[0], value] as const] : [];
  });
}

/** A number stays a number. */
function withJson(body: Uint8Array, path: string, value: string): Uint8Array {
  const text = utf8(body);
  const keys = path.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  const old = at(parsed(text), path);
  return Buffer.from(
    applyEdits(text, modify(text, keys, typeof old === 'number' ? Number(value) : value, {})),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
