import type { Listener } from '../capture/listener.ts';
import type { Client } from '../deliver/client.ts';
import { openClient } from '../delivery/client-options.ts';
import { createPauseSwitch, type PauseSwitch } from '../delivery/pause-switch.ts';
import { createRetryPolicy } from '../delivery/retry-policy.ts';
import { openTargetDeliveries, type TargetDelivery } from '../delivery/target-delivery.ts';
import { type Clock, systemClock } from '../model/clock.ts';
import type { ProviderSettings } from '../providers/assess.ts';
import { type AssessorLoader, createAssessorLoader } from '../providers/lazy-assessor.ts';
import type { ParsedRequest } from '../providers/request/parsed-request.ts';
import type { Store, StoredSession } from '../store/store.ts';
import { type Announcement, createAnnouncement } from './announcement.ts';
import { type Breakpoint, createBreakpoint, type Intercept } from './breakpoint.ts';
import { createEventBus, type EventBus } from './event-bus.ts';
import { createHandshakeReplier } from './handshakes.ts';
import type { ChosenDriver } from './keeper-context.ts';
import type { ListenOptions } from './listen-options.ts';
import { routeFor, targetsFor } from './routes.ts';
import type { Rules } from './rules.ts';
import { planOf, type SessionPlan, withToken } from './session-plan.ts';
import { createSessionSecrets, type SessionSecrets } from './session-secrets.ts';
import { createTargetWatch, type TargetWatch } from './target-watch.ts';
import { createTunnelKeeper, type TunnelKeeper } from './tunnel-keeper.ts';

/** The parts of a session that are there before its ports. */
export interface SessionContext extends SessionCore {
  readonly pauseSwitch: PauseSwitch;
  /** One for each target, by the target's one spelling. */
  readonly deliveries: ReadonlyMap<string, TargetDelivery>;
  readonly targetWatch: TargetWatch;
  readonly breakpoint: Breakpoint;
  readonly intercept: Intercept;
  readonly loadAssessor: AssessorLoader;
  readonly secrets: SessionSecrets;
  readonly rules: Rules;
  readonly announcement: Announcement;
  /** Keeps the tunnel open once it is started; undefined without a tunnel. */
  readonly keeper: TunnelKeeper | undefined;
  /** The driver that is offered to the user now. */
  offered: ChosenDriver | undefined;
  /** The ports that are open. */
  readonly listeners: Listener[];
}

interface SessionCore {
  readonly options: ListenOptions;
  readonly plan: SessionPlan;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: () => number;
  readonly bus: EventBus;
  /** Aborted when the session closes: what is under way then ends as interrupted. */
  readonly interrupt: AbortController;
  readonly client: Client;
  readonly storedSession: StoredSession;
  readonly stopWarnings: () => void;
}

/** Opens the parts of a session; its queues begin to deliver. Rejects with a UserError for an option that is not valid. */
export async function openSessionContext(options: ListenOptions): Promise<SessionContext> {
  const core = await openCore(options, planOf(options));
  const { plan, store, clock, bus } = core;
  const pauseSwitch = pauseSwitchOf(core);
  const deliveries = deliveriesOf(core, pauseSwitch);
  const { breakpoint, intercept } = createBreakpoint(
    () => bus.emit({ type: 'forwarding', paused: pauseSwitch.paused }),
    clock,
  );
  const secrets = createSessionSecrets(providerSettingsOf(options));
  return {
    ...core,
    pauseSwitch,
    deliveries,
    targetWatch: targetWatchOf(core, deliveries),
    breakpoint,
    intercept,
    loadAssessor: createAssessorLoader(options.providers ?? [], secrets.settings),
    secrets,
    rules: rulesOf(core, deliveries),
    announcement: createAnnouncement({
      stateFolder: options.stateFolder,
      project: plan.name,
      folder: options.folder ?? '',
      db: store.file,
      emit: bus.emit,
      clock,
    }),
    keeper: keeperOf(core),
    offered: undefined,
    listeners: [],
  };
}

async function openCore(options: ListenOptions, plan: SessionPlan): Promise<SessionCore> {
  const { store, clock = systemClock, random = Math.random } = options;
  const { name, target, pathTokens } = plan;
  const bus = createEventBus(options.onEvent);
  const stopWarnings = store.onWarning((message) => bus.emit({ type: 'warning', message }));
  try {
    const info = { project: name, ...(target ? { target: target.href } : {}) };
    const storedSession = await store.openSession(info, clock.now);
    const interrupt = new AbortController();
    const client = openClient(store, { ...options, pathTokens }, interrupt.signal);
    return { options, plan, store, clock, random, bus, interrupt, client, storedSession, stopWarnings };
  } catch (error) {
    stopWarnings();
    throw error;
  }
}

