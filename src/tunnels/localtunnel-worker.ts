import { setDefaultResultOrder } from 'node:dns';
import type { Socket } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import localtunnel from 'localtunnel';
import type { Environment } from '../model/environment.ts';
import { messageOf } from '../model/errors.ts';
import { setProxyEnv } from './localtunnel-address.ts';
import { routeRelays } from './relays-through-proxy.ts';

/** The input of the worker at its start. */
export interface WorkerInput {
  readonly port: number;
  /** The tunnel server's URL, without a slash at its end. */
  readonly host: string;
  readonly subdomain: string | undefined;
  /** The environment whose proxies are used. */
  readonly env: Environment;
}

/** Messages of the worker to the driver; `refused` and `broken` are the last ones. */
export type WorkerMessage =
  | { readonly type: 'open'; readonly url: string }
  /** Whether any connection to the relay is open; true from `open` on, until this says otherwise. */
  | { readonly type: 'connected'; readonly connected: boolean }
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'broken'; readonly message: string }
  | { readonly type: 'closed' };

/** The connections to the relay that go through a proxy. */
interface ProxiedRelays {
  /** Called with the reason why the proxy does not connect. */
  failed: (reason: string) => void;
}

/** The longest time without a connection to the relay: it forgets our address after a second. */
const maxWithoutRelayMs = 10_000;

/** A half-open connection (a laptop slept, a router forgot) is found out after this and ten probes, not in hours. */
const keepAliveMs = 15_000;

/**
 * The library opens a new connection for each that the relay drops, at once and for ever: after this many the tunnel
 * has ended.
 */
const mostDropsInARow = 40;

/**
 * Opens one tunnel and reports on it through `driver` until it is gone. It runs in a thread of its own,
 * because localtunnel throws where nobody can catch: there, that ends the thread and not the program.
 */
export async function holdTunnel(driver: MessagePort, input: WorkerInput): Promise<void> {
  const say = (message: WorkerMessage) => driver.postMessage(message);
  const proxied: ProxiedRelays = { failed: () => {} };
  if (Object.keys(input.env).length > 0) {
    setProxyEnv(input.env);
    routeRelays(new URL(input.host), input.env, (reason) => proxied.failed(reason));
  }
  try {
    const tunnel = await localtunnel({
      port: input.port,
      host: input.host,
      // The library puts the name into the URL as it stands.
      subdomain: input.subdomain === undefined ? undefined : encodeURIComponent(input.subdomain),
    });
    watchTunnel(tunnel, driver, say, proxied);
  } catch (error) {
    say({ type: 'refused', message: messageOf(error) });
  }
}

function watchTunnel(
  tunnel: localtunnel.Tunnel,
  driver: MessagePort,
  say: (message: WorkerMessage) => void,
  proxied: ProxiedRelays,
): void {
  const relays = new Set<Socket>();
  let opened = false;
  let drops = 0;

  const fail = (message: string) => {
    clearTimeout(lonely);
    say({ type: opened ? 'broken' : 'refused', message });
  };
  const beLonely = () =>
    setTimeout(() => {
      const silent = `The tunnel server gave ${tunnel.url}, but its relay port does not respond; a firewall may block it.`;
      fail(opened ? 'The connection to the tunnel server was lost.' : silent);
    }, maxWithoutRelayMs);
  let lonely = beLonely();

  tunnel.on('error', (error: Error) => fail(plainly(error)));
  proxied.failed = (reason) => {
    if (!opened) fail(`The tunnel server gave ${tunnel.url}, but ${reason}.`);
  };
  tunnel.tunnelCluster.on('open', (relay: Socket) => {
    clearTimeout(lonely);
    relays.add(relay);
    if (opened && relays.size === 1) say({ type: 'connected', connected: true });
    relay.setKeepAlive(true, keepAliveMs);
    const openedAt = Date.now();
    relay.once('close', () => {
      relays.delete(relay);
      drops = relay.bytesRead === 0 && Date.now() - openedAt < 1000 ? drops + 1 : 0;
      if (drops >= mostDropsInARow) fail('The tunnel server drops every connection.');
      if (relays.size > 0) return;
      say({ type: 'connected', connected: false });
      lonely = beLonely();
    });
    if (!opened) say({ type: 'open', url: tunnel.url });
    opened = true;
  });

  driver.once('message', async () => {
    await flushed(relays);
    tunnel.close();
    clearTimeout(lonely);
    say({ type: 'closed' });
  });
}

/** The one error that the library is known to emit, as a sentence; any other as it is. */
function plainly(error: Error): string {
  const refusing = /^connection refused: (\S+)/.exec(error.message)?.[1];
  return refusing ? `The relay port ${refusing} refuses connections.` : error.message;
}

/** Waits, for half a second at most, until the last responses have left for the relay. */
async function flushed(relays: ReadonlySet<Socket>): Promise<void> {
  let before = -1;
  for (let round = 0; round < 20; round++) {
    let sent = 0;
    let waiting = 0;
    for (const relay of relays) {
      sent += relay.bytesWritten;
      waiting += relay.writableLength;
    }
    if (waiting === 0 && sent === before) return;
    before = sent;
    await after(25);
  }
}

if (parentPort) {
  // `localhost` must mean the port we listen on, not what another user may have bound to ::1.
  setDefaultResultOrder('ipv4first');
  void holdTunnel(parentPort, workerData as WorkerInput);
}
