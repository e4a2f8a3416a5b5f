import { globMatcher } from '../../model/filter.ts';
import { valuesAt } from '../request/locator.ts';
import type { ParsedRequest } from '../request/parsed-request.ts';
import type { Matcher } from './provider.ts';

interface Condition {
  readonly negated: boolean;
  readonly locator: string;
  /** Literal start of the pattern; a body without it is not decoded. */
  readonly prefix: Uint8Array;
  /** Tests a value; undefined: any value matches. */
  readonly matchesValue: ((value: string) => boolean) | undefined;
}

/** Index key of a matcher: a header name in lower case, or the first name of a `json:`, `form:` or `query:` locator. */
export interface IndexKey {
  readonly kind: 'header' | 'json' | 'form' | 'query';
  readonly name: string;
}

/** A matcher, parsed once. */
export interface ParsedMatcher {
  /** A name that a matching request must contain. The index skips matchers whose name a request lacks. */
  readonly key: IndexKey | undefined;
  matches(parsed: ParsedRequest): boolean;
}

/** Parses a matcher; see `Matcher` for its grammar. */
export function parseMatcher(matcher: Matcher): ParsedMatcher {
  const conditions = (typeof matcher === 'string' ? [matcher] : matcher).map(conditionOf);
  return {
    key: keyOf(conditions),
    matches: (parsed) => conditions.every((condition) => conditionMatches(parsed, condition)),
  };
}

const keyKinds = ['header', 'json', 'form', 'query'] as const;

function keyOf(conditions: readonly Condition[]): IndexKey | undefined {
  for (const kind of keyKinds) {
    const condition = conditions.find(({ locator, negated }) => !negated && locator.startsWith(`${kind}:`));
    if (!condition) continue;
    const name = condition.locator.slice(kind.length + 1);
    if (kind === 'header') return { kind, name: name.toLowerCase() };
    // `*` in a list can only match if the list has a first item.
    return { kind, name: kind === 'query' ? name : name.split(/[.>]/, 1)[0]!.replace('*', '0') };
  }
  return undefined;
}

function conditionOf(text: string): Condition {
  const negated = text.startsWith('!');
  const rest = negated ? text.slice(1) : text;
  const equals = rest.indexOf('=');
  const pattern = equals < 0 ? undefined : rest.slice(equals + 1);
  return {
    negated,
    locator: equals < 0 ? rest : rest.slice(0, equals),
    prefix: Buffer.from(pattern?.split('*', 1)[0] ?? ''),
    matchesValue: pattern === undefined ? undefined : globMatcher(pattern),
  };
}

function conditionMatches(
  parsed: ParsedRequest,
  { negated, locator, prefix, matchesValue }: Condition,
): boolean {
  if (locator === 'body' && !beginsWith(parsed.body, prefix)) return negated;
  const values = valuesAt(parsed, locator);
  const found = matchesValue ? values.some(matchesValue) : values.length > 0;
  return found !== negated;
}

function beginsWith(body: Uint8Array, prefix: Uint8Array): boolean {
  return prefix.every((byte, index) => body[index] === byte);
}
