import { onTestFinished } from 'vitest';
import { type OpenAttemptContext, openAttemptContext } from '../../src/delivery/attempt.ts';
import type { CapturedRequest } from '../../src/model/request.ts';
import type { Seq } from '../../src/model/seq.ts';
import type { ProviderSettings } from '../../src/providers/assess.ts';
import { assessorWith } from '../../src/providers/provider-set.ts';
import { type AddOptions, openStore, type Store } from '../../src/store/store.ts';
import { aRequest } from './builders.ts';
import { startTarget, type TargetAnswer, type TestTarget } from './target.ts';

/** A history and what operations send with. Call it inside a test. */
export interface OperationParts {
  readonly store: Store;
  readonly context: OpenAttemptContext;
  /** Aborting it ends what is under way. */
  readonly stop: AbortController;
  record(facts?: Parameters<typeof aRequest>[0], options?: Partial<AddOptions>): Promise<Seq>;
  target(answer?: TargetAnswer): Promise<TestTarget>;
}

/** Opens a history for operations, in memory unless a file is given. */
export async function operationParts(file = ':memory:'): Promise<OperationParts> {
  const store = openStore(file);
  onTestFinished(() => store.close());
  const stop = new AbortController();
  const context = openAttemptContext(store, {}, stop.signal);
  onTestFinished(context.close);
  const { id: sessionId } = await store.openSession({ project: 'project' });
  return {
    store,
    context,
    stop,
    record: (facts, options) => store.add(aRequest(facts), { sessionId, ...options }),
    async target(answer) {
      const target = await startTarget(answer ? { answer } : {});
      onTestFinished(() => target.close());
      return target;
    },
  };
}

/** Loads an assessor of the catalogue with these secrets, by provider. */
export const withSecrets =
  (secrets: Readonly<Record<string, string>> = {}) =>
  async () => {
    const settings: ProviderSettings = {
      secrets: new Map(Object.entries(secrets).map(([name, secret]) => [name, [secret]])),
    };
    return assessorWith([], settings);
  };

/** A request that Stripe signed at a time, with this secret unless it is left out. */
export const stripeRequest = (signature = 't=1790000000,v1=00'): Partial<CapturedRequest> => ({
  headers: [
    ['Host', 'localhost'],
    ['Content-Type', 'application/json'],
    ['Stripe-Signature', signature],
  ],
});

export const stripeBody = '{"id":"evt_1","object":"event","type":"charge.succeeded"}';
