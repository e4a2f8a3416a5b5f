import type { TunnelStatus } from '../model/events.ts';
import type { Session } from './session.ts';
import { publicUrlOf, type SessionContext } from './session-context.ts';
import { createUserOperations, type UserOperations } from './user-operations.ts';

const noTunnel: TunnelStatus = { state: 'closed', url: null, message: null, latencyMs: null };

/** Creates the session that its user sees, over its parts. */
export function createRunningSession(
  context: SessionContext,
  own: Pick<Session, 'localUrl' | 'ready' | 'close'>,
): Session {
  const { plan, store, bus, deliveries, pauseSwitch, breakpoint, keeper } = context;
  return {
    ...own,
    ...byHandOf(context, own.localUrl),
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

function byHandOf(context: SessionContext, localUrl: string): UserOperations {
  const { options, plan, deliveries, interrupt, bus } = context;
  return createUserOperations({
    ...context,
    idHeaders: options.idHeaders ?? false,
    target: plan.target,
    targets: deliveries,
    url: () => publicUrlOf(context) ?? localUrl,
    emit: bus.emit,
    signal: interrupt.signal,
  });
}
