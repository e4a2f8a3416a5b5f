import { type Assessor, createAssessor, type ProviderSettings } from './assess.ts';
import { providerFromDefinition } from './definition.ts';
import { providers } from './index.ts';
import type { Provider } from './provider.ts';

/** The providers that a command knows. */
export interface Known {
  /** The user's own. */
  readonly own: readonly Provider[];
  /** Those, then the catalogue: where a request has the traits of several, the user's is meant. */
  readonly all: readonly Provider[];
  assessor(settings: ProviderSettings): Assessor;
}

/** The catalogue and the user's own providers from plain data. Throws a UserError that says what is wrong in that. */
export function knownWith(definitions: readonly unknown[]): Known {
  const own = definitions.map(providerFromDefinition);
  const all = [...own, ...providers];
  return { own, all, assessor: (settings) => createAssessor(all, settings) };
}

/** Who knows the catalogue, these besides, and what the user has said of them. */
export function assessorWith(own: readonly Provider[], settings: ProviderSettings): Assessor {
  return createAssessor([...own, ...providers], settings);
}
