import { UserError } from '../model/errors.ts';
import { parseTarget, type Target } from '../model/target.ts';
import type { Assessor } from '../providers/assess.ts';
import { samplesOf } from '../providers/samples/index.ts';
import type { Store } from '../store/store.ts';
import type { createPipeline } from './pipeline.ts';
import { replayableAt, replayTarget } from './replay.ts';
import { resigned } from './resign.ts';
import type { Session } from './session.ts';
import { fromSample, readyToSend, sendTriggered } from './trigger.ts';
import { verifyRequest } from './verify.ts';

export interface ByHandOptions {
  readonly store: Store;
  readonly pipeline: ReturnType<typeof createPipeline>;
  readonly assessor: Assessor;
  /** Where replays go unless they say. */
  readonly target: Target | undefined;
  /** Where a trial is sent. */
  readonly url: () => string;
  readonly signal: AbortSignal;
}

/** An answer that takes longer is no answer to a trial. */
const triggerTimeoutMs = 30_000;

/** What a session does because its user asks. */
export function createByHand({
  store,
  pipeline,
  assessor,
  target,
  url,
  signal,
}: ByHandOptions): Pick<Session, 'replay' | 'trigger' | 'verify'> {
  return {
    async replay(ref, { to, edit, resign } = {}) {
      const chosen = replayableAt(store, store.resolve(ref));
      const where = to ? parseTarget(to) : (target ?? replayTarget(store, chosen));
      const signed = resign ? resigned({ ...chosen.request, ...edit }, assessor, Date.now()) : edit;
      return pipeline.replay(chosen, where, signed);
    },
    async trigger(name, event) {
      const provider = assessor.named(name);
      const sample = (await samplesOf(name))?.[event];
      if (!provider || !sample) throw new UserError('not-found', `There is no sample of ${name} ${event}.`);
      const now = Date.now();
      const unsigned = assessor.contextOf(provider, now).secrets.length === 0;
      const { request } = readyToSend(fromSample(sample, `${url()}/`, now), provider, assessor, {
        now,
        unsigned,
      });
      return sendTriggered(request, { timeoutMs: triggerTimeoutMs, signal });
    },
    async verify(ref) {
      const record = store.record(store.resolve(ref));
      if (!record) throw new UserError('not-found', 'The request was deleted a moment ago.');
      const { request, attempts } = record;
      return verifyRequest(request, assessor, { now: request.receivedAt, attempts });
    },
  };
}
