import { createHmac } from 'node:crypto';

/** Form of vendors' challenges, which excludes bodies and other texts that they sign. */
const challengeForm = /^[\w.+/=-]{1,256}$/;

/**
 * The HMAC-SHA256 that proves possession of the secret to a vendor; undefined for a text that could be a message:
 * anyone who knows the URL can send a challenge, and could forge a request with the MAC of a message.
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
