import type { TunnelStatus } from '../model/events.ts';
import type { Session } from './session.ts';
import { publicUrlOf, type SessionContext } from './session-context.ts';
import { createSessionOperations, type SessionOperations } from './session-operations.ts';

/** The status of a session without a tunnel. */
export const noTunnel: TunnelStatus = {
  state: 'closed',
  driver: null,
  url: null,
  verified: false,
  message: null,
  latencyMs: null,
};

/** Creates the session that its user sees, over its parts. */
export function createRunningSession(
  context: SessionContext,
  own: Pick<Session, 'localUrl' | 'ready' | 'close'>,
): Session {
  const { plan, store, bus, deliveries, pauseSwitch, breakpoint, keeper } = context;
  return {
    ...own,
    ...operationsOf(context, own.localUrl),
    project: plan.name,
    get url() {
      return publicUrlOf(context);
    },
    target: plan.target,
    forwards: deliveries.size > 0,
    get tunnel() {
      return { ...(keeper?.status ?? noTunnel), url: publicUrlOf(context) };
    },
    get counts() {
      const held = [...deliveries.keys()].reduce((sum, href) => sum + store.heldCount(href), 0);
      return { ...bus.counts, held };
    },
    subscribe: bus.subscribe,
    get paused() {
      return pauseSwitch.paused;
    },
    pause: pauseSwitch.pause,
    resume: pauseSwitch.resume,
    breakpoint,
  };
}

function operationsOf(context: SessionContext, localUrl: string): SessionOperations {
  const { options, plan, deliveries, interrupt, bus } = context;
  return createSessionOperations({
    ...context,
    idHeaders: options.idHeaders ?? false,
    target: plan.target,
    targets: [...deliveries.keys()],
    url: () => publicUrlOf(context) ?? localUrl,
    pathTokens: plan.pathTokens,
    emit: bus.emit,
    signal: interrupt.signal,
  });
}
