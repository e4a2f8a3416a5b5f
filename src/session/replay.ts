import type { Attempt, NewAttempt, SentRequest } from '../model/attempt.ts';
import { UserError } from '../model/errors.ts';
import type { CapturedRequest } from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import { parseTarget, type Target } from '../model/target.ts';
import { type Store, StoreFailure } from '../store/store.ts';
import { send } from './send.ts';
import { openClient, type SendingOptions } from './sending.ts';

/** A recorded request that can be sent again. */
export interface Replayable {
  readonly seq: Seq;
  readonly request: CapturedRequest;
}

/** Sends recorded requests again with no `listen` running. */
export interface Replayer {
  /**
   * Resolves when the attempt has ended, and `recorded` when it is on disk; that rejects with a UserError if it can't
   * be recorded. `edit` goes in place of the request, which itself is never changed. Several that are recorded soon after one another share a transaction.
   */
  replay(
    replayable: Replayable,
    to: Target,
    edit?: SentRequest,
  ): Promise<{ readonly recorded: Promise<Attempt> }>;
  close(): Promise<void>;
}

const maxDelayMs = 5;

/** The signal ends what is under way as `interrupted`. */
export function openReplayer(store: Store, options: SendingOptions, signal: AbortSignal): Replayer {
  const client = openClient(store, options, signal);

  async function record({ seq, request }: Replayable, tried: NewAttempt): Promise<Attempt> {
    try {
      return await store.addAttempt(seq, request.id, tried, { maxDelayMs });
    } catch (error) {
      if (!(error instanceof StoreFailure)) throw error;
      throw new UserError(
        'database',
        `${request.id} was sent to ${tried.to}, but that could not be recorded: ${error.message}.`,
      );
    }
  }

  return {
    async replay(replayable, to, edit) {
      const { seq, request } = replayable;
      const markWith = options.mark ? store.attemptCount(seq, to.href) + 1 : undefined;
      const tried = await send(request, to, { client, kind: 'replay', markWith, edit });
      const recorded = record(replayable, tried);
      recorded.catch(() => {}); // whoever waits for it is told
      return { recorded };
    },
    close: client.close,
  };
}

/** The request at a place. Throws a UserError if it is gone, or if it never arrived whole. */
export function replayableAt(store: Store, seq: Seq): Replayable {
  const request = store.request(seq);
  if (!request) throw new UserError('not-found', 'The request was deleted a moment ago.');
  if (request.state === 'complete') return { seq, request };
  const why = request.state === 'truncated' ? 'cut at the size limit' : 'broken off by its sender';
  throw new UserError(
    'failed',
    `${request.id} can't be replayed: it was ${why}, so it is not whole.`,
    request.state === 'truncated' ? 'Let larger bodies in with listen --max-body.' : undefined,
  );
}

/** Where a replay goes if nobody says: the target of the request's newest `forward` or `retry` attempt. */
export function replayTarget(store: Store, { seq, request }: Replayable): Target {
  const href = store.latestTarget(seq);
  if (href !== undefined) return parseTarget(href);
  throw new UserError(
    'usage',
    `${request.id} was never forwarded, so there is no target to replay it to.`,
    'Name one with --to, such as --to 3000.',
  );
}
