import { isJson } from '../../model/json.ts';
import { utf8 } from '../request/parsed-request.ts';

/** The unchanged tokens of a JSON text. */
export interface JsonTokens {
  readonly tokens: readonly string[];
  /** White space before each token, and after the last. */
  readonly gaps: readonly string[];
  /** Depth of nesting. */
  readonly depth: number;
}

const token = /([ \t\r\n]*)([{}[\]:,]|"[^"\\]*(?:\\.[^"\\]*)*"|[^\s{}[\]:,"]+)/gy;

/** Splits a body into tokens, without a byte order mark; undefined if it is not JSON. */
export function jsonTokensOf(body: Uint8Array): JsonTokens | undefined {
  const text = utf8(body).replace(/^\ufeff/, '');
  // Other JSON has only one form.
  if (!/^\s*[{[]/.test(text) || !isJson(text)) return undefined;
  const tokens: string[] = [];
  const gaps: string[] = [];
  let nesting = 0;
  let depth = 0;
  let end = 0;
  for (const match of text.matchAll(token)) {
    const [all, gap = '', each = ''] = match;
    gaps.push(gap);
    tokens.push(each);
    if (each === '{' || each === '[') depth = Math.max(depth, ++nesting);
    else if (each === '}' || each === ']') nesting--;
    end = match.index + all.length;
  }
  gaps.push(text.slice(end));
  return { tokens, gaps, depth };
}

/** Objects nested deeper than this are not sorted. */
const deepestSorted = 200;

/** Returns the tokens with the members of every object sorted by name; undefined if that changes nothing. */
export function sortedTokens({ tokens, depth }: JsonTokens): readonly string[] | undefined {
  if (depth > deepestSorted) return undefined;
  let at = 0;
  function value(): string[] {
    const open = tokens[at++]!;
    if (open !== '{' && open !== '[') return [open];
    const close = open === '{' ? '}' : ']';
    const parts: string[][] = [];
    while (tokens[at] !== close) {
      const part = open === '{' ? [tokens[at]!, ':'] : [];
      if (open === '{') at += 2;
      parts.push(part.concat(value()));
      if (tokens[at] === ',') at++;
    }
    at++;
    if (open === '{') parts.sort(([one], [other]) => (nameOf(one!) < nameOf(other!) ? -1 : 1));
    return [open, ...parts.flatMap((part, index) => (index === 0 ? part : [',', ...part])), close];
  }
  const sorted = value();
  return sorted.every((each, index) => each === tokens[index]) ? undefined : sorted;
}

function nameOf(text: string): string {
  return JSON.parse(text) as string;
}
