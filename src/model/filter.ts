import type { Classification } from './classification.ts';
import { UserError } from './errors.ts';
import { requestFieldList } from './fields.ts';
import { headerValues } from './headers.ts';
import type { Arrival } from './request.ts';

/** The input of a filter: an arrival, or anything that has as much. */
export type Filterable = Pick<Arrival, 'method' | 'requestTarget' | 'headers'> & {
  /** Its classification, if that is known. */
  readonly classification?: Classification;
};

/** True if a request matches the filter. */
export type Filter = (request: Filterable) => boolean;

/** A field of a request that a term can name: its values, of which one has to match. */
interface Field {
  readonly values: (request: Filterable) => readonly string[];
  readonly ignoreCase: boolean;
}

const mostTerms = 256;
const mostCharacters = 4096;

export interface FilterOptions {
  /**
   * A word that is no term means requests that have it in their provider, event, method or path; as long as it is the
   * last one and may become the name of a field, it means all.
   */
  readonly words?: boolean;
}

/**
 * Reads a filter: terms such as `method:POST`, `path:/stripe/*`, `header.x-github-event:push,ping`, `provider:stripe`,
 * `event:charge.*`, `signature:invalid`, all of which have to hold. `*` stands for any text, a comma for "or", `-` before a term for "not"; a value with spaces is quoted.
 * Throws a UserError that says at which character it could not be read.
 */
export function parseFilter(text: string, { words = false }: FilterOptions = {}): Filter {
  if (text.length > mostCharacters)
    throw bad(text.slice(0, 40), 1, `is longer than ${mostCharacters} characters`);
  const terms: Filter[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at]!)) {
      at++;
      continue;
    }
    const match = /^(-?)([A-Za-z][\w.-]*):("(?:[^"\\]|\\.)*"|[^\s"]*)(?=\s|$)/.exec(text.slice(at));
    const word = match || !words ? undefined : /^(-?)([^\s":]+)(?=\s|$)/.exec(text.slice(at));
    if (word) {
      const [whole, minus, said] = word;
      at += whole.length;
      if (minus || at < text.length || !isBeginning(said!)) terms.push(wordTerm(said!, minus !== ''));
      else terms.push(() => true);
      continue;
    }
    if (!match) throw bad(text, at + 1, 'has no term such as path:/stripe/* here');
    const [whole, minus, name, value] = match;
    const term = termOf(text, at + 1 + minus!.length, name!, unquoted(value!));
    terms.push(minus ? (request) => !term(request) : term);
    at += whole.length;
  }
  if (terms.length === 0) throw bad(text, 1, 'is empty');
  if (terms.length > mostTerms) throw bad(text.slice(0, 40), 1, `has more than ${mostTerms} terms`);
  return (request) => terms.every((term) => term(request));
}

/** True if a filter has a term about this field. */
export function namesField(text: string, field: string): boolean {
  const terms = text.matchAll(/(?:^|\s)-?([A-Za-z][\w.-]*):(?:"(?:[^"\\]|\\.)*"|[^\s"]*)(?=\s|$)/g);
  return [...terms].some(([, name]) => name?.toLowerCase() === field);
}

function wordTerm(word: string, isNot: boolean): Filter {
  const wanted = word.toLowerCase();
  return ({ method, requestTarget, classification }) => {
    const texts = [classification?.provider ?? '', classification?.event ?? '', method, requestTarget];
    return texts.some((text) => text.toLowerCase().includes(wanted)) !== isNot;
  };
}

function isBeginning(word: string): boolean {
  return fieldNames.some((name) => name.startsWith(word.toLowerCase()));
}

function termOf(text: string, column: number, name: string, value: string): Filter {
  const field = fieldOf(name);
  if (!field) {
    throw bad(
      text,
      column,
      `names ${name}, and there are path, method, provider, event, signature and header.NAME`,
    );
  }
  if (value === '') throw bad(text, column, `has no value for ${name}`);
  const matchers = value
    .split(',')
    .map((pattern) => globMatcher(field.ignoreCase ? pattern.toLowerCase() : pattern));
  return (request) =>
    field.values(request).some((candidate) => {
      const text = field.ignoreCase ? candidate.toLowerCase() : candidate;
      return matchers.some((matches) => matches(text));
    });
}

const fieldNames = [...requestFieldList.flatMap(({ query }) => query ?? []), 'header.'];

const factFields: Readonly<Record<string, (classification: Classification) => readonly string[]>> = {
  provider: ({ provider }) => [provider ?? 'unknown'],
  event: ({ event }) => (event === null ? [] : [event]),
  signature: ({ verification }) => [verification.result],
};

function fieldOf(name: string): Field | undefined {
  const lower = name.toLowerCase();
  if (lower === 'method') return { values: ({ method }) => [method], ignoreCase: true };
  if (lower === 'path') return { values: ({ requestTarget }) => [pathOf(requestTarget)], ignoreCase: false };
  const fact = factFields[lower];
  if (fact)
    return { values: ({ classification }) => (classification ? fact(classification) : []), ignoreCase: true };
  if (!lower.startsWith('header.')) return undefined;
  const header = name.slice('header.'.length);
  return { values: ({ headers }) => headerValues(headers, header), ignoreCase: true };
}

/** The path without its query, of an absolute-form target, too. */
function pathOf(requestTarget: string): string {
  const path = requestTarget.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').split(/[?#]/, 1)[0]!;
  return path === '' ? '/' : path;
}

/** True if `text` matches the pattern, in which `*` stands for any text. Linear in the length of both, nearly. */
export function matchesGlob(text: string, pattern: string): boolean {
  return globMatcher(pattern)(text);
}

/** The same for a pattern that many texts are compared with. */
export function globMatcher(pattern: string): (text: string) => boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return (text) => text === pattern;
  return (text) => {
    if (!text.startsWith(first)) return false;
    let at = first.length;
    for (const part of rest) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return text.length - last.length >= at && text.endsWith(last);
  };
}

function unquoted(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
}

function bad(text: string, column: number, why: string): UserError {
  return new UserError(
    'usage',
    `The filter ${JSON.stringify(text)} ${why} (character ${column}).`,
    'A filter is terms such as path:/stripe/* method:POST header.x-github-event:push, all of which must match.',
  );
}
