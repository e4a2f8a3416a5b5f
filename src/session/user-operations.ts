import type { Attempt, SentRequest } from '../model/attempt.ts';
import { defaults } from '../model/defaults.ts';
import { UserError } from '../model/errors.ts';
import type { SessionEvent } from '../model/events.ts';
import { parseTarget, type Target } from '../model/target.ts';
import type { Assessor } from '../providers/assess.ts';
import type { AssessorLoader } from '../providers/lazy-assessor.ts';
import { type AttemptContext, makeAttempt } from './delivery/attempt.ts';
import { type Replayable, replayableAt, replayTarget } from './delivery/replay.ts';
import type { Session } from './session.ts';

/** The parts of a session that its user's operations use. */
export interface UserOperationsContext extends AttemptContext {
  readonly loadAssessor: AssessorLoader;
  /** The default target of replays. */
  readonly target: Target | undefined;
  /** Every target that the session forwards to, by its one spelling. */
  readonly targets: ReadonlyMap<string, unknown>;
  /** The URL that triggered events are sent to. */
  readonly url: () => string;
  readonly emit: (event: SessionEvent) => void;
  readonly signal: AbortSignal;
}

/** The operations of a session that its user asks for. */
export type UserOperations = Pick<Session, 'replay' | 'signEdit' | 'trigger' | 'verify'>;

/** Creates the operations that a session's user asks for. */
export function createUserOperations(context: UserOperationsContext): UserOperations {
  const { store, target, targets } = context;
  return {
    async replay(ref, { to, edit, resign } = {}) {
      const chosen = replayableAt(store, store.resolve(ref));
      const where = to ? parseTarget(to) : (target ?? replayTarget(store, chosen));
      if (!resign) return replay(context, chosen, where, edit);
      if (!to) refuseForeign(context, where);
      const { resigned } = await import('./resign.ts');
      const assessor = await assessorOf(context);
      const signed = resigned({ ...chosen.request, ...edit }, assessor, context.clock.now());
      return replay(context, chosen, where, signed);
    },
    async signEdit(ref, edit) {
      const seq = store.resolve(ref);
      const request = store.request(seq);
      const where = target?.href ?? store.latestTarget(seq);
      if (!request || (where !== undefined && where !== target?.href && !targets.has(where))) {
        return undefined;
      }
      const { signedEdit } = await import('./resign.ts');
      return signedEdit(request, edit, await assessorOf(context), context.clock.now());
    },
    trigger: (name, event) => trigger(context, name, event),
    async verify(ref) {
      const record = store.record(store.resolve(ref));
      if (!record) throw new UserError('not-found', 'The request was deleted a moment ago.');
      const { request, attempts } = record;
      const { verifyRequest } = await import('./verify.ts');
      return verifyRequest(request, await assessorOf(context), { now: request.receivedAt, attempts });
    },
  };
}

/** Sends a recorded request again and records the attempt. */
async function replay(
  context: UserOperationsContext,
  { seq, request }: Replayable,
  target: Target,
  edit: SentRequest | undefined,
): Promise<Attempt> {
  const made = await makeAttempt(context, { seq, request, target, kind: 'replay', edit });
  const attempt = await context.store.addAttempt(seq, request.id, made.attempt);
  context.emit({ type: 'attempt', seq, request, attempt, recorded: true });
  return attempt;
}

async function trigger(
  { loadAssessor, url, clock, signal }: UserOperationsContext,
  name: string,
  event: string,
): ReturnType<Session['trigger']> {
  const { fromSample, readyToSend, sendTriggered } = await import('./trigger.ts');
  const { samplesOf } = await import('../providers/samples/index.ts');
  const assessor = await assessorOf({ loadAssessor });
  const provider = assessor.byName(name);
  const sample = (await samplesOf(name))?.[event];
  if (!provider || !sample) throw new UserError('not-found', `There is no sample of ${name} ${event}.`);
  const now = clock.now();
  const draft = fromSample(sample, `${url()}/`, now);
  const { request } = readyToSend(draft, provider, assessor, { now, unsigned: false });
  return sendTriggered(request, { timeoutMs: defaults.timeoutMs, signal });
}

async function assessorOf({ loadAssessor }: Pick<UserOperationsContext, 'loadAssessor'>): Promise<Assessor> {
  const assessor = await loadAssessor();
  if (assessor) return assessor;
  throw new UserError('failed', 'The catalogue of providers cannot be read at the moment.', 'Try again.');
}

/** A recorded target may be anyone's, and a signature that is made now is worth something. */
function refuseForeign({ target, targets }: UserOperationsContext, where: Target): void {
  if (where.href === target?.href || targets.has(where.href)) return;
  throw new UserError(
    'usage',
    `The request was sent to ${where.href} before, but this session does not forward there, so no new signature is sent there.`,
    'Name the target.',
  );
}
