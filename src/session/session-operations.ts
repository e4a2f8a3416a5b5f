import type { AttemptContext } from '../delivery/attempt.ts';
import type { Attempt } from '../model/attempt.ts';
import { UserError } from '../model/errors.ts';
import type { SessionEvent } from '../model/events.ts';
import type { Target } from '../model/target.ts';
import { deliveriesElsewhere, heldElsewhere, moveHeld } from '../operations/move-held.ts';
import { planReplay, runReplay } from '../operations/replay.ts';
import type { ForwardedTargets } from '../operations/replay-target.ts';
import type { RequestRef } from '../operations/request-ref.ts';
import type { Assessor } from '../providers/assess.ts';
import type { AssessorLoader } from '../providers/lazy-assessor.ts';
import type { PathTokens } from '../state/path-tokens.ts';
import type { ReplayOptions, Session } from './session.ts';

/** The parts of a session that its operations use. */
export interface SessionOperationsContext extends AttemptContext {
  readonly loadAssessor: AssessorLoader;
  /** The default target of replays. */
  readonly target: Target | undefined;
  /** Every target that the session forwards to, by its one spelling. */
  readonly targets: readonly string[];
  /** The URL that triggered events are sent to. */
  readonly url: () => string;
  readonly pathTokens: PathTokens;
  readonly project: string;
  /** Delivers what is being recorded as held for the default target; undefined if nothing is held. */
  readonly enqueue: ((recording: Promise<unknown>) => void) | undefined;
  readonly emit: (event: SessionEvent) => void;
  readonly signal: AbortSignal;
}

/** The operations of a session that its user asks for. */
export type SessionOperations = Pick<
  Session,
  'replay' | 'signEdit' | 'trigger' | 'verify' | 'providerSecret' | 'held' | 'heldElsewhere' | 'moveHeld'
>;

/** Creates the operations of a session: each is one of `operations/` on the session's own parts. */
export function createSessionOperations(context: SessionOperationsContext): SessionOperations {
  const { store, clock, signal, url, pathTokens } = context;
  const loadAssessor = () => loadedAssessor(context.loadAssessor);
  const forwarded = forwardedTargets(context);
  return {
    replay: (ref, options) => replay({ ...context, loadAssessor }, forwarded, ref, options),
    held: () =>
      context.targets
        .map((target) => ({ target, count: store.heldCount(target) }))
        .filter(({ count }) => count > 0),
    heldElsewhere: () => (canMove(context) ? heldElsewhere(context, context) : []),
    moveHeld: () => moveHere(context),
    async signEdit(ref, edit) {
      const { signEdit } = await import('../operations/sign-edit.ts');
      return signEdit({ store, clock, loadAssessor }, { ref, edit, forwarded });
    },
    async trigger(provider, event, options = {}) {
      const { triggerEvent } = await import('../operations/trigger.ts');
      const draftContext = { loadAssessor, listenerUrl: url, pathTokenOf: pathTokens.of, clock };
      const { outcome } = await triggerEvent(draftContext, { provider, event, ...options }, { signal });
      return outcome;
    },
    async verify(ref) {
      const { verifyRecorded } = await import('../operations/verify.ts');
      const verified = await verifyRecorded({ store, loadAssessor }, { refs: [ref] }).next();
      return verified.value!.report;
    },
    async providerSecret(provider) {
      const { providerSecret } = await import('../operations/provider-secret.ts');
      return providerSecret({ loadAssessor }, provider);
    },
  };
}

/** Sends one recorded request again; resolves with its attempt. */
async function replay(
  context: Omit<SessionOperationsContext, 'loadAssessor'> & {
    readonly loadAssessor: () => Promise<Assessor>;
  },
  forwarded: ForwardedTargets,
  ref: RequestRef,
  { to, edit, resign }: ReplayOptions = {},
): Promise<Attempt> {
  const { target, emit, signal } = context;
  const plan = await planReplay(
    { ...context, forwardedTargets: async () => forwarded },
    { refs: [ref], to, defaultTarget: target, edit, resign: resign ? {} : undefined },
  );
  let recorded: Attempt | undefined;
  await runReplay(context, plan, {
    signal,
    onAttempt(attempt, { seq, request }) {
      recorded = attempt;
      emit({ type: 'attempt', seq, request, attempt, recorded: true });
    },
  });
  if (recorded) return recorded;
  throw new UserError('failed', 'The session is closed, so nothing is sent.');
}

function canMove({ target, enqueue }: SessionOperationsContext): boolean {
  return target !== undefined && enqueue !== undefined;
}

/** Moves what waits for other targets to the default target, and queues it there. */
async function moveHere(context: SessionOperationsContext): Promise<number> {
  const { store, target, enqueue } = context;
  if (!target || !enqueue) return 0;
  const moving = moveHeld({ store }, { held: deliveriesElsewhere(context, context), to: target.href });
  enqueue(moving);
  return (await moving).length;
}

function forwardedTargets({ target, targets }: SessionOperationsContext): ForwardedTargets {
  return { defaultTarget: target?.href ?? null, targets };
}

async function loadedAssessor(load: AssessorLoader): Promise<Assessor> {
  const assessor = await load();
  if (assessor) return assessor;
  throw new UserError('failed', 'The catalogue of providers cannot be read at the moment.', 'Try again.');
}
