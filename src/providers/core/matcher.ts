import { globMatcher } from '../../model/filter.ts';
import { valuesAt } from '../request/locator.ts';
import type { ParsedRequest } from '../request/parsed-request.ts';
import type { Matcher } from './provider.ts';

interface Condition {
  readonly negated: boolean;
  readonly locator: string;
  /** What a value has to begin with: nothing more of a body is read where it does not. */
  readonly prefix: Uint8Array;
  /** Whether a value is meant; undefined: any is. */
  readonly matchesValue: ((value: string) => boolean) | undefined;
}

/** A name in a request: of a header, in lower case, or the first of a `json:`, `form:` or `query:` place. */
export interface IndexKey {
  readonly kind: 'header' | 'json' | 'form' | 'query';
  readonly name: string;
}

/** A trait, read once. */
export interface ParsedMatcher {
  /** What can't be missing where it is there. Most traits are never asked, because a request lacks that. */
  readonly key: IndexKey | undefined;
  matches(parsed: ParsedRequest): boolean;
}

/** Reads a trait; its grammar is with `Trait`. */
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
    // What stands in any item of a list stands in the first of one that has any.
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
