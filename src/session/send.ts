import type { Client } from '../deliver/client.ts';
import type { AttemptKind, NewAttempt } from '../model/attempt.ts';
import type { CapturedRequest } from '../model/request.ts';
import type { Target } from '../model/target.ts';

/** One attempt, timed. */
export async function send(
  client: Client,
  request: CapturedRequest,
  to: Target,
  kind: AttemptKind,
  signal: AbortSignal,
): Promise<NewAttempt> {
  const startedAt = Date.now();
  const started = performance.now();
  const outcome = await client.send(request, to, signal);
  const ms = Math.round((performance.now() - started) * 1000) / 1000;
  return { kind, to: to.href, startedAt, ms, outcome };
}
