import type { ProviderSettings } from '../providers/assess.ts';

/** The configured secrets of providers, and those that the user gives while the session runs. */
export interface SessionSecrets {
  /** The settings with all secrets, also those that are given later. */
  readonly settings: ProviderSettings;
  /** Adds a secret until the session ends; requests are signed with it, and verified with it and the others. */
  use(provider: string, secret: string): void;
}

/** Keeps secrets in memory only. */
export function createSessionSecrets(settings: ProviderSettings): SessionSecrets {
  const secrets = new Map(settings.secrets);
  return {
    settings: { ...settings, secrets },
    use(provider, secret) {
      const others = (secrets.get(provider) ?? []).filter((each) => each !== secret);
      secrets.set(provider, [secret, ...others]);
    },
  };
}
