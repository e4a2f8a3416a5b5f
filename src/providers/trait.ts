import { matchesGlob } from '../model/filter.ts';
import type { Reading } from './incoming.ts';
import { valuesAt } from './place.ts';
import type { Trait } from './provider.ts';

interface Condition {
  readonly negated: boolean;
  readonly place: string;
  /** `*` stands for any text; undefined: any value. */
  readonly pattern: string | undefined;
}

/** A trait, read once. */
export interface ReadTrait {
  /**
   * The name without which it can't be there: `header:x-name`, or the first name of a `json:`, `form:` or `query:`
   * place. Most traits are never asked, because a request lacks that.
   */
  readonly clue: string | undefined;
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

const clueKinds = ['header', 'json', 'form', 'query'];

function clueOf(conditions: readonly Condition[]): string | undefined {
  for (const kind of clueKinds) {
    const condition = conditions.find(({ place, negated }) => !negated && place.startsWith(`${kind}:`));
    if (!condition) continue;
    const name = condition.place.slice(kind.length + 1);
    if (kind === 'header') return `header:${name.toLowerCase()}`;
    // What stands in any item of a list stands in the first of one that has any.
    return `${kind}:${kind === 'query' ? name : name.split(/[.>]/, 1)[0]!.replace('*', '0')}`;
  }
  return undefined;
}

function conditionOf(text: string): Condition {
  const negated = text.startsWith('!');
  const rest = negated ? text.slice(1) : text;
  const equals = rest.indexOf('=');
  return {
    negated,
    place: equals < 0 ? rest : rest.slice(0, equals),
    pattern: equals < 0 ? undefined : rest.slice(equals + 1),
  };
}

function holds(reading: Reading, { negated, place, pattern }: Condition): boolean {
  const values = valuesAt(reading, place);
  const found =
    pattern === undefined ? values.length > 0 : values.some((value) => matchesGlob(value, pattern));
  return found !== negated;
}
