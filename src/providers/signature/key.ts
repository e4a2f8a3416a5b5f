/**
 * Encoding of the key bytes in the secret that a vendor shows: as text, hex or base64, or as base64 after a
 * prefix that may be missing (`base64 after whsec_`).
 */
export type KeyForm = 'text' | 'hex' | 'base64' | `base64 after ${string}`;

/** Decodes a key; undefined if the secret does not have that form. */
export function decodeKey(secret: string, form: KeyForm): Uint8Array | undefined {
  if (form === 'text') return Buffer.from(secret, 'utf8');
  if (form === 'hex') return decodeHex(secret);
  if (form === 'base64') return decodeBase64(secret);
  const prefix = form.slice('base64 after '.length);
  return decodeBase64(secret.startsWith(prefix) ? secret.slice(prefix.length) : secret);
}

/** Decodes hex in either case; undefined if the text is not hex. */
export function decodeHex(text: string): Uint8Array | undefined {
  return text.length > 0 && text.length % 2 === 0 && /^[\da-f]+$/i.test(text)
    ? Buffer.from(text, 'hex')
    : undefined;
}

/** Decodes base64 or base64url, with or without padding. */
export function decodeBase64(text: string): Uint8Array | undefined {
  return text.length > 1 && /^[\w+/-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}
