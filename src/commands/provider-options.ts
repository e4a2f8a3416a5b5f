import { printable } from '../format/printable.ts';
import { UserError } from '../model/errors.ts';
import type { Assessor, Caller, ProviderSettings } from '../providers/assess.ts';
import type { Provider } from '../providers/provider.ts';
import type { OptionSpecs, OptionValues } from './command.ts';
import type { Io } from './io.ts';
import { readSecret } from './secrets.ts';
import { mostSimilar } from './similar.ts';

/** Options of every command that verifies or signs. */
export const providerOptions = {
  secret: {
    type: 'string',
    value: 'provider=env:NAME',
    help: "a provider's signing secret, from env:NAME or file:PATH (repeatable, also for one provider)",
    many: true,
    // Any file of the user's would do for that.
    harmful: /=file:/,
  },
  option: {
    type: 'string',
    value: 'provider.name=value',
    help: "what a provider's scheme needs besides, such as paypal.webhookId=8AB… (repeatable)",
    many: true,
  },
  caller: {
    type: 'string',
    value: 'path=provider',
    help: "who calls a path, where that can't be told by what it sends: '/hooks/clerk=clerk' (repeatable)",
    many: true,
  },
  define: {
    type: 'json',
    value: 'json',
    help: 'a provider of your own: {"name":"acme","hmac":{"at":"header:X-Acme"}} (repeatable; best in a config file)',
    many: true,
  },
} as const satisfies OptionSpecs;

export interface KnownProviders {
  /** The user's own first, then the catalogue. */
  readonly providers: readonly Provider[];
  readonly own: readonly Provider[];
  readonly settings: ProviderSettings;
  /** Knows them, and what the user has said of them. */
  assessor(): Assessor;
  /** Secrets with the provider they are for, to be masked where people look. */
  readonly secrets: readonly string[];
  /** The provider with this name; throws a UserError that names the nearest one if there is none. */
  named(name: string): Provider;
}

type Given = OptionValues<typeof providerOptions>;

/**
 * The providers and what the user has said of them: in options, or as `WEBHOOK_CLI_SECRET_NAME`. `only`: the one that
 * this command is about, so that its name may be left out. Throws a UserError for what makes no sense or is not there.
 */
export async function knownProviders(options: Given, io: Io, only?: string): Promise<KnownProviders> {
  const { knownWith } = await import('../providers/known.ts');
  const { own, all: providers, assessor } = knownWith(options.define ?? []);
  const byName = new Map(providers.map((provider) => [provider.name, provider]));

  function named(name: string): Provider {
    const found = byName.get(name);
    if (found) return found;
    const close = mostSimilar(name, byName.keys());
    throw new UserError(
      'usage',
      `There is no provider ${printable(JSON.stringify(name))}.`,
      close ? `Did you mean ${close}?` : 'webhook-cli providers shows all there are.',
    );
  }

  const secrets = new Map<string, string[]>();
  const add = (name: string, secret: string) => secrets.set(name, [...(secrets.get(name) ?? []), secret]);
  for (const text of options.secret ?? []) {
    const { name, source } = secretSource(text, only);
    named(name);
    try {
      add(name, readSecret(source, `--secret ${name}`, io));
    } catch (error) {
      // A settings file may name the secrets of many; those of others than the one in question may be missing.
      const isOfAnother = only !== undefined && name !== only;
      if (!(isOfAnother && error instanceof UserError && error.code === 'secret-missing')) throw error;
    }
  }
  for (const { name } of providers) {
    const value = io.env[secretVariable(name)];
    if (value) add(name, value);
  }
  const settings = {
    secrets,
    options: schemeOptions(options.option ?? [], named, only),
    callers: (options.caller ?? []).map((text) => caller(text, named)),
  };
  return {
    providers,
    own,
    settings,
    assessor: () => assessor(settings),
    secrets: [...secrets.values()].flat(),
    named,
  };
}

/**
 * The same for a command that can do without the catalogue as long as nothing is said of providers: it is not read
 * then.
 */
export async function configuredProviders(
  options: Given,
  io: Io,
): Promise<Pick<KnownProviders, 'own' | 'settings' | 'secrets'>> {
  const given = [options.secret, options.option, options.caller, options.define];
  const isSaid =
    given.some((each) => each !== undefined) ||
    Object.keys(io.env).some((name) => name.startsWith(secretPrefix));
  return isSaid ? knownProviders(options, io) : { own: [], settings: {}, secrets: [] };
}

const secretPrefix = 'WEBHOOK_CLI_SECRET_';

/** `WEBHOOK_CLI_SECRET_STRIPE`. */
export function secretVariable(provider: string): string {
  return `${secretPrefix}${provider.replaceAll(/[^a-z0-9]/gi, '_').toUpperCase()}`;
}

function secretSource(
  text: string,
  only: string | undefined,
): { readonly name: string; readonly source: string } {
  const [, name, source] = /^([\w.-]+)=(.*)$/s.exec(text) ?? [];
  if (name !== undefined && source !== undefined) return { name, source };
  if (only !== undefined) return { name: only, source: text };
  throw new UserError(
    'usage',
    '--secret does not say which provider it is for.',
    'Such as stripe=env:STRIPE_WEBHOOK_SECRET.',
  );
}

function schemeOptions(
  given: readonly string[],
  named: (name: string) => Provider,
  only: string | undefined,
): Map<string, Record<string, string>> {
  const options = new Map<string, Record<string, string>>();
  for (const text of given) {
    const [, prefix, name, value] = /^(?:([\w-]+)\.)?([\w-]+)=(.*)$/s.exec(text) ?? [];
    const provider = prefix ?? only;
    if (name === undefined || value === undefined || provider === undefined) {
      throw new UserError(
        'usage',
        `--option: ${JSON.stringify(text)} is not provider.name=value.`,
        'Such as paypal.webhookId=8AB….',
      );
    }
    options.set(provider, { ...options.get(provider), [name]: value });
    named(provider);
  }
  for (const [name, given] of options) named(name).scheme.checkOptions?.(given);
  return options;
}

function caller(text: string, named: (name: string) => Provider): Caller {
  const equals = text.lastIndexOf('=');
  if (equals < 1 || !text.startsWith('/')) {
    throw new UserError(
      'usage',
      `--caller: ${JSON.stringify(text)} is not path=provider.`,
      "Such as '/hooks/clerk=clerk'.",
    );
  }
  return { path: text.slice(0, equals), provider: named(text.slice(equals + 1)).name };
}
