import type { ParsedRequest } from '../request/parsed-request.ts';
import { type IndexKey, type ParsedMatcher, parseMatcher } from './matcher.ts';
import type { Provider } from './provider.ts';
import { unsignedMatchers } from './unsigned-matchers.ts';

/** Tells providers by what they send. */
export interface ProviderIndex {
  /** The first of the list that has a trait of this request, or undefined. */
  detect(parsed: ParsedRequest): Provider | undefined;
  /** Who sent what a relay handed on: the first that has a trait and is no relay, or undefined. */
  detectBehindRelay(parsed: ParsedRequest): Provider | undefined;
  /** The members of the family that a provider stands for, in the order of the list. */
  membersOf(provider: Provider): readonly Provider[];
  byName(name: string): Provider | undefined;
  readonly providers: readonly Provider[];
}

interface Candidate {
  readonly rank: number;
  readonly provider: Provider;
  readonly matcher: ParsedMatcher;
}

/** Reads the traits of all providers once; a request is then compared with those alone of which it has a clue. */
export function createProviderIndex(providers: readonly Provider[]): ProviderIndex {
  const bySignature = createIndex(providers, ({ detect }) => detect);
  let nonRelays: ReturnType<typeof createIndex> | undefined;
  const withoutSignature = createIndex(providers, ({ name }) =>
    Object.hasOwn(unsignedMatchers, name) ? unsignedMatchers[name]! : [],
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
    byName: (name) => byName.get(name),
    membersOf: ({ name }) => families.get(name) ?? [],
    detectBehindRelay(parsed) {
      nonRelays ??= createIndex(
        providers.filter(({ isRelay }) => !isRelay),
        ({ detect }) => detect,
      );
      return nonRelays(parsed);
    },
    detect: (parsed) => bySignature(parsed) ?? withoutSignature(parsed),
  };
}

/** Finds the first provider of the list that has one of its traits in a request. */
function createIndex(
  providers: readonly Provider[],
  matchersOf: (provider: Provider) => Provider['detect'],
): (parsed: ParsedRequest) => Provider | undefined {
  const byKey = new Map<IndexKey['kind'], Map<string, Candidate[]>>();
  const withoutKey: Candidate[] = [];
  for (const [rank, provider] of providers.entries()) {
    for (const matcher of matchersOf(provider).map(parseMatcher)) {
      const candidates = matcher.key ? candidatesUnder(byKey, matcher.key) : withoutKey;
      candidates.push({ rank, provider, matcher });
    }
  }
  return (parsed) => {
    let best: Candidate | undefined;
    const consider = (candidates: readonly Candidate[] | undefined) => {
      if (!candidates) return;
      for (const candidate of candidates) {
        if (best && candidate.rank >= best.rank) return;
        if (candidate.matcher.matches(parsed)) best = candidate;
      }
    };
    consider(withoutKey);
    forEachKey(parsed, (kind, name) => consider(byKey.get(kind)?.get(name)));
    return best?.provider;
  };
}

/** More names than this are no request of a provider, and would take long to look up. */
const maxNames = 200;

/** Calls back with the names in a request by which traits are found. */
function forEachKey(parsed: ParsedRequest, found: (kind: IndexKey['kind'], name: string) => void): void {
  for (const [name] of parsed.headers) found('header', name.toLowerCase());
  const json = parsed.json();
  if (Array.isArray(json)) found('json', '0');
  else if (typeof json === 'object' && json !== null) {
    for (const name of Object.keys(json).slice(0, maxNames)) found('json', name);
  } else {
    for (const name of namesIn(parsed.form())) found('form', name);
  }
  if (parsed.url.includes('?'))
    for (const name of namesIn(parsed.parsedUrl()?.searchParams)) found('query', name);
}

function namesIn(fields: URLSearchParams | undefined): string[] {
  return fields ? [...fields.keys()].slice(0, maxNames) : [];
}

/** The list under a clue, an empty one where there was none. */
function candidatesUnder(
  byKey: Map<IndexKey['kind'], Map<string, Candidate[]>>,
  { kind, name }: IndexKey,
): Candidate[] {
  const byName = byKey.get(kind) ?? new Map<string, Candidate[]>();
  byKey.set(kind, byName);
  const candidates = byName.get(name) ?? [];
  byName.set(name, candidates);
  return candidates;
}
