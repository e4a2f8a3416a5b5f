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

/** Reads the traits of all providers once; a request is then compared with those alone whose headers it has. */
export function createRecogniser(providers: readonly Provider[]): Recogniser {
  const byHeader = new Map<string, Candidate[]>();
  const withoutHeader: Candidate[] = [];
  const byName = new Map(providers.map((provider) => [provider.name, provider]));
  const families = new Map<string, Provider[]>();
  for (const [rank, provider] of providers.entries()) {
    for (const trait of provider.detect.map(readTrait)) {
      const candidates = trait.header === undefined ? withoutHeader : (byHeader.get(trait.header) ?? []);
      if (trait.header !== undefined) byHeader.set(trait.header, candidates);
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
      const candidates = [...withoutHeader];
      for (const [name] of reading.headers) candidates.push(...(byHeader.get(name.toLowerCase()) ?? []));
      candidates.sort((one, other) => one.rank - other.rank);
      return candidates.find(({ trait }) => trait.isIn(reading))?.provider;
    },
  };
}
