import { emptyBody, wholeBody } from '../model/body.ts';
import { calledBy } from '../model/request.ts';
import { sendOnce } from './send-once.ts';

export interface Fetched {
  /** The body of the response as text; undefined unless its status was 200. */
  readonly text: string | undefined;
  /** The reason for that, in a few words. */
  readonly reason: string | undefined;
}

const timeoutMs = 10_000;

/** The largest set of keys that a vendor publishes has some kilobytes. */
const mostBytes = 64 * 1024;

/** GETs a URL once, following no redirect; a response of more than 64 KB is a failure. Never rejects. */
export async function fetchText(url: string, signal: AbortSignal): Promise<Fetched> {
  const { origin, requestTarget } = calledBy(url);
  const headers = [['Host', new URL(origin).host] as const];
  const request = { method: 'GET', requestTarget, headers, body: emptyBody };
  const outcome = await sendOnce(request, { origin, timeoutMs, maxResponseBytes: mostBytes, signal });
  if (outcome.type === 'failed') return { text: undefined, reason: outcome.message };
  const { status, body } = outcome.response;
  if (status !== 200) return { text: undefined, reason: `it responded ${status}` };
  return { text: Buffer.from(wholeBody(body)).toString('utf8'), reason: undefined };
}
