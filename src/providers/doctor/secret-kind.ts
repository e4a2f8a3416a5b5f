import type { Diagnosis } from './diagnosis.ts';

/** Credentials that are mistaken for signing secrets, by their form. */
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

/** The diagnosis that a secret looks like another credential, if nothing else explains it. Never contains the secret. */
export function secretKindDiagnosis(secrets: readonly string[], needsSecret: boolean): Diagnosis | undefined {
  if (!needsSecret) return undefined;
  const kinds = secrets.map(
    (secret) => otherKinds.find(([pattern]) => pattern.test(bareSecret(secret)))?.[1],
  );
  const what = kinds.find((kind) => kind !== undefined);
  // A secret that looks right may be the intended one.
  if (what === undefined || kinds.includes(undefined)) return undefined;
  return {
    cause: 'no-signing-secret',
    message: `The configured secret looks like ${what}, not like a signing secret.`,
    hint: 'Use the signing secret of this webhook, as shown in the endpoint settings of the provider.',
  };
}

/** Removes what files and editors add to a secret. */
export function bareSecret(secret: string): string {
  return withoutAssignment(withoutInvisible(secret))
    .trim()
    .replace(/^(["'`])(.*)\1$/s, '$2');
}

/** Removes invisible characters: zero-width ones, soft hyphens, direction marks, byte order marks. */
export function withoutInvisible(secret: string): string {
  return secret.replace(/[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '');
}

/** Returns the value of `NAME=value`, as in a file of variables. */
export function withoutAssignment(secret: string): string {
  return /^\s*(?:export\s+)?[A-Za-z_]\w*\s*=\s*(.*?);?\s*$/s.exec(secret)?.[1] ?? secret;
}
