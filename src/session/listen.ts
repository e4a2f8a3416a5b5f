import { setTimeout as wait } from 'node:timers/promises';
import { createAccessControl } from '../capture/access-control.ts';
import { type Listener, openListener } from '../capture/listener.ts';
import { defaultPace } from '../capture/pace.ts';
import { UserError } from '../model/errors.ts';
import { parseTarget } from '../model/target.ts';
import { openPathTokens, type PathTokens } from '../state/path-tokens.ts';
import type { TunnelDriver } from '../tunnels/tunnel.ts';
import { addressSourceOf } from './address-source.ts';
import { createAnnouncement } from './announcement.ts';
import { createBreakpoint } from './breakpoint.ts';
import { createByHand } from './by-hand.ts';
import { openCouriers } from './courier.ts';
import type { TunnelStatus } from './events.ts';
import { createHandshakes } from './handshakes.ts';
import { createHolding } from './holding.ts';
import { createKnowing } from './knowing.ts';
import type { ListenOptions } from './listen-options.ts';
import { refuseOwnPort, refuseOwnUrl } from './own-address.ts';
import { createPausing } from './pausing.ts';
import { createPipeline } from './pipeline.ts';
import { parseRoute, routeFor, targetsFor } from './routes.ts';
import { openClient } from './sending.ts';
import type { Session } from './session.ts';
import { createTelling } from './telling.ts';
import { keepTunnel, type TunnelKeeper } from './tunnel-keeper.ts';

/** The largest body that GitHub sends (https://docs.github.com/webhooks/webhook-events-and-payloads#payload-cap). */
const defaultMaxBodyBytes = 25 * 1024 * 1024;

/** So many requests may arrive at once. */
const defaultMostArriving = 256;

/** How long `ready` waits for the tunnel. */
const readyMs = 10_000;

/** What is in flight when a session closes is given so long. */
const graceMs = 1_000;

/** So long after the start the catalogue of providers is read, if no request has come before. */
const readingDelayMs = 300;

const loopback = ['127.0.0.1', '::1'];

/**
 * Starts a session. Resolves when the port is bound and the tunnel is online, or has had its 10 s; rejects with a
 * UserError if the port or the target can't be had. Nothing is printed, no signal handled, the store not closed.
 */
export async function listen(options: ListenOptions): Promise<Session> {
  const session = await startListening(options);
  try {
    await session.ready;
  } catch (error) {
    await session.close();
    throw error;
  }
  return session;
}

