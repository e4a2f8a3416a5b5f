import type { Attempt, NewAttempt, SentRequest } from '../../model/attempt.ts';
import { systemClock, type TimeSources } from '../../model/clock.ts';
import { UserError } from '../../model/errors.ts';
import type { CapturedRequest } from '../../model/request.ts';
import type { Seq } from '../../model/seq.ts';
import { parseTarget, type Target } from '../../model/target.ts';
import { type Store, StoreFailure } from '../../store/store.ts';
import { makeAttempt } from './attempt.ts';
import { openClient, type TargetClientOptions } from './client-options.ts';

/** A recorded request that can be sent again. */
export interface Replayable {
  readonly seq: Seq;
  readonly request: CapturedRequest;
}

/** Sends recorded requests again, without a session. */
export interface Replayer {
  /**
   * Resolves when the attempt has ended, and `recorded` when it is on disk; that rejects with a UserError if it cannot
   * be recorded. `edit` is sent in place of the request, which itself is never changed. Attempts that are recorded soon
   * after one another share a transaction.
   */
  replay(
    replayable: Replayable,
    to: Target,
    edit?: SentRequest,
  ): Promise<{ readonly recorded: Promise<Attempt> }>;
  close(): Promise<void>;
}

const maxDelayMs = 5;

/** Opens a replayer; the signal ends what is under way as `interrupted`. */
export function openReplayer(
  store: Store,
  options: TargetClientOptions & TimeSources,
  signal: AbortSignal,
): Replayer {
  const client = openClient(store, options, signal);
  const context = {
    store,
    client,
    idHeaders: options.idHeaders ?? false,
    clock: options.clock ?? systemClock,
  };
  return {
    async replay(replayable, target, edit) {
      const { attempt } = await makeAttempt(context, { ...replayable, target, kind: 'replay', edit });
      const recorded = record(store, replayable, attempt);
      recorded.catch(() => {}); // whoever awaits it gets the error
      return { recorded };
    },
    close: client.close,
  };
}

async function record(store: Store, { seq, request }: Replayable, made: NewAttempt): Promise<Attempt> {
  try {
    return await store.addAttempt(seq, request.id, made, { maxDelayMs });
  } catch (error) {
    if (!(error instanceof StoreFailure)) throw error;
    throw new UserError(
      'database',
      `${request.id} was sent to ${made.target}, but that could not be recorded: ${error.message}.`,
    );
  }
}

/** The request at a place. Throws a UserError if it is deleted, or never arrived whole. */
export function replayableAt(store: Store, seq: Seq): Replayable {
  const request = store.request(seq);
  if (!request) throw new UserError('not-found', 'The request was deleted a moment ago.');
  if (request.state === 'complete') return { seq, request };
  const why = request.state === 'truncated' ? 'cut at the size limit' : 'aborted by its sender';
  throw new UserError(
    'failed',
    `${request.id} cannot be replayed: it was ${why}, so it is not whole.`,
    request.state === 'truncated' ? 'Allow larger bodies with listen --max-body.' : undefined,
  );
}

/** The default target of a replay: that of the request's newest `forward` or `retry` attempt. */
export function replayTarget(store: Store, { seq, request }: Replayable): Target {
  const href = store.latestTarget(seq);
  if (href !== undefined) return parseTarget(href);
  throw new UserError(
    'usage',
    `${request.id} was never forwarded, so there is no target to replay it to.`,
    'Name one with --to, such as --to 3000.',
  );
}
