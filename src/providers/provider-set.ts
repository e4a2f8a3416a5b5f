import { UserError } from '../model/errors.ts';
import { type Assessor, createAssessor, type ProviderSettings } from './assess.ts';
import type { Provider } from './core/provider.ts';
import { providerFromDefinition } from './custom/definition.ts';
import { providers } from './index.ts';

/** The built-in and custom providers of a command. */
export interface ProviderSet {
  /** The user's own providers. */
  readonly custom: readonly Provider[];
  /** Custom providers, then built-in ones of other names: custom providers take precedence. */
  readonly all: readonly Provider[];
  assessor(settings: ProviderSettings): Assessor;
}

/** Combines the catalogue with definitions in plain data. Throws a UserError for an invalid definition. */
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

/** Throws a UserError if a definition has the name of a built-in provider; `at` is its position in the file. */
export function rejectBuiltInNames(definitions: readonly Provider[], at: string): void {
  const taken = definitions.find(({ name }) => providers.some((builtIn) => builtIn.name === name));
  if (!taken) return;
  throw new UserError(
    'config',
    `${at}: a project file cannot replace the built-in provider ${taken.name}.`,
    'Give the definition another name. Your own config file may replace a built-in provider.',
  );
}

/** Creates an assessor for the catalogue and custom providers. */
export function assessorWith(own: readonly Provider[], settings: ProviderSettings): Assessor {
  return createAssessor(withCatalogue(own), settings);
}

function withCatalogue(own: readonly Provider[]): readonly Provider[] {
  const names = new Set(own.map(({ name }) => name));
  return [...own, ...providers.filter(({ name }) => !names.has(name))];
}
