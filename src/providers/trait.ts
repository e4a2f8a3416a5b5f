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
  /** The header without which it can't be there, in lower case, so that most are never asked. */
  readonly header: string | undefined;
  isIn(reading: Reading): boolean;
}

/** Reads a trait; its grammar is with `Trait`. */
export function readTrait(trait: Trait): ReadTrait {
  const conditions = (typeof trait === 'string' ? [trait] : trait).map(conditionOf);
  const header = conditions.find(({ place, negated }) => !negated && place.startsWith('header:'));
  return {
    header: header?.place.slice('header:'.length).toLowerCase(),
    isIn: (reading) => conditions.every((condition) => holds(reading, condition)),
  };
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
