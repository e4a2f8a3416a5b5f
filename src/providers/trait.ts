import type { Reading } from './incoming.ts';
import { valuesAt } from './place.ts';
import type { Trait } from './provider.ts';

interface Condition {
  readonly negated: boolean;
  readonly place: string;
  /** The pieces between the stars of the pattern; undefined: any value. */
  readonly pattern: readonly string[] | undefined;
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
    pattern: equals < 0 ? undefined : rest.slice(equals + 1).split('*'),
  };
}

function holds(reading: Reading, { negated, place, pattern }: Condition): boolean {
  const values = valuesAt(reading, place);
  const found = pattern === undefined ? values.length > 0 : values.some((value) => matches(value, pattern));
  return found !== negated;
}

/** Whether a text consists of these pieces with anything between them. */
function matches(text: string, pieces: readonly string[]): boolean {
  if (pieces.length === 1) return text === pieces[0];
  const [first, last] = [pieces[0]!, pieces.at(-1)!];
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last))
    return false;
  let from = first.length;
  const end = text.length - last.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, from);
    if (found < 0 || found + piece.length > end) return false;
    from = found + piece.length;
  }
  return true;
}
