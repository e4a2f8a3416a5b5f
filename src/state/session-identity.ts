import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { bodyOf } from '../model/body.ts';
import type { TunnelStatus } from '../model/events.ts';
import type { HostHeader } from '../model/host-header.ts';
import type { Reply } from '../model/reply.ts';

/** The header in which another command of the same user asks a listener for its identity. */
export const challengeHeader = 'webhook-cli-challenge';

/** The URLs of a running session, as it reports them itself. */
export interface SessionUrls {
  /** Includes the path token, if there is one. */
  readonly localUrl: string;
  /** Includes the path token; null while there is no tunnel. */
  readonly publicUrl: string | null;
  /** The target of requests that no route matches. */
  readonly defaultTarget: string | null;
  /** Every target that it forwards to, by its one spelling. */
  readonly targets: readonly string[];
  /** How requests are sent to them. Absent: an older version runs. */
  readonly sending?: { readonly hostHeader: HostHeader; readonly insecure: boolean };
  /** The state of the tunnel, with what it does to requests; null without a tunnel. Absent: an older version runs. */
  readonly tunnel?: TunnelStatus | null;
}

/** Creates a challenge: a random nonce, and the proof that the asker has the session's key. */
export function createChallenge(key: string): { readonly nonce: string; readonly header: string } {
  const nonce = randomBytes(32).toString('hex');
  return { nonce, header: `${nonce}.${proofOf(key, `asks ${nonce}`)}` };
}

/**
 * The reply to a challenge: the session's URLs with HMAC-SHA256(key, nonce and URLs). Undefined for any other request,
 * and for a challenge without the key: the URLs may include a path token.
 */
export function challengeReply(key: string, header: unknown, urls: () => SessionUrls): Reply | undefined {
  const [, nonce, proof] =
    /^([0-9a-f]{64})\.([0-9a-f]{64})$/.exec(typeof header === 'string' ? header : '') ?? [];
  if (nonce === undefined || proof === undefined) return undefined;
  if (!isEqual(proof, proofOf(key, `asks ${nonce}`))) return undefined;
  const text = JSON.stringify(urls());
  const body = JSON.stringify({ urls: text, proof: proofOf(key, `answers ${nonce} ${text}`) });
  return {
    status: 200,
    headers: [['Content-Type', 'application/json']],
    body: bodyOf(Buffer.from(body)),
    by: 'listener',
  };
}

/** The URLs in a reply to a challenge; undefined unless it proves that it comes from the session. */
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
