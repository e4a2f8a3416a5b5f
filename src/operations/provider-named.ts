import { mostSimilar } from '../model/did-you-mean.ts';
import { UserError } from '../model/errors.ts';
import { operation, phrase } from '../model/phrase.ts';
import type { Provider } from '../providers/core/provider.ts';

/** The provider with this name. Throws a UserError that suggests the closest name. */
export function providerNamed(providers: readonly Provider[], name: string): Provider {
  const found = providers.find((provider) => provider.name === name);
  if (found) return found;
  const names = providers.map((provider) => provider.name);
  const close = mostSimilar(name, names);
  throw new UserError(
    'usage',
    `Unknown provider ${JSON.stringify(name)}.`,
    close ? `Did you mean ${close}?` : phrase`Run ${operation('providers')} to list all.`,
  );
}
