import { globMatcher } from '../../model/filter.ts';
import { valuesAt } from '../request/locator.ts';
import type { Reading } from '../request/parsed-request.ts';
import type { Trait } from './provider.ts';

interface Condition {
  readonly negated: boolean;
  readonly place: string;
  /** What a value has to begin with: nothing more of a body is read where it does not. */
  readonly start: Uint8Array;
  /** Whether a value is meant; undefined: any is. */
  readonly isMeant: ((value: string) => boolean) | undefined;
}

/** A name in a request: of a header, in lower case, or the first of a `json:`, `form:` or `query:` place. */
export interface Clue {
  readonly kind: 'header' | 'json' | 'form' | 'query';
  readonly name: string;
}

/** A trait, read once. */
export interface ReadTrait {
  /** What can't be missing where it is there. Most traits are never asked, because a request lacks that. */
  readonly clue: Clue | undefined;
  isIn(reading: Reading): boolean;
}

/** Reads a trait; its grammar is with `Trait`. */
export function readTrait(trait: Trait): ReadTrait {
  const conditions = (typeof trait === 'string' ? [trait] : trait).map(conditionOf);
  return {
    clue: clueOf(conditions),
    isIn: (reading) => conditions.every((condition) => holds(reading, condition)),
  };
}

const clueKinds = ['header', 'json', 'form', 'query'] as const;

function clueOf(conditions: readonly Condition[]): Clue | undefined {
  for (const kind of clueKinds) {
    const condition = conditions.find(({ place, negated }) => !negated && place.startsWith(`${kind}:`));
    if (!condition) continue;
    const name = condition.place.slice(kind.length + 1);
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
    place: equals < 0 ? rest : rest.slice(0, equals),
    start: Buffer.from(pattern?.split('*', 1)[0] ?? ''),
    isMeant: pattern === undefined ? undefined : globMatcher(pattern),
  };
}

function holds(reading: Reading, { negated, place, start, isMeant }: Condition): boolean {
  if (place === 'body' && !beginsWith(reading.body, start)) return negated;
  const values = valuesAt(reading, place);
  const found = isMeant ? values.some(isMeant) : values.length > 0;
  return found !== negated;
}

function beginsWith(body: Uint8Array, start: Uint8Array): boolean {
  return start.every((byte, index) => body[index] === byte);
}
