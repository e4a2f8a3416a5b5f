import { UserError } from '../../model/errors.ts';
import { type HeaderList, headerValues, withoutHeader } from '../../model/headers.ts';
import { parsedJson } from '../../model/json.ts';
import { boundaryOf, multipartFields } from '../../model/multipart.ts';
import { editedJson } from './json-edit.ts';
import { type ParsedRequest, type SignableRequest, utf8 } from './parsed-request.ts';

/**
 * Locator of values in a request: `header:X-Name`, `json:data.items.0.id` (`*` for each item of a list),
 * `form:name`, `form:name>path` (at a path of the JSON in that field), `query:name`, or `method`, `url`, `path`
 * (with its query), `body`.
 */
export type Locator = string;

/** Tests whether a text is a locator. */
export function isLocator(text: string): boolean {
  return /^(header|json|form|query):.+$/s.test(text) || /^(method|url|path|body)$/.test(text);
}

/** Returns all values of a locator: two for a header that appears twice, none for a missing one. */
export function valuesAt(parsed: ParsedRequest, locator: Locator): readonly string[] {
  const colon = locator.indexOf(':');
  const kind = colon < 0 ? locator : locator.slice(0, colon);
  const name = locator.slice(colon + 1);
  switch (kind) {
    case 'header':
      return parsed.header(name);
    case 'json':
      return textsAt(parsed.json(), name);
    case 'form': {
      const [field, path] = split(name, '>');
      const values = parsed.form()?.getAll(field) ?? [];
      return path === undefined ? values : values.flatMap((value) => textsAt(parsedJson(value), path));
    }
    case 'query':
      return parsed.parsedUrl()?.searchParams.getAll(name) ?? [];
    case 'method':
      return [parsed.method];
    case 'url':
      return [parsed.url];
    case 'path': {
      const address = parsed.parsedUrl();
      return address ? [address.pathname + address.search] : [];
    }
    case 'body':
      return [utf8(parsed.body)];
    default:
      throw new Error(`Invalid locator: ${locator}`);
  }
}

/** A locator for people: `header X-Name`. */
export function locatorText(locator: Locator): string {
  return locator.replace(':', ' ');
}

/** Returns the first value of a locator, or undefined. */
export function valueAt(parsed: ParsedRequest, locator: Locator): string | undefined {
  return valuesAt(parsed, locator)[0];
}

/** Returns the value at a path such as `data.items.0.id`. */
export function valueAtPath(value: unknown, path: string): unknown {
  let current = value;
  for (const key of path.split('.')) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Readonly<Record<string, unknown>>)[key];
  }
  return current;
}

function textsAt(value: unknown, path: string): string[] {
  const star = path.split('.').indexOf('*');
  if (star < 0) return textOf(valueAtPath(value, path));
  const keys = path.split('.');
  const list = star === 0 ? value : valueAtPath(value, keys.slice(0, star).join('.'));
  const rest = keys.slice(star + 1).join('.');
  return Array.isArray(list)
    ? list.flatMap((item) => (rest === '' ? textOf(item) : textsAt(item, rest)))
    : [];
}

function split(text: string, separator: string): [string, string | undefined] {
  const index = text.indexOf(separator);
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)];
}

function textOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'number' || typeof value === 'boolean' ? [String(value)] : [];
}

/** Returns the request with `value` at a locator; everything else stays as it was, byte for byte. */
export function withValueAt(request: SignableRequest, locator: Locator, value: string): SignableRequest {
  const [kind, name = ''] = split(locator, ':');
  switch (kind) {
    case 'header':
      return { ...request, headers: withHeader(request.headers, name, value) };
    case 'json':
      return { ...request, body: Buffer.from(withJson(utf8(request.body), name, value)) };
    case 'form':
      return { ...request, body: withField(request, name, value) };
    case 'body':
      return { ...request, body: Buffer.from(value, 'utf8') };
    case 'query':
      return { ...request, url: withQuery(request.url, name, value) };
    default:
      throw new Error(`Nothing can be written to ${locator}.`);
  }
}

/** Returns the request without the value of a header, JSON or form locator; everything else stays as it was. */
export function withoutValueAt(request: SignableRequest, locator: Locator): SignableRequest {
  const [kind, name = ''] = split(locator, ':');
  switch (kind) {
    case 'header':
      return { ...request, headers: withoutHeader(request.headers, name) };
    case 'json':
      return { ...request, body: Buffer.from(editedJson(utf8(request.body), name, undefined)) };
    case 'form':
      return { ...request, body: withPairs(request, name, undefined) };
    default:
      return request;
  }
}

/** Returns a URL with one query parameter set; its path stays as it is written. */
function withQuery(url: string, name: string, value: string): string {
  const [beforeFragment = ''] = url.split('#', 1);
  const [path, query = ''] = split(beforeFragment, '?');
  const pairs = new URLSearchParams(query);
  pairs.set(name, value);
  return `${path}?${pairs}`;
}

/** Returns the headers with one value replaced in its position, or added at the end. */
function withHeader(headers: HeaderList, name: string, value: string): HeaderList {
  const lower = name.toLowerCase();
  const index = headers.findIndex(([candidate]) => candidate.toLowerCase() === lower);
  if (index < 0) return [...headers, [name, value]];
  return headers.flatMap((header, each) => {
    if (header[0].toLowerCase() !== lower) return [header];
    return each === index ? [[header[0], value] as const] : [];
  });
}

function withField(request: SignableRequest, name: string, value: string): Uint8Array {
  const [field, path] = split(name, '>');
  const boundary = boundaryOf(headerValues(request.headers, 'content-type')[0] ?? '');
  if (boundary !== undefined) {
    const locator = multipartFields(request.body, boundary).find((each) => each.name === field);
    if (!locator) throw new UserError('failed', `The form has no field ${field}.`);
    const { start, end } = locator;
    const text = path === undefined ? value : withJson(utf8(request.body.subarray(start, end)), path, value);
    return Buffer.concat([request.body.subarray(0, start), Buffer.from(text), request.body.subarray(end)]);
  }
  const old = new URLSearchParams(utf8(request.body)).get(field) ?? '{}';
  const pair = new URLSearchParams([[field, path === undefined ? value : withJson(old, path, value)]]);
  return withPairs(request, field, pair.toString());
}

/** Returns a form with all pairs of this name replaced by one, in the position of the first or at the end. */
function withPairs({ body }: SignableRequest, field: string, pair: string | undefined): Uint8Array {
  const pairs = Buffer.from(body).toString('latin1').split('&');
  const isField = pairs.map((each) => new URLSearchParams(each).has(field));
  const first = isField.indexOf(true);
  const kept = pairs.flatMap((each, index) => {
    if (index === first && pair !== undefined) return [pair];
    return isField[index] || each === '' ? [] : [each];
  });
  const all = first < 0 && pair !== undefined ? [...kept, pair] : kept;
  return Buffer.from(all.join('&'), 'latin1');
}

/** Keeps a number a number. */
function withJson(text: string, path: string, value: string): string {
  const old = valueAtPath(parsedJson(text), path);
  return editedJson(text, path, typeof old === 'number' ? Number(value) : value);
}
