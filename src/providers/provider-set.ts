import { UserError } from '../model/errors.ts';
import { type Assessor, createAssessor, type ProviderSettings } from './assess.ts';
import type { Provider } from './core/provider.ts';
import { providerFromDefinition } from './custom/definition.ts';
import { providers } from './index.ts';

/** The providers that a command knows. */
export interface ProviderSet {
  /** The user's own. */
  readonly custom: readonly Provider[];
  /** Those, then who has another name in the catalogue: where a request has the traits of several, the user's is meant. */
  readonly all: readonly Provider[];
  assessor(settings: ProviderSettings): Assessor;
}

/** The catalogue and the user's own providers from plain data. Throws a UserError that says what is wrong in that. */
export function providerSetWith(definitions: readonly unknown[]): ProviderSet {
  const own = definitions.map(providerFromDefinition);
  const twice = own.find(({ name }, index) => own.findIndex((each) => each.name === name) < index);
  if (twice) {
    throw new UserError(
      'config',
      `Provider ${twice.name} is defined twice.`,
      'Give each definition its own name.',
    );
  }
  const all = withCatalogue(own);
  return { custom: own, all, assessor: (settings) => createAssessor(all, settings) };
}

/** Throws a UserError for a definition that takes the name of a built-in provider; `at`: where it stands. */
export function rejectBuiltInNames(definitions: readonly Provider[], at: string): void {
  const taken = definitions.find(({ name }) => providers.some((builtIn) => builtIn.name === name));
  if (!taken) return;
  throw new UserError(
    'config',
    `${at}: a project file cannot replace the built-in provider ${taken.name}.`,
    'Give the definition another name. Your own config file may replace a built-in provider.',
  );
}

/** Who knows the catalogue, these besides, and what the user has said of them. */
export function assessorWith(own: readonly Provider[], settings: ProviderSettings): Assessor {
  return createAssessor(withCatalogue(own), settings);
}

function withCatalogue(own: readonly Provider[]): readonly Provider[] {
  const names = new Set(own.map(({ name }) => name));
  return [...own, ...providers.filter(({ name }) => !names.has(name))];
}
