/** The beginning of the environment variables that hold the secrets of providers. */
export const secretPrefix = 'WEBHOOK_CLI_SECRET_';

/** The environment variable for the secret of a provider, such as `WEBHOOK_CLI_SECRET_STRIPE`. */
export function secretVariable(provider: string): string {
  return `${secretPrefix}${provider.replaceAll(/[^a-z0-9]/gi, '_').toUpperCase()}`;
}
