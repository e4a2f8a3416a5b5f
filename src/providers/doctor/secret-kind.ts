import type { Diagnosis } from './diagnosis.ts';

/** What is handed out beside signing secrets, and taken for one: by how it begins. */
const otherKinds: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/^[srp]k_(live|test)_/, 'an API key'],
  [/^sk_/, 'an API key'],
  [/^we_/, 'an endpoint id'],
  [/^shp(at|ca|pa)_/, 'a Shopify access token'],
  [/^(gh[pousr]_|github_pat_)/, 'a GitHub access token'],
  [/^glpat-/, 'a GitLab access token'],
  [/^(xox[abeoprs]|xapp)-/, 'a Slack token'],
  [/^(AC|SK)[\da-f]{32}$/i, 'a Twilio id'],
  [/^SG\./, 'a SendGrid API key'],
  [/^lin_api_/, 'a Linear API key'],
  [/^pat-[a-z]{2}\d-/, 'a HubSpot access token'],
  [/^eyJ[\w-]+\.[\w-]+\.[\w-]*$/, 'a JSON web token'],
  [/^https?:\/\//i, 'a URL'],
  [/^-----BEGIN/, 'a key or certificate'],
];

/** That a secret looks like something else, where nothing explains an invalid signature; it is never printed. */
export function secretKindDiagnosis(secrets: readonly string[], needsSecret: boolean): Diagnosis | undefined {
  if (!needsSecret) return undefined;
  const kinds = secrets.map(
    (secret) => otherKinds.find(([pattern]) => pattern.test(bareSecret(secret)))?.[1],
  );
  const what = kinds.find((kind) => kind !== undefined);
  // One that looks right may be the one that is meant.
  if (what === undefined || kinds.includes(undefined)) return undefined;
  return {
    cause: 'no-signing-secret',
    message: `The configured secret looks like ${what}, not like a signing secret.`,
    hint: 'Use the signing secret of this webhook, as shown in the endpoint settings of the provider.',
  };
}

/** A secret without what gets around it on its way through files and editors. */
export function bareSecret(secret: string): string {
  return withoutAssignment(withoutInvisible(secret))
    .trim()
    .replace(/^(["'`])(.*)\1$/s, '$2');
}

/** Without characters that nobody sees: zero-width ones, soft hyphens, marks of direction, a byte order mark. */
export function withoutInvisible(secret: string): string {
  return secret.replace(/[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '');
}

/** The value of `NAME=value`, as in a file of variables. */
export function withoutAssignment(secret: string): string {
  return /^\s*(?:export\s+)?[A-Za-z_]\w*\s*=\s*(.*?);?\s*$/s.exec(secret)?.[1] ?? secret;
}