/** The same, but resolves as soon as the port is bound: `ready` tells of the tunnel. */
export async function startListening(options: ListenOptions): Promise<Session> {
  const { store } = options;
  const addressSource = addressSourceOf(options);
  const target = options.target === undefined ? undefined : parseTarget(options.target);
  const routes = (options.routes ?? []).map(parseRoute);
  const name = options.name ?? 'default';
  const maxBodyBytes = options.maxBodyBytes ?? defaultMaxBodyBytes;
  const { emit, subscribe, counts } = createTelling(options.onEvent);
  const stopWarnings = store.onWarning((message) => emit({ type: 'warning', message }));
  const interrupt = new AbortController();
  const pathTokens = options.pathTokens ?? openPathTokens(undefined);
  const client = openClient(store, { ...options, pathTokens }, interrupt.signal);
  const token = options.pathToken ? keptToken(pathTokens, options.folder ?? name) : undefined;
  const access = createAccessControl({ ...options, pathToken: token });
  const stored = await store.openSession({ name, ...(target ? { target: target.href } : {}) });
  const couriers = openCouriers([...routes.flatMap((route) => route.targets), ...(target ? [target] : [])], {
    store,
    client,
    holding: createHolding(options),
    mark: options.mark ?? false,
    emit,
    isPaused: () => pausing.paused,
    signal: interrupt.signal,
  });
  const knowing = createKnowing(options);
  const forwardingChanged = () => emit({ type: 'forwarding', paused: pausing.paused });
  const pausing = createPausing(options, () => couriers.values(), forwardingChanged);
  const { breakpoint, stop } = createBreakpoint(forwardingChanged);
  const pipeline = createPipeline({
    store,
    client,
    knowing,
    handshakes: createHandshakes({
      inFront: options.handshake === true || options.requireSignature === true,
      emit,
    }),
    requireSignature: options.requireSignature ?? false,
    async shaken(reading) {
      if (!options.confirmSns) return;
      const { confirmSns } = await import('./confirm-sns.ts');
      await confirmSns(reading, { emit, signal: interrupt.signal });
    },
    mark: options.mark ?? false,
    sessionId: stored.id,
    name,
    isRoutedByPath: (request, facts) => routeFor({ ...request, facts }, routes, token)?.byPath ?? false,
    couriersFor: (request, facts) =>
      targetsFor(routes.length === 0 ? request : { ...request, facts }, routes, target, token).map(
        ({ href }) => couriers.get(href)!,
      ),
    stop,
    emit,
  });
  const publicUrl = () => withToken(keeper?.status.url ?? null, token);
  const capture = {
    maxBodyBytes,
    headTimeoutMs: options.headTimeoutMs ?? 60_000,
    bodyTimeoutMs: options.bodyTimeoutMs ?? 30_000,
    pace: { ...defaultPace, bytesPerSecond: options.minRate ?? defaultPace.bytesPerSecond },
    mostArriving: options.mostArriving ?? defaultMostArriving,
    access,
    recordRefused: options.recordRefused ?? false,
    openBody: store.openBody,
    receive: pipeline.receive,
    unrecordable: pipeline.unrecordable,
    refused: (status: number, reason: string) => emit({ type: 'refused', status, reason }),
  };
  const announced = createAnnouncement({
    stateFolder: options.stateFolder,
    project: name,
    folder: options.folder ?? '',
    db: store.file,
    urls: () => ({
      localUrl: localUrlShown,
      publicUrl: publicUrl(),
      defaultTarget: target?.href ?? null,
      targets: [...couriers.keys()],
    }),
    emit,
  });
  let localUrlShown = '';
  const opened: Listener[] = [];
  let keeper: TunnelKeeper | undefined;
  let closing: Promise<void> | undefined;

  async function close(): Promise<void> {
    for (const listener of opened) listener.stopAccepting();
    const idle = Promise.all(opened.map((listener) => listener.idle()));
    if (!(await settledWithin(idle, graceMs))) for (const listener of opened) listener.abortArriving();
    interrupt.abort();
    // What is stopped now ends as what was under way: held for the next session, or failed.
    breakpoint.set(undefined);
    await settledWithin(Promise.all([idle, ...[...couriers.values()].map(({ over }) => over)]), graceMs / 2);
    await Promise.all([keeper?.close(), ...opened.map((listener) => listener.close())]);
    await client.close();
    announced.withdraw();
    await stored.end().catch(() => {});
    stopWarnings();
  }

  try {
    const main = await openListener({
      ...capture,
      port: options.port ?? 0,
      addresses: loopback,
      replyToChallenge: (headers) => announced.answer(headers),
    });
    opened.push(main);
    const localUrl = `http://localhost:${main.port}`;
    localUrlShown = withToken(localUrl, token);
    for (const courier of couriers.values()) refuseOwnPort(courier.target, main.port);
    // A failure to tell others of this run is no reason not to capture.
    await stored.update({ localUrl }).catch(() => {});
    announced.announce(main.port);
    if (options.tunnel) keeper = await openTunnel(options.tunnel);
    const ready = firstTry().then(() =>
      emit({ type: 'ready', url: publicUrl(), localUrl: localUrlShown, target: target?.href ?? null }),
    );
    ready.catch(() => {}); // whoever waits for it is told
    // Before the first request comes, if it takes its time.
    const reading = setTimeout(knowing, readingDelayMs).unref();
    interrupt.signal.addEventListener('abort', () => clearTimeout(reading), { once: true });
    return {
      name,
      get url() {
        return publicUrl();
      },
      localUrl: localUrlShown,
      target,
      forwards: couriers.size > 0,
      get tunnel() {
        return { ...(keeper?.status ?? noTunnel), url: publicUrl() };
      },
      ready,
      get counts() {
        const held = [...couriers.keys()].reduce((sum, href) => sum + store.heldCount(href), 0);
        return { ...counts, held };
      },
      subscribe,
      ...createByHand({
        store,
        pipeline,
        knowing,
        target,
        targets: () => couriers,
        url: () => publicUrl() ?? localUrlShown,
        signal: interrupt.signal,
      }),
      get paused() {
        return pausing.paused;
      },
      pause: pausing.pause,
      resume: pausing.resume,
      breakpoint,
      close() {
        closing ??= close();
        return closing;
      },
    };
  } catch (error) {
    await close();
    throw error;
  }

  /** The tunnel has a port of its own, so that only what comes through it can claim to be forwarded. */
  async function openTunnel(driver: TunnelDriver): Promise<TunnelKeeper> {
    const inner = await openListener({
      ...capture,
      port: 0,
      addresses: loopback,
      tunnel: {
        url: () => keeper?.status.url ?? undefined,
        addressSource,
        replyToProbe: (headers) => keeper?.answerProbe(headers),
      },
    });
    opened.push(inner);
    return keepTunnel({
      driver,
      port: inner.port,
      subdomain: options.subdomain,
      host: options.tunnelHost,
      timing: options.tunnelTiming ?? {},
      changed(status) {
        emit({ type: 'tunnel', ...status, url: publicUrl() });
        if (status.url !== null) stored.update({ publicUrl: status.url }).catch(() => {});
      },
    });
  }

  async function firstTry(): Promise<void> {
    if (!keeper) return;
    const inTime = await settledWithin(keeper.online, readyMs, options.signal);
    options.signal?.throwIfAborted();
    const { url } = keeper.status;
    if (url !== null) for (const { target } of couriers.values()) refuseOwnUrl(target, url);
    if (inTime || !options.requireTunnel) return;
    throw new UserError(
      'unavailable',
      keeper.status.message ?? 'No tunnel within 10 s.',
      'Without --require-tunnel, requests are captured on the local URL meanwhile.',
    );
  }
}

function keptToken(pathTokens: PathTokens, folder: string): string {
  try {
    return pathTokens.keep(folder);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(
      'failed',
      `The random path of --path-token can't be kept: ${reason}.`,
      'Make the state folder writable ($XDG_STATE_HOME/webhook-cli), or leave --path-token out.',
    );
  }
}

function withToken<T extends string | null>(url: T, token: string | undefined): T {
  return (url === null || token === undefined ? url : `${url}/${token}`) as T;
}

const noTunnel: TunnelStatus = { state: 'closed', url: null, message: null, latencyMs: null };

/** Whether a promise settles in time; aborting ends the waiting. */
async function settledWithin(promise: Promise<unknown>, ms: number, signal?: AbortSignal): Promise<boolean> {
  const done = new AbortController();
  const late = wait(ms, false, { signal: AbortSignal.any([done.signal, ...(signal ? [signal] : [])]) });
  try {
    return await Promise.race([promise.then(() => true), late.catch(() => false)]);
  } finally {
    done.abort();
  }
}
