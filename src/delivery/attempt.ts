import type { Client } from '../deliver/client.ts';
import type { AttemptKind, NewAttempt, SentRequest } from '../model/attempt.ts';
import { type Clock, systemClock, type TimeSources } from '../model/clock.ts';
import { elapsedMs } from '../model/elapsed.ts';
import type { HeaderList } from '../model/headers.ts';
import type { CapturedRequest } from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import type { Target } from '../model/target.ts';
import type { Store } from '../store/store.ts';
import { openClient, type TargetClientOptions } from './client-options.ts';

/** The parts of a session that make attempts. */
export interface AttemptContext {
  readonly store: Store;
  readonly client: Client;
  /** Send the request's id and the attempt's number in two headers of our own. */
  readonly idHeaders: boolean;
  readonly clock: Clock;
}

/** An attempt context that is closed after use. */
export interface OpenAttemptContext extends AttemptContext {
  close(): Promise<void>;
}

/** Opens an attempt context without a session; the signal interrupts what is under way. */
export function openAttemptContext(
  store: Store,
  options: TargetClientOptions & TimeSources,
  signal: AbortSignal,
): OpenAttemptContext {
  const client = openClient(store, options, signal);
  const { idHeaders = false, clock = systemClock } = options;
  return { store, client, idHeaders, clock, close: client.close };
}

/** One request to send to one target. */
export interface AttemptInput {
  readonly seq: Seq;
  readonly request: CapturedRequest;
  readonly target: Target;
  readonly kind: AttemptKind;
  /** Sent in place of the request, which itself is never changed. */
  readonly edit?: SentRequest | undefined;
  /** The attempt's number, if it is known without reading the store. */
  readonly number?: number | undefined;
}

/** An attempt that has ended and is not recorded yet. */
export interface MadeAttempt {
  readonly attempt: NewAttempt;
  /** Its number among the attempts to deliver the request to this target, from 1; replays do not count. */
  readonly number: number;
}

/** Makes one attempt. Never rejects for the target's sake: a failure is an outcome. */
export async function makeAttempt(context: AttemptContext, input: AttemptInput): Promise<MadeAttempt> {
  const { store, client, idHeaders, clock } = context;
  const { seq, request, target, kind, edit } = input;
  const number = input.number ?? store.attemptCount(seq, target.href) + 1;
  const startedAt = clock.now();
  const started = performance.now();
  const added = idHeaders ? idHeadersOf(request, number) : undefined;
  const outcome = await client.send(edit ?? request, target, added);
  const ms = elapsedMs(started);
  const attempt = { kind, target: target.href, startedAt, ms, outcome, ...(edit ? { sent: edit } : {}) };
  return { attempt, number };
}

/** By these a target recognizes a request that it has had before. */
function idHeadersOf({ id }: CapturedRequest, number: number): HeaderList {
  return [
    ['webhook-cli-request-id', id],
    ['webhook-cli-attempt', String(number)],
  ];
}
