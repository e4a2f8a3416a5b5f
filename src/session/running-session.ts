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
  fidelity: null,
};

/** Creates the session that its user sees, over its parts. */
export function createRunningSession(
  context: SessionContext,
  own: Pick<Session, 'localUrl' | 'ready' | 'close'>,
): Session {
  const { plan, store, bus, deliveries, pauseSwitch, breakpoint, keeper, secrets, targetWatch } = context;
  return {
    ...own,
    ...operationsOf(context, own.localUrl),
    project: plan.name,
    get url() {
      return publicUrlOf(context);
    },
    target: plan.target,
    forwards: deliveries.size > 0,
    get targets() {
      return targetWatch.known;
    },
    watchTargets: targetWatch.start,
    get tunnel() {
      return { ...(keeper?.status ?? noTunnel), url: publicUrlOf(context) };
    },
    warn: (message) => bus.emit({ type: 'warning', message }),
    get fallback() {
      return keeper?.status.state === 'online' ? undefined : context.offered?.driver.name;
    },
    takeFallback() {
      const { offered } = context;
      if (!offered) return;
      context.offered = undefined;
      plan.tunnel.project.allow(offered.driver.name);
      keeper?.addDriver(offered);
    },
    get counts() {
      const held = [...deliveries.keys()].reduce((sum, href) => sum + store.heldCount(href), 0);
      return { ...bus.counts, held };
    },
    subscribe: bus.subscribe,
    giveSecret: secrets.use,
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
  const own = plan.target && deliveries.get(plan.target.href);
  return createSessionOperations({
    ...context,
    project: plan.name,
    enqueue: own && options.whenDown !== 'fail' ? own.enqueue : undefined,
    idHeaders: options.idHeaders ?? false,
    target: plan.target,
    targets: [...deliveries.keys()],
    url: () => publicUrlOf(context) ?? localUrl,
    pathTokens: plan.pathTokens,
    emit: bus.emit,
    signal: interrupt.signal,
  });
}
