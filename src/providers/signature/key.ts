/**
 * How a secret that the vendor shows becomes key bytes: its text, its hex or base64 decoded, or base64 after a
 * prefix that may be missing (`base64 after whsec_`).
 */
export type KeyForm = 'text' | 'hex' | 'base64' | `base64 after ${string}`;

/** The key, or undefined if the secret has not that form. */
export function decodeKey(secret: string, form: KeyForm): Uint8Array | undefined {
  if (form === 'text') return Buffer.from(secret, 'utf8');
  if (form === 'hex') return decodeHex(secret);
  if (form === 'base64') return decodeBase64(secret);
  const prefix = form.slice('base64 after '.length);
  return decodeBase64(secret.startsWith(prefix) ? secret.slice(prefix.length) : secret);
}

export function decodeHex(text: string): Uint8Array | undefined {
  return text.length > 0 && text.length % 2 === 0 && /^[\da-f]+$/i.test(text)
    ? Buffer.from(text, 'hex')
    : undefined;
}

/** Base64 or base64url, with or without its padding. */
export function decodeBase64(text: string): Uint8Array | undefined {
  return text.length > 1 && /^[\w+/-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}
