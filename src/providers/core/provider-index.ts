import type { ParsedRequest } from '../request/parsed-request.ts';
import { type IndexKey, type ParsedMatcher, parseMatcher } from './matcher.ts';
import type { Provider } from './provider.ts';
import { unsignedMatchers } from './unsigned-matchers.ts';

/** Detects the provider of a request. */
export interface ProviderIndex {
  /** The first provider of the list with a matcher that matches the request. */
  detect(parsed: ParsedRequest): Provider | undefined;
  /** The first provider that matches and is not a relay: the original sender of a relayed request. */
  detectBehindRelay(parsed: ParsedRequest): Provider | undefined;
  /** The members of the family with this provider's name, in the order of the list. */
  membersOf(provider: Provider): readonly Provider[];
  byName(name: string): Provider | undefined;
  readonly providers: readonly Provider[];
}

interface Candidate {
  readonly rank: number;
  readonly provider: Provider;
  readonly matcher: ParsedMatcher;
}

/** Parses the matchers of all providers once and indexes them by name, so that a request is only compared with a few. */
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

/** Creates a function that finds the first provider of the list with a matcher that matches. */
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

/** Limits the names that are looked up; requests of providers have fewer. */
const maxNames = 200;

/** Calls back with every name in a request that may be an index key. */
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

/** The candidates of an index key; adds an empty list if there is none. */
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
