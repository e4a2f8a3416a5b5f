import type { Client } from '../deliver/client.ts';
import type { AttemptKind, NewAttempt, SentRequest } from '../model/attempt.ts';
import { elapsedMs } from '../model/elapsed.ts';
import type { HeaderList } from '../model/headers.ts';
import type { CapturedRequest } from '../model/request.ts';
import type { Target } from '../model/target.ts';

export interface Sending {
  readonly client: Client;
  readonly kind: AttemptKind;
  /** The number of the attempt, where the target is to be told of it. */
  readonly markWith?: number | undefined;
  /** What goes in place of the request, which itself is never changed. */
  readonly edit?: SentRequest | undefined;
}

/** One attempt, timed. */
export async function send(request: CapturedRequest, to: Target, sending: Sending): Promise<NewAttempt> {
  const { client, kind, markWith, edit } = sending;
  const startedAt = Date.now();
  const started = performance.now();
  const marks = markWith === undefined ? undefined : marksOf(request, markWith);
  const outcome = await client.send(edit ?? request, to, marks);
  const ms = elapsedMs(started);
  return { kind, to: to.href, startedAt, ms, outcome, ...(edit ? { sent: edit } : {}) };
}

/** By these a target can tell a request that it has had before. */
function marksOf({ id }: CapturedRequest, attempt: number): HeaderList {
  return [
    ['webhook-cli-request-id', id],
    ['webhook-cli-attempt', String(attempt)],
  ];
}
