import type { Provider } from './provider.ts';

/** Names, in lower case, of headers that contain a provider's secret; their values are masked in output. */
export function secretHeaders(providers: readonly Provider[]): ReadonlySet<string> {
  const locators = providers.flatMap(({ scheme }) => scheme.secretAt ?? []);
  return new Set(
    locators.flatMap((locator) =>
      locator.startsWith('header:') ? [locator.slice('header:'.length).toLowerCase()] : [],
    ),
  );
}
