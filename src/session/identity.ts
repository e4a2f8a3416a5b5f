import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { bodyOf } from '../model/body.ts';
import type { Reply } from '../model/reply.ts';

/** The header in which another command of the same user asks a listener who it is. */
export const challengeHeader = 'webhook-cli-challenge';

/** The addresses of a running session, as it tells them itself. */
export interface SessionUrls {
  /** With the path token, if there is one. */
  readonly localUrl: string;
  /** The same; null while there is no tunnel. */
  readonly publicUrl: string | null;
  /** Where it forwards what no route matches. */
  readonly defaultTarget: string | null;
  /** Every target that it forwards to. */
  readonly targets: readonly string[];
}

/** A new challenge: a random text and the proof that the asker has the session's key, too. */
export function createChallenge(key: string): { readonly nonce: string; readonly header: string } {
  const nonce = randomBytes(32).toString('hex');
  return { nonce, header: `${nonce}.${proofOf(key, `asks ${nonce}`)}` };
}

/**
 * The reply to a challenge: the session's addresses with HMAC-SHA256(key, challenge and addresses). Undefined for every
 * other request, and for a challenge by somebody who has no key: the addresses may hold a path token.
 */
export function answerChallenge(key: string, header: unknown, urls: () => SessionUrls): Reply | undefined {
  const [, nonce, proof] =
    /^([0-9a-f]{64})\.([0-9a-f]{64})$/.exec(typeof header === 'string' ? header : '') ?? [];
  if (nonce === undefined || proof === undefined) return undefined;
  if (!isEqual(proof, proofOf(key, `asks ${nonce}`))) return undefined;
  const told = JSON.stringify(urls());
  const body = JSON.stringify({ urls: told, proof: proofOf(key, `answers ${nonce} ${told}`) });
  return {
    status: 200,
    headers: [['Content-Type', 'application/json']],
    body: bodyOf(Buffer.from(body)),
    by: 'listener',
  };
}

/** The addresses in a reply to a challenge; undefined where it does not prove that it comes from the session. */
export function provenUrls(key: string, nonce: string, body: string): SessionUrls | undefined {
  try {
    const { urls, proof } = JSON.parse(body) as { urls?: unknown; proof?: unknown };
    if (typeof urls !== 'string' || typeof proof !== 'string') return undefined;
    return isEqual(proof, proofOf(key, `answers ${nonce} ${urls}`))
      ? (JSON.parse(urls) as SessionUrls)
      : undefined;
  } catch {
    return undefined;
  }
}

function proofOf(key: string, text: string): string {
  return createHmac('sha256', Buffer.from(key, 'hex')).update(text).digest('hex');
}

function isEqual(given: string, expected: string): boolean {
  return given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}
