import type { Invocation } from '../../cli/command.ts';
import type { OptionSpecs, OptionValues } from '../../cli/option.ts';
import { printWarnings } from '../../cli/warnings.ts';
import { UserError } from '../../model/errors.ts';
import type { Assessor, ProviderPath, ProviderSettings } from '../../providers/assess.ts';
import type { Provider } from '../../providers/core/provider.ts';
import { hasSecretVariable, readSecrets } from './provider-secrets.ts';

/** Options of every command that verifies or signs. */
export const providerOptions = {
  secret: {
    type: 'string',
    value: 'provider=env:NAME',
    help: 'signing secret of a provider, from env:NAME or file:PATH (repeatable)',
    many: true,
    pairs: true,
    secretSource: true,
    keptApart: true,
    untrusted: 'refused',
  },
  providerOption: {
    type: 'string',
    value: 'key=value',
    help: 'set an option of a provider, such as paypal.webhookId=8AB… (repeatable)',
    many: true,
  },
  providerPath: {
    type: 'string',
    value: 'path=provider',
    help: "provider for a path, if it can't be detected from the request: '/hooks/clerk=clerk' (repeatable)",
    many: true,
  },
  defineProvider: {
    type: 'json',
    value: 'json',
    help: 'define a provider: {"name":"acme","hmac":{"at":"header:X-Acme"}} (repeatable; best in a config file)',
    many: true,
  },
  useProjectSecrets: {
    type: 'string',
    help: "providers for which the project's secrets replace the user's",
    many: true,
    noFlag: true,
  },
} as const satisfies OptionSpecs;

export interface KnownProviders {
  /** The user's own providers first, then the catalogue. */
  readonly providers: readonly Provider[];
  readonly own: readonly Provider[];
  readonly settings: ProviderSettings;
  /** An assessor with these providers and settings. */
  assessor(): Assessor;
  /** Configured secrets, masked wherever people look. */
  readonly secrets: readonly string[];
  /** Lower-case names of headers in which the user's own providers send their secret. */
  readonly secretHeaders: ReadonlySet<string>;
  /** The provider with this name. Throws a UserError that suggests the closest name. */
  named(name: string): Provider;
}

interface Given extends Pick<Invocation<typeof providerOptions>, 'flags' | 'fromProject' | 'io'> {
  readonly options: OptionValues<typeof providerOptions> & { readonly json?: boolean | undefined };
}

/**
 * The providers with their settings from options and `WEBHOOK_CLI_SECRET_NAME`. `only`: the provider that the command
 * is about, whose name may be omitted. Throws a UserError for an invalid setting or a missing secret.
 */
export async function knownProviders(
  { options, flags, fromProject, io }: Given,
  only?: string,
): Promise<KnownProviders> {
  const { providerSetWith, rejectBuiltInNames } = await import('../../providers/provider-set.ts');
  const { secretHeaders } = await import('../../providers/core/secret-headers.ts');
  const { custom: own, all: providers, assessor } = providerSetWith(options.defineProvider ?? []);
  // Even of a trusted file: it would change what the name means to whoever reads it.
  if (fromProject['defineProvider']) rejectBuiltInNames(own, fromProject['defineProvider'].at);
  const { providerNamed } = await import('../../operations/provider-named.ts');
  const named = (name: string) => providerNamed(providers, name);
  const { secrets, warnings } = readSecrets(
    providers,
    named,
    {
      own: options.secret ?? [],
      areFlags: flags.has('secret'),
      project: (fromProject['secret']?.value as readonly string[] | undefined) ?? [],
      useProject: options.useProjectSecrets ?? [],
      only,
    },
    io,
  );
  printWarnings(warnings, 'project-secret-ignored', options.json ?? false, io);
  const settings: ProviderSettings = {
    secrets,
    options: schemeOptions(options.providerOption ?? [], named, only),
    providerPaths: (options.providerPath ?? []).map((text) => providerPath(text, named)),
  };
  return {
    providers,
    own,
    settings,
    assessor: () => assessor(settings),
    secrets: [...secrets.values()].flat(),
    secretHeaders: secretHeaders(own),
    named,
  };
}

/**
 * Like `knownProviders`, but skips loading the catalogue if no provider option is set.
 */
export async function configuredProviders(given: Given): Promise<ConfiguredProviders> {
  const { options, fromProject, io } = given;
  const said = [
    options.secret,
    options.providerOption,
    options.providerPath,
    options.defineProvider,
    fromProject['secret'],
  ];
  const isSaid = said.some((each) => each !== undefined) || hasSecretVariable(io.env);
  return isSaid ? knownProviders(given) : { own: [], settings: {}, secrets: [], secretHeaders: new Set() };
}

type ConfiguredProviders = Pick<KnownProviders, 'own' | 'settings' | 'secrets' | 'secretHeaders'>;

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
        `--provider-option: ${JSON.stringify(text)} is not provider.key=value.`,
        'Example: --provider-option paypal.webhookId=8AB….',
      );
    }
    options.set(provider, { ...options.get(provider), [name]: value });
    named(provider);
  }
  for (const [name, given] of options) named(name).scheme.checkOptions?.(given);
  return options;
}

function providerPath(text: string, named: (name: string) => Provider): ProviderPath {
  const equals = text.lastIndexOf('=');
  if (equals < 1 || !text.startsWith('/')) {
    throw new UserError(
      'usage',
      `--provider-path: ${JSON.stringify(text)} is not path=provider.`,
      "Example: --provider-path '/hooks/clerk=clerk'.",
    );
  }
  return { path: text.slice(0, equals), provider: named(text.slice(equals + 1)).name };
}
