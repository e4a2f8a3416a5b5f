import type { Provider } from './provider.ts';

/** The headers, in lower case, in which providers send their secret itself: it is masked where people look. */
export function secretHeaders(providers: readonly Provider[]): ReadonlySet<string> {
  const locators = providers.flatMap(({ scheme }) => scheme.secretAt ?? []);
  return new Set(
    locators.flatMap((locator) =>
      locator.startsWith('header:') ? [locator.slice('header:'.length).toLowerCase()] : [],
    ),
  );
}
