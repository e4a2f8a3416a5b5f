import type { Diagnosis } from './diagnosis.ts';

/** What is handed out beside signing secrets, and taken for one: by how it begins. */
const otherKinds: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/^[srp]k_(live|test)_/, 'an API key'],
  [/^sk_/, 'an API key'],
  [/^we_/, 'the id of an endpoint'],
  [/^shp(at|ca|pa)_/, 'an access token of Shopify'],
  [/^(gh[pousr]_|github_pat_)/, 'an access token of GitHub'],
  [/^glpat-/, 'an access token of GitLab'],
  [/^(xox[abeoprs]|xapp)-/, 'a token of Slack'],
  [/^(AC|SK)[\da-f]{32}$/i, 'an id of Twilio'],
  [/^SG\./, 'an API key of SendGrid'],
  [/^lin_api_/, 'an API key of Linear'],
  [/^pat-[a-z]{2}\d-/, 'an access token of HubSpot'],
  [/^eyJ[\w-]+\.[\w-]+\.[\w-]*$/, 'a JSON web token'],
  [/^https?:\/\//i, 'an address'],
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
    message: `The configured secret looks like ${what}, which is no signing secret.`,
    hint: 'Give the signing secret of this webhook, as the vendor shows it in the settings of the endpoint.',
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
