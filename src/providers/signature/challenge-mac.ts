import { createHmac } from 'node:crypto';

/** What vendors send as a challenge, and what can be no body or other text that they sign. */
const challengeForm = /^[\w.+/=-]{1,256}$/;

/**
 * The HMAC-SHA256 by which one shows a vendor that one has its secret; undefined for a text that could be a message:
 * whoever knows the address may ask, and with the MAC of a message he could pass for the vendor.
 */
export function challengeMac(
  challenge: string,
  secret: string,
  encoding: 'hex' | 'base64',
): string | undefined {
  return challengeForm.test(challenge)
    ? createHmac('sha256', secret).update(challenge).digest(encoding)
    : undefined;
}
