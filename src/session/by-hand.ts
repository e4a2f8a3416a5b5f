import { UserError } from '../model/errors.ts';
import { parseTarget, type Target } from '../model/target.ts';
import type { Assessor } from '../providers/assess.ts';
import type { Store } from '../store/store.ts';
import type { Knowing } from './knowing.ts';
import type { createPipeline } from './pipeline.ts';
import { replayableAt, replayTarget } from './replay.ts';
import type { Session } from './session.ts';

export interface ByHandOptions {
  readonly store: Store;
  readonly pipeline: ReturnType<typeof createPipeline>;
  readonly knowing: Knowing;
  /** Where replays go unless they say. */
  readonly target: Target | undefined;
  /** Every target that the session forwards to, by its one spelling. */
  readonly targets: () => ReadonlyMap<string, unknown>;
  /** Where a trial is sent. */
  readonly url: () => string;
  readonly signal: AbortSignal;
}

/** An answer that takes longer is no answer to a trial. */
const triggerTimeoutMs = 30_000;

/** A recorded target may be anybody's, and a signature that is made now is worth something. */
function refuseForeign(
  where: Target,
  target: Target | undefined,
  targets: ReadonlyMap<string, unknown>,
): void {
  if (where.href === target?.href || targets.has(where.href)) return;
  throw new UserError(
    'usage',
    `A new signature is not sent to ${where.href}, where the request went before: this session does not forward there.`,
    'Name the target.',
  );
}

/** What a session does because its user asks. */
export function createByHand({
  store,
  pipeline,
  knowing,
  target,
  targets,
  url,
  signal,
}: ByHandOptions): Pick<Session, 'replay' | 'signEdit' | 'trigger' | 'verify'> {
  async function known(): Promise<Assessor> {
    const assessor = await knowing();
    if (assessor) return assessor;
    throw new UserError('failed', 'The catalogue of providers can not be read at the moment.', 'Try again.');
  }

  return {
    async replay(ref, { to, edit, resign } = {}) {
      const chosen = replayableAt(store, store.resolve(ref));
      const where = to ? parseTarget(to) : (target ?? replayTarget(store, chosen));
      if (!resign) return pipeline.replay(chosen, where, edit);
      if (!to) refuseForeign(where, target, targets());
      const { resigned } = await import('./resign.ts');
      const signed = resigned({ ...chosen.request, ...edit }, await known(), Date.now());
      return pipeline.replay(chosen, where, signed);
    },
    async signEdit(ref, edit) {
      const seq = store.resolve(ref);
      const request = store.request(seq);
      const where = target?.href ?? store.latestTarget(seq);
      if (!request || (where !== undefined && where !== target?.href && !targets().has(where))) {
        return undefined;
      }
      const { signedEdit } = await import('./resign.ts');
      return signedEdit(request, edit, await known(), Date.now());
    },
    async trigger(name, event) {
      const { fromSample, readyToSend, sendTriggered } = await import('./trigger.ts');
      const { samplesOf } = await import('../providers/samples/index.ts');
      const assessor = await known();
      const provider = assessor.named(name);
      const sample = (await samplesOf(name))?.[event];
      if (!provider || !sample) throw new UserError('not-found', `There is no sample of ${name} ${event}.`);
      const now = Date.now();
      const draft = fromSample(sample, `${url()}/`, now);
      const { request } = readyToSend(draft, provider, assessor, { now, unsigned: false });
      return sendTriggered(request, { timeoutMs: triggerTimeoutMs, signal });
    },
    async verify(ref) {
      const record = store.record(store.resolve(ref));
      if (!record) throw new UserError('not-found', 'The request was deleted a moment ago.');
      const { request, attempts } = record;
      const { verifyRequest } = await import('./verify.ts');
      return verifyRequest(request, await known(), { now: request.receivedAt, attempts });
    },
  };
}
