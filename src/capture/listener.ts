import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { UserError } from '../model/errors.ts';
import { option, phrase } from '../model/phrase.ts';
import { createHttpServer, type HttpServerOptions } from './http-server.ts';
import { createIntake, whenIdle } from './intake.ts';

export interface ListenerOptions extends HttpServerOptions {
  /** Any free port if 0. */
  readonly port: number;
  /** The addresses to listen on, all with the same port; those this machine does not have are left out. */
  readonly addresses: readonly string[];
  /** The one of them that this machine must have. */
  readonly requiredAddress?: string | undefined;
}

/** A bound port. Closing goes: stop accepting, wait or not, abort what still arrives, close. */
export interface Listener {
  readonly port: number;
  /** Takes no new connections and no further requests on those that are open. */
  stopAccepting(): void;
  /** Resolves when every request that began has its reply. */
  idle(): Promise<void>;
  /** Cuts off requests that have not arrived whole: they end as aborted. */
  abortArriving(): void;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** Binds a port and serves HTTP/1.x on it. Rejects with a UserError if the port is taken, or an address is not there. */
export async function openListener(options: ListenerOptions): Promise<Listener> {
  const intake = createIntake(options);
  const servers: Server[] = [];
  let port = options.port;
  try {
    for (const address of options.addresses) {
      const server = createHttpServer(intake, options);
      const bound = await bind(server, address, port);
      if (bound === undefined && address === options.requiredAddress) throw noSuchAddress(address);
      if (bound === undefined) continue;
      port = bound;
      servers.push(server);
    }
  } catch (error) {
    intake.arriving.close();
    await closeAll(servers);
    throw error;
  }
  if (servers.length === 0)
    throw new UserError('failed', 'This machine has no loopback address to listen on.');
  return {
    port,
    stopAccepting() {
      intake.accepting = false;
      for (const server of servers) {
        server.close();
        server.closeIdleConnections();
      }
    },
    idle: () => whenIdle(intake),
    abortArriving: () => intake.arriving.abort(),
    close: () => {
      intake.arriving.close();
      return closeAll(servers);
    },
  };
}

/** The port that was bound, or undefined where this machine lacks the address (no IPv6). */
function bind(server: Server, address: string, port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') resolve(undefined);
      else reject(cannotBind(error, address, port));
    });
    // Without `ipv6Only`, `::` would take what is bound to IPv4 addresses, and change how they are written.
    server.listen({ port, host: address, ipv6Only: true }, () =>
      resolve((server.address() as AddressInfo).port),
    );
  });
}

function noSuchAddress(address: string): UserError {
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const own = all.filter(({ internal, scopeid }) => !internal && !scopeid).map((each) => each.address);
  return new UserError(
    'usage',
    `This machine does not have the address ${address}.`,
    `Its addresses are: ${own.length === 0 ? 'loopback only' : own.join(', ')}. 0.0.0.0 stands for all of them.`,
  );
}

function cannotBind(error: NodeJS.ErrnoException, address: string, port: number): UserError {
  const cause = { cause: error };
  if (error.code === 'EADDRINUSE') {
    return new UserError(
      'port-in-use',
      `Port ${port} is in use by another program.`,
      phrase`Choose another with ${option('port')}, or leave ${option('port')} out to get a free one.`,
      cause,
    );
  }
  if (error.code === 'EACCES') {
    return new UserError(
      'failed',
      `Port ${port} requires elevated privileges.`,
      phrase`Choose one above 1023 with ${option('port')}.`,
      cause,
    );
  }
  return new UserError('failed', `Can't listen on ${address}:${port}: ${error.message}.`, undefined, cause);
}

async function closeAll(servers: readonly Server[]): Promise<void> {
  await Promise.all(
    servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    ),
  );
}
