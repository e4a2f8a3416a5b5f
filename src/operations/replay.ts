import { type AttemptContext, makeAttempt } from '../delivery/attempt.ts';
import type { Attempt, NewAttempt, SentRequest } from '../model/attempt.ts';
import { UserError } from '../model/errors.ts';
import { operation, option, phrase } from '../model/phrase.ts';
import type { RefusalCode } from '../model/refusal.ts';
import type { CapturedRequest } from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import { parseTarget, type Target } from '../model/target.ts';
import type { Assessor } from '../providers/assess.ts';
import { type Store, StoreFailure } from '../store/store.ts';
import type { ExpiredSignatures } from './expired-signatures.ts';
import {
  type ForwardedTargets,
  heldTarget,
  latestTarget,
  type Replayable,
  trustedTarget,
} from './replay-target.ts';
import { type RequestRef, requestDeleted, seqsOf } from './request-ref.ts';
import type { ResignOptions } from './resign.ts';

/** The parts that replays use. */
export interface ReplayContext extends AttemptContext {
  /** Loads the providers; called only to sign requests again. */
  readonly loadAssessor: () => Promise<Assessor>;
  /** Finds the targets of a running session; called only to sign requests again without a target. */
  readonly forwardedTargets: () => Promise<ForwardedTargets>;
}

/** Selects recorded requests to send again. */
export interface ReplayInput {
  readonly refs: readonly RequestRef[];
  readonly project?: string | undefined;
  /**
   * The target; unless given, the one that a request is held for, else the default one, else that of its newest
   * delivery.
   */
  readonly to?: string | undefined;
  readonly defaultTarget?: Target | undefined;
  /** Sent in place of the requests, which themselves are never changed; recorded with the attempts. */
  readonly edit?: SentRequest | undefined;
  /** Sign the requests again with their provider's configured secret. */
  readonly resign?: ResignOptions | undefined;
}

/** Something that the user should know before requests are sent again. */
export type ReplayWarning =
  /** They were refused when they arrived: a replay sends them anyway. */
  | { readonly type: 'refused'; readonly ids: readonly string[]; readonly reasons: readonly RefusalCode[] }
  /** They are held, and no target was given: each is sent to the one that it is held for. */
  | { readonly type: 'held'; readonly ids: readonly string[]; readonly targets: readonly string[] }
  /** A verifier would now reject their signatures for their age. */
  | ({ readonly type: 'expired-signatures' } & ExpiredSignatures);

/** A replay that is ready to run: every ref is known. */
export interface ReplayPlan {
  /** The requests in the order in which they are sent. */
  readonly seqs: readonly Seq[];
  readonly warnings: readonly ReplayWarning[];
  /** Chooses the target of a request. */
  readonly targetOf: (replayable: Replayable) => Target;
  /** Makes what is sent in place of a request. */
  readonly editOf: (request: CapturedRequest) => SentRequest | undefined;
}

/** Options of running a replay. */
export interface ReplayRun {
  /** Requests to send at once; 1, in order, unless given. */
  readonly concurrency?: number | undefined;
  /** Called with each attempt once it is recorded, in no certain order. */
  readonly onAttempt: (attempt: Attempt, replayable: Replayable) => void | Promise<void>;
  /** Nothing more is sent once it aborts. */
  readonly signal: AbortSignal;
}

/** Attempts that may wait to be recorded while others are sent. */
const unrecordedInAll = 128;

/** Delay within which the attempts of several replays share a transaction. */
const recordingDelayMs = 5;

/** Prepares to send recorded requests again. Rejects with a UserError if a ref, the target or a signature is not possible. */
export async function planReplay(context: ReplayContext, input: ReplayInput): Promise<ReplayPlan> {
  const { store } = context;
  const to = input.to === undefined ? undefined : parseTarget(input.to);
  const seqs = await seqsOf(store, input.refs, input.project);
  const editOf = await editor(context, input);
  const warnings = [
    ...refusedBeforeReplay(store, seqs),
    ...(to || input.resign ? [] : heldBeforeReplay(store, seqs)),
    ...(input.resign || input.edit ? [] : await expiredBeforeReplay(context, seqs)),
  ];
  const targetOf = to ? () => to : await defaultTargets(context, input);
  return { seqs, warnings, targetOf, editOf };
}

/**
 * Sends recorded requests again. Resolves when all attempts are recorded; rejects with a UserError, and sends nothing
 * more, if an attempt cannot be recorded, or a request was deleted or never arrived whole.
 */