function pauseSwitchOf({ options, plan, bus }: SessionCore): PauseSwitch {
  return createPauseSwitch({
    hasTargets: plan.targets.length > 0,
    canHold: options.whenDown !== 'fail',
    changed: (paused) => bus.emit({ type: 'forwarding', paused }),
  });
}

function deliveriesOf(core: SessionCore, pauseSwitch: PauseSwitch): ReadonlyMap<string, TargetDelivery> {
  const { options, plan, store, client, clock, random, bus, interrupt } = core;
  return openTargetDeliveries(plan.targets, {
    store,
    client,
    policy: createRetryPolicy(options, random),
    idHeaders: options.idHeaders ?? false,
    emit: bus.emit,
    pauseSwitch,
    clock,
    random,
    signal: interrupt.signal,
  });
}

function targetWatchOf(
  { clock, bus, interrupt }: SessionCore,
  deliveries: ReadonlyMap<string, TargetDelivery>,
): TargetWatch {
  const watch = createTargetWatch({
    targets: [...deliveries.values()].map(({ target }) => target),
    changed({ target, health }) {
      if (health.state === 'up') deliveries.get(target.href)?.targetMayBeUp();
      bus.emit({ type: 'target', target: target.href, health });
    },
    clock,
    signal: interrupt.signal,
  });
  bus.subscribe((event) => {
    if (event.type === 'attempt') watch.attempted(event.attempt);
  });
  return watch;
}

function rulesOf(
  { options, plan, bus }: SessionCore,
  deliveries: ReadonlyMap<string, TargetDelivery>,
): Rules {
  const { routes, target, token } = plan;
  const requireSignature = options.requireSignature ?? false;
  return {
    requireSignature,
    handshakes: createHandshakeReplier({
      inFront: options.handshake === true || requireSignature,
      emit: bus.emit,
    }),
    isRoutedByPath: (request, classification) =>
      routeFor({ ...request, classification }, routes, token)?.byPath ?? false,
    deliveriesFor: (request, classification) =>
      targetsFor(routes.length === 0 ? request : { ...request, classification }, routes, target, token).map(
        ({ href }) => deliveries.get(href)!,
      ),
  };
}

function keeperOf(core: SessionCore): TunnelKeeper | undefined {
  const { options, plan, clock, random, bus, storedSession } = core;
  const [first, ...others] = plan.tunnel.drivers;
  if (!first) return undefined;
  return createTunnelKeeper({
    drivers: [first, ...others],
    host: options.tunnelHost,
    stateFolder: options.stateFolder,
    env: options.env,
    timing: options.tunnelTiming,
    clock,
    random,
    changed(status) {
      bus.emit({ type: 'tunnel', ...status, url: withToken(status.url, plan) });
      if (status.state === 'online' && status.driver !== null) plan.tunnel.project.use(status.driver);
      // Other commands do without the URL if it cannot be written.
      if (status.url !== null) storedSession.update({ publicUrl: status.url }).catch(() => {});
    },
  });
}

/** The settings of providers, with what the session's own options mean for them. */
function providerSettingsOf({ providerSettings, confirmSns }: ListenOptions): ProviderSettings {
  if (!confirmSns) return providerSettings ?? {};
  const sns = { ...providerSettings?.options?.get('aws-sns'), confirmSns: 'yes' };
  return { ...providerSettings, options: new Map([...(providerSettings?.options ?? []), ['aws-sns', sns]]) };
}

/** The session's public URL with its random path; null while there is none. */
export function publicUrlOf({ keeper, plan }: Pick<SessionContext, 'keeper' | 'plan'>): string | null {
  return withToken(keeper?.status.url ?? null, plan);
}

/** Does what a handshake asks for besides its reply: confirms a subscription of AWS SNS, if that is wanted. */
export async function confirmHandshake(context: SessionContext, handshake: ParsedRequest): Promise<void> {
  const { options, bus, interrupt } = context;
  if (!options.confirmSns) return;
  const { confirmSns } = await import('./confirm-sns.ts');
  await confirmSns(handshake, { emit: bus.emit, signal: interrupt.signal });
}
