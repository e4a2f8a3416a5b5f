import type { Reading } from './incoming.ts';
import type { Provider } from './provider.ts';
import { type ReadTrait, readTrait } from './trait.ts';

/** Tells providers by what they send. */
export interface Recogniser {
  /** The first of the list that has a trait of this request, or undefined. */
  recognise(reading: Reading): Provider | undefined;
  /** The members of the family that a provider stands for, in the order of the list. */
  membersOf(provider: Provider): readonly Provider[];
  named(name: string): Provider | undefined;
  readonly providers: readonly Provider[];
}

interface Candidate {
  readonly rank: number;
  readonly provider: Provider;
  readonly trait: ReadTrait;
}

/** Reads the traits of all providers once; a request is then compared with those alone of which it has a clue. */
export function createRecogniser(providers: readonly Provider[]): Recogniser {
  const byClue = new Map<string, Candidate[]>();
  const withoutClue: Candidate[] = [];
  const byName = new Map(providers.map((provider) => [provider.name, provider]));
  const families = new Map<string, Provider[]>();
  for (const [rank, provider] of providers.entries()) {
    for (const trait of provider.detect.map(readTrait)) {
      const candidates = trait.clue === undefined ? withoutClue : (byClue.get(trait.clue) ?? []);
      if (trait.clue !== undefined) byClue.set(trait.clue, candidates);
      candidates.push({ rank, provider, trait });
    }
    if (provider.family !== undefined) {
      families.set(provider.family, [...(families.get(provider.family) ?? []), provider]);
    }
  }

  return {
    providers,
    named: (name) => byName.get(name),
    membersOf: ({ name }) => families.get(name) ?? [],
    recognise(reading) {
      const candidates = [...withoutClue];
      for (const clue of cluesIn(reading)) {
        const found = byClue.get(clue);
        if (found) candidates.push(...found);
      }
      candidates.sort((one, other) => one.rank - other.rank);
      return candidates.find(({ trait }) => trait.isIn(reading))?.provider;
    },
  };
}

/** More names than this are no request of a provider, and would take long to look up. */
const mostNames = 200;

/** The names in a request by which traits are found. */
function* cluesIn(reading: Reading): Generator<string> {
  for (const [name] of reading.headers) yield `header:${name.toLowerCase()}`;
  const json = reading.json();
  if (Array.isArray(json)) yield 'json:0';
  else if (typeof json === 'object' && json !== null) {
    for (const name of Object.keys(json).slice(0, mostNames)) yield `json:${name}`;
  } else {
    for (const name of namesIn(reading.form())) yield `form:${name}`;
  }
  if (reading.url.includes('?'))
    for (const name of namesIn(reading.address()?.searchParams)) yield `query:${name}`;
}

function namesIn(fields: URLSearchParams | undefined): string[] {
  return fields ? [...fields.keys()].slice(0, mostNames) : [];
}
