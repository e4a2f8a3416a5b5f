import type { Reading } from '../request/parsed-request.ts';
import { type Clue, type ReadTrait, readTrait } from './matcher.ts';
import type { Provider } from './provider.ts';
import { unsignedTraits } from './unsigned-matchers.ts';

/** Tells providers by what they send. */
export interface Recogniser {
  /** The first of the list that has a trait of this request, or undefined. */
  recognise(reading: Reading): Provider | undefined;
  /** Who sent what a relay handed on: the first that has a trait and is no relay, or undefined. */
  behindRelay(reading: Reading): Provider | undefined;
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
  const byTraits = createIndex(providers, ({ detect }) => detect);
  let senders: ReturnType<typeof createIndex> | undefined;
  const withoutSignature = createIndex(providers, ({ name }) =>
    Object.hasOwn(unsignedTraits, name) ? unsignedTraits[name]! : [],
  );
  const byName = new Map(providers.map((provider) => [provider.name, provider]));
  const families = new Map<string, Provider[]>();
  for (const provider of providers) {
    if (provider.family !== undefined) {
      families.set(provider.family, [...(families.get(provider.family) ?? []), provider]);
    }
  }

  return {
    providers,
    named: (name) => byName.get(name),
    membersOf: ({ name }) => families.get(name) ?? [],
    behindRelay(reading) {
      senders ??= createIndex(
        providers.filter(({ isRelay }) => !isRelay),
        ({ detect }) => detect,
      );
      return senders(reading);
    },
    recognise: (reading) => byTraits(reading) ?? withoutSignature(reading),
  };
}

/** Finds the first provider of the list that has one of its traits in a request. */
function createIndex(
  providers: readonly Provider[],
  traitsOf: (provider: Provider) => Provider['detect'],
): (reading: Reading) => Provider | undefined {
  const byClue = new Map<Clue['kind'], Map<string, Candidate[]>>();
  const withoutClue: Candidate[] = [];
  for (const [rank, provider] of providers.entries()) {
    for (const trait of traitsOf(provider).map(readTrait)) {
      const candidates = trait.clue ? under(byClue, trait.clue) : withoutClue;
      candidates.push({ rank, provider, trait });
    }
  }
  return (reading) => {
    let best: Candidate | undefined;
    const lookAt = (candidates: readonly Candidate[] | undefined) => {
      if (!candidates) return;
      for (const candidate of candidates) {
        if (best && candidate.rank >= best.rank) return;
        if (candidate.trait.isIn(reading)) best = candidate;
      }
    };
    lookAt(withoutClue);
    forEachClue(reading, (kind, name) => lookAt(byClue.get(kind)?.get(name)));
    return best?.provider;
  };
}

/** More names than this are no request of a provider, and would take long to look up. */
const mostNames = 200;

/** Calls back with the names in a request by which traits are found. */
function forEachClue(reading: Reading, found: (kind: Clue['kind'], name: string) => void): void {
  for (const [name] of reading.headers) found('header', name.toLowerCase());
  const json = reading.json();
  if (Array.isArray(json)) found('json', '0');
  else if (typeof json === 'object' && json !== null) {
    for (const name of Object.keys(json).slice(0, mostNames)) found('json', name);
  } else {
    for (const name of namesIn(reading.form())) found('form', name);
  }
  if (reading.url.includes('?'))
    for (const name of namesIn(reading.address()?.searchParams)) found('query', name);
}

function namesIn(fields: URLSearchParams | undefined): string[] {
  return fields ? [...fields.keys()].slice(0, mostNames) : [];
}

/** The list under a clue, an empty one where there was none. */
function under(byClue: Map<Clue['kind'], Map<string, Candidate[]>>, { kind, name }: Clue): Candidate[] {
  const byName = byClue.get(kind) ?? new Map<string, Candidate[]>();
  byClue.set(kind, byName);
  const candidates = byName.get(name) ?? [];
  byName.set(name, candidates);
  return candidates;
}
