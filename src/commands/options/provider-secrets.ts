import type { Io } from '../../cli/io.ts';
import { readSecret } from '../../cli/secrets.ts';
import { UserError } from '../../model/errors.ts';
import { secretPrefix, secretVariable } from '../../model/secret-variable.ts';
import type { Provider } from '../../providers/core/provider.ts';

/** Sources of secrets, the user's apart from the project's. */
export interface SecretSources {
  /** `stripe=env:NAME` from the flag, the variable or the user's file. */
  readonly own: readonly string[];
  /** True if those come from the command line. */
  readonly areFlags: boolean;
  /** The same from a trusted project file. */
  readonly project: readonly string[];
  /** Providers that use only the project's secrets, apart from flags. */
  readonly useProject: readonly string[];
  /** The provider that the command is about: its name may be omitted, and secrets of others may be missing. */
  readonly only: string | undefined;
}

/** True if the environment has a secret of any provider. */
export function hasSecretVariable(env: Io['env']): boolean {
  return Object.keys(env).some((name) => name.startsWith(secretPrefix));
}

/**
 * The secrets of each provider. A project's secret never joins the user's for the same provider: the author of the file
 * could sign requests with it that then look valid. Throws a UserError for an invalid or missing source.
 */
export function readSecrets(
  providers: readonly Provider[],
  named: (name: string) => Provider,
  sources: SecretSources,
  io: Io,
): { readonly secrets: Map<string, string[]>; readonly warnings: readonly string[] } {
  const { areFlags, useProject, only } = sources;
  const secrets = new Map<string, string[]>();
  const warnings: string[] = [];
  const isProjects = new Set(useProject.map((name) => named(name).name));
  const add = (name: string, secret: string) => secrets.set(name, [...(secrets.get(name) ?? []), secret]);

  for (const text of sources.own) {
    const { name, source } = secretSource(text, only);
    named(name);
    if (areFlags || !isProjects.has(name)) addFrom(name, source);
  }
  for (const { name } of providers) {
    const value = io.env[secretVariable(name)];
    if (value && !isProjects.has(name)) add(name, value);
  }
  const users = new Set(secrets.keys());
  for (const text of sources.project) {
    const { name, source } = secretSource(text, undefined);
    named(name);
    if (!users.has(name)) addFrom(name, source);
    else warnings.push(ignoredSecret(name));
  }
  return { secrets, warnings: [...new Set(warnings)] };

  function addFrom(name: string, source: string): void {
    try {
      add(name, readSecret(source, `--secret ${name}`, io));
    } catch (error) {
      // A settings file may name the secrets of many; those of others than the one in question may be missing.
      const isOfAnother = only !== undefined && name !== only;
      if (!(isOfAnother && error instanceof UserError && error.code === 'secret-missing')) throw error;
    }
  }
}

/** The secrets that a command only masks; unreadable ones are skipped. */
export function secretsToMask(sources: readonly string[], io: Io): readonly string[] {
  const variables = Object.entries(io.env).flatMap(([name, value]) =>
    name.startsWith(secretPrefix) && value ? [value] : [],
  );
  const named = sources.flatMap((text) => {
    try {
      return [readSecret(secretSource(text, undefined).source, '--secret', io)];
    } catch (error) {
      if (error instanceof UserError) return [];
      throw error;
    }
  });
  return [...variables, ...named];
}

function ignoredSecret(name: string): string {
  return (
    `The project's secret for ${name} is ignored, because you have one of your own. ` +
    `"useProjectSecrets": ["${name}"] in the project file uses the project's instead.`
  );
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
    'Example: stripe=env:STRIPE_WEBHOOK_SECRET.',
  );
}
