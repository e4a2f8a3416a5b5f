import type { Provider } from './provider.ts';

/** The headers, in lower case, in which providers send their secret itself: it is masked where people look. */
export function secretHeaders(providers: readonly Provider[]): ReadonlySet<string> {
  const places = providers.flatMap(({ scheme }) => scheme.secretPlaces ?? []);
  return new Set(
    places.flatMap((place) =>
      place.startsWith('header:') ? [place.slice('header:'.length).toLowerCase()] : [],
    ),
  );
}