export async function runReplay(
  context: AttemptContext,
  { seqs, targetOf, editOf }: ReplayPlan,
  { concurrency = 1, onAttempt, signal }: ReplayRun,
): Promise<void> {
  const { store } = context;
  const maxUnrecorded = Math.ceil(unrecordedInAll / concurrency);
  const maxDelayMs = seqs.length > 1 ? recordingDelayMs : undefined;
  const errors: unknown[] = [];
  const waiting = [...seqs].values();

  async function reportRecorded(recorded: Promise<Attempt>, replayable: Replayable): Promise<void> {
    try {
      await onAttempt(await recorded, replayable);
    } catch (error) {
      errors.push(error);
    }
  }

  /** One after the other; the next is sent while those before it are being recorded. */
  async function replayNext(): Promise<void> {
    const reports: Promise<void>[] = [];
    for (const seq of waiting) {
      if (signal.aborted || errors.length > 0) break;
      const replayable = replayableAt(store, seq);
      const [target, edit] = [targetOf(replayable), editOf(replayable.request)];
      const { attempt } = await makeAttempt(context, { ...replayable, target, kind: 'replay', edit });
      reports.push(reportRecorded(record(store, replayable, attempt, maxDelayMs), replayable));
      if (reports.length > maxUnrecorded) await reports.shift();
    }
    await Promise.all(reports);
  }

  await Promise.all(Array.from({ length: Math.min(concurrency, seqs.length) }, replayNext));
  if (errors.length > 0) throw notRecorded(errors);
}

/** The request at a place. Throws a UserError if it is deleted, or never arrived whole. */
export function replayableAt(store: Store, seq: Seq): Replayable {
  const request = store.request(seq);
  if (!request) throw requestDeleted(seq);
  if (request.state === 'complete') return { seq, request };
  const why = request.state === 'truncated' ? 'cut at the size limit' : 'aborted by its sender';
  throw new UserError(
    'failed',
    `${request.id} cannot be replayed: it was ${why}, so it is not whole.`,
    request.state === 'truncated'
      ? phrase`Allow larger bodies: ${operation('listen', option('maxBody'))}.`
      : undefined,
  );
}

async function editor(
  { loadAssessor, clock }: ReplayContext,
  { edit, resign }: ReplayInput,
): Promise<ReplayPlan['editOf']> {
  if (!resign) return () => edit;
  const { resigned } = await import('./resign.ts');
  const assessor = await loadAssessor();
  return (request) => resigned({ ...request, ...edit }, assessor, clock.now(), resign);
}

async function defaultTargets(
  { store, forwardedTargets }: ReplayContext,
  { resign, defaultTarget }: ReplayInput,
): Promise<ReplayPlan['targetOf']> {
  if (!resign) {
    return (replayable) => {
      const held = heldTarget(store, replayable.seq);
      return held === undefined ? (defaultTarget ?? latestTarget(store, replayable)) : parseTarget(held);
    };
  }
  const forwarded = await forwardedTargets();
  return (replayable) => {
    const held = heldTarget(store, replayable.seq);
    if (defaultTarget && (held === undefined || !forwarded.targets.includes(held))) return defaultTarget;
    return trustedTarget(store, replayable, forwarded);
  };
}

function heldBeforeReplay(store: Store, seqs: readonly Seq[]): ReplayWarning[] {
  const held = [...new Set(seqs)].flatMap((seq) => {
    const target = heldTarget(store, seq);
    return target === undefined ? [] : [{ id: store.summary(seq)?.id ?? '', target }];
  });
  if (held.length === 0) return [];
  const targets = [...new Set(held.map(({ target }) => target))];
  return [{ type: 'held', ids: held.map(({ id }) => id), targets }];
}

function refusedBeforeReplay(store: Store, seqs: readonly Seq[]): ReplayWarning[] {
  const refused = [...new Set(seqs)].flatMap((seq) => {
    const refusal = store.refusal(seq);
    return refusal === null ? [] : [{ id: store.summary(seq)?.id ?? '', refusal }];
  });
  if (refused.length === 0) return [];
  const reasons = [...new Set(refused.map(({ refusal }) => refusal))];
  return [{ type: 'refused', ids: refused.map(({ id }) => id), reasons }];
}

async function expiredBeforeReplay(
  { store, clock }: ReplayContext,
  seqs: readonly Seq[],
): Promise<ReplayWarning[]> {
  const identified = seqs.flatMap((seq) => {
    const provider = store.classification(seq)?.provider ?? null;
    return provider === null ? [] : [{ seq, provider }];
  });
  if (identified.length === 0) return [];
  const { expiredSignatures } = await import('./expired-signatures.ts');
  const expired = expiredSignatures(store, identified, clock.now());
  return expired ? [{ type: 'expired-signatures', ...expired }] : [];
}

async function record(
  store: Store,
  { seq, request }: Replayable,
  made: NewAttempt,
  maxDelayMs: number | undefined,
): Promise<Attempt> {
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

/** The first failure and the number of others. */
function notRecorded([first, ...others]: readonly unknown[]): unknown {
  if (!(first instanceof UserError) || others.length === 0) return first;
  const more = `${others.length} more were sent but not recorded.`;
  return new UserError(first.code, `${first.message} ${more}`, first.said.hint, { cause: first });
}
