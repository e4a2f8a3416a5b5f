import { onTestFinished } from 'vitest';
import type { NewAttempt } from '../../src/model/attempt.ts';
import { type Classification, unclassified } from '../../src/model/classification.ts';
import { systemClock } from '../../src/model/clock.ts';
import type { SessionEvent, SessionListener, TunnelStatus } from '../../src/model/events.ts';
import { notWithheld } from '../../src/model/request.ts';
import type { Seq } from '../../src/model/seq.ts';
import { parseTarget } from '../../src/model/target.ts';
import type { TargetHealth } from '../../src/model/target-health.ts';
import { createAssessorLoader } from '../../src/providers/lazy-assessor.ts';
import { type BreakpointAction, createBreakpoint } from '../../src/session/breakpoint.ts';
import { noTunnel } from '../../src/session/running-session.ts';
import type { Session } from '../../src/session/session.ts';
import { createSessionOperations } from '../../src/session/session-operations.ts';
import { createSessionSecrets } from '../../src/session/session-secrets.ts';
import { createTargetWatch } from '../../src/session/target-watch.ts';
import { openPathTokens } from '../../src/state/path-tokens.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { anAnswered, aRequest } from './builders.ts';
import { startTarget } from './target.ts';

/** A store in memory, with a session named `project` that captures nothing by itself. Call it inside a test. */
export interface TestHistory {
  readonly store: Store;
  readonly session: Session;
  /** The calls to the session, in order. */
  readonly calls: string[];
  /** Records a request, of another project if so named, and tells of it. */
  arrives(classification?: Parameters<typeof aRequest>[0], read?: Partial<Classification>): Promise<Seq>;
  /** Records an attempt and tells of it. */
  attempted(seq: Seq, attempt?: NewAttempt): Promise<void>;
  emit(event: SessionEvent): void;
  /** Stops a request at the session's breakpoint, as the pipeline does; resolves with what becomes of it. */
  stops(seq: Seq): Promise<BreakpointAction> | undefined;
}

export interface HistoryOptions {
  readonly target?: string;
  readonly tunnel?: Partial<TunnelStatus>;
  /** What is known of the target besides its attempts; nothing unless given. */
  readonly health?: TargetHealth;
}

export async function aHistory({ target, tunnel = {}, health }: HistoryOptions = {}): Promise<TestHistory> {
  const store = openStore(':memory:');
  onTestFinished(() => store.close());
  const sessions = new Map([['project', await store.openSession({ project: 'project' })]]);
  const listeners = new Set<SessionListener>();
  const calls: string[] = [];
  const counts = { received: 0, failed: 0, refused: 0, held: 0 };
  let status: TunnelStatus = { ...noTunnel, ...tunnel };
  let fallback: string | undefined;
  const emit = (event: SessionEvent) => {
    if (event.type === 'tunnel') {
      const { type: _type, ...rest } = event;
      status = rest;
    }
    if (event.type === 'fallback') fallback = event.driver;
    for (const listener of listeners) listener(event);
  };

  let paused = false;
  const { breakpoint, intercept } = createBreakpoint(() => emit({ type: 'forwarding', paused }));

  const listener = await startTarget();
  onTestFinished(() => listener.close());
  const secrets = createSessionSecrets({ secrets: new Map([['stripe', ['whsec_a']]]) });
  const operations = createSessionOperations({
    store,
    client: { send: async () => anAnswered(200, 'ok').outcome, close: async () => {} },
    idHeaders: false,
    clock: systemClock,
    loadAssessor: createAssessorLoader([], secrets.settings),
    target: parseTarget(target ?? '3000'),
    // As in a session, the default target is one of them.
    targets: [parseTarget(target ?? '3000').href],
    url: () => listener.url,
    project: 'project',
    enqueue: () => {},
    pathTokens: openPathTokens(undefined),
    emit,
    signal: new AbortController().signal,
  });

  const watch = createTargetWatch({
    targets: target === undefined ? [] : [parseTarget(target)],
    changed: ({ target: { href }, health }) => emit({ type: 'target', target: href, health }),
    clock: systemClock,
    signal: new AbortController().signal,
  });
  listeners.add((event) => {
    if (event.type === 'attempt') watch.attempted(event.attempt);
  });

  const history: TestHistory = {
    store,
    calls,
    emit,
    session: {
      project: 'project',
      get url() {
        return status.url;
      },
      localUrl: 'http://localhost:4000',
      target: target === undefined ? undefined : parseTarget(target),
      forwards: target !== undefined,
      giveSecret: secrets.use,
      get targets() {
        return health ? watch.known.map(({ target }) => ({ target, health })) : watch.known;
      },
      watchTargets() {},
      get tunnel() {
        return status;
      },
      warn: (message) => emit({ type: 'warning', message }),
      get fallback() {
        return fallback;
      },
      takeFallback() {
        calls.push(`use ${fallback}`);
        fallback = undefined;
      },
      ready: Promise.resolve(),
      counts,
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      get paused() {
        return paused;
      },
      pause() {
        paused = true;
      },
      resume() {
        paused = false;
      },
      breakpoint,
      ...operations,
      replay(ref, options = {}) {
        const { to, edit, resign } = options;
        const id = store.summary(typeof ref === 'number' ? ref : store.resolve(ref))?.id;
        const what = [id, to, edit && `${edit.method} ${edit.requestTarget}`, resign && 'resign'];
        calls.push(['replay', ...what].filter(Boolean).join(' '));
        return operations.replay(ref, options);
      },
      trigger(provider, event, options) {
        calls.push(`trigger ${provider} ${event}`);
        return operations.trigger(provider, event, options);
      },
      async close() {
        calls.push('close');
      },
    },
    stops: (seq) =>
      intercept(
        { seq, request: store.request(seq)!, classification: store.summary(seq)!.classification },
        () => () => {},
      ),
    async arrives(classification = {}, read = {}) {
      const name = classification.project ?? 'project';
      const session = sessions.get(name) ?? (await store.openSession({ project: name }));
      sessions.set(name, session);
      const request = aRequest(classification);
      const reply =
        target === undefined ? ({ status: 200, by: 'listener' } as const) : { status: null, by: null };
      const told = { ...unclassified, ...read };
      const seq = await store.add(request, { sessionId: session.id, reply, classification: told });
      if (name === 'project') counts.received++;
      emit({
        type: 'request',
        seq,
        request,
        reply,
        classification: told,
        redeliveryOf: undefined,
        ...notWithheld,
        deliveries: [],
      });
      return seq;
    },
    async attempted(seq, attempt = anAnswered(200)) {
      const request = store.request(seq)!;
      const recorded = await store.addAttempt(seq, request.id, attempt);
      if (attempt.outcome.type === 'failed') counts.failed++;
      emit({ type: 'attempt', seq, request, attempt: recorded, recorded: true });
    },
  };
  return history;
}
