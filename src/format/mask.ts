import type { HeaderList } from '../model/headers.ts';

/** What stands where a secret was: as long for a short one as for a long one. */
export const maskText = '••••';

export interface MaskOptions {
  /** Nothing is masked: the user asked for it. */
  readonly showSecrets?: boolean | undefined;
  /** Configured secrets: masked wherever they occur. */
  readonly secrets?: readonly string[] | undefined;
}

const maskedFields = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'verif-hash']);

/** Names such as `X-Gitlab-Token`, in which providers send a word that only they and the app know. */
const secretName = /(^|-)(token|secret|auth|api-?key|password)(-|$)/;

const publicName = /(^|-)idempotency-/;

function isMasked(name: string): boolean {
  const lower = name.toLowerCase();
  return maskedFields.has(lower) || (secretName.test(lower) && !publicName.test(lower));
}

/** Only these are shown before the mask: anything else there may be the secret itself. */
const scheme =
  /^(basic|bearer|digest|dpop|hmac|hoba|mutual|negotiate|ntlm|token|apikey|aws4-hmac-sha256|scram-sha-\d+|signature)(?= )/i;

/** The fields with the values of those that carry credentials masked, and configured secrets in all of them. */
export function maskHeaders(headers: HeaderList, options: MaskOptions = {}): HeaderList {
  if (options.showSecrets) return headers;
  return headers.map(([name, value]) => {
    if (isMasked(name)) return [name, maskCredentials(value)];
    return [name, maskSecrets(value, options)];
  });
}

/** `text` with every configured secret in it masked, also where it stands as the latin1 of its UTF-8. */
export function maskSecrets(text: string, { showSecrets, secrets }: MaskOptions): string {
  if (showSecrets || !secrets) return text;
  let masked = text;
  for (const secret of secrets) {
    if (secret === '') continue;
    masked = masked.replaceAll(secret, maskText);
    const asBytes = Buffer.from(secret, 'utf8').toString('latin1');
    if (asBytes !== secret) masked = masked.replaceAll(asBytes, maskText);
  }
  return masked;
}

function maskCredentials(value: string): string {
  const known = scheme.exec(value)?.[0];
  return known === undefined ? maskText : `${known} ${maskText}`;
}
