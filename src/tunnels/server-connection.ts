import { connect } from 'node:net';
import type { Environment } from '../model/environment.ts';
import { connectThrough } from '../proxy/connect-through.ts';
import { proxyFor } from '../proxy/proxy-for.ts';

/** What became of a TCP connection: `refused` by the server's machine, or `failed` in any other way. */
export type ConnectionResult = 'accepted' | 'refused' | 'failed';

/**
 * True if the server of a URL accepts a TCP connection within the time limit, or the proxy that the environment names
 * for it connects to it. Sends nothing. Never rejects.
 */
export async function acceptsConnection(
  url: URL,
  timeoutMs: number,
  signal: AbortSignal,
  env: Environment = {},
): Promise<boolean> {
  return (await tryConnection(url, timeoutMs, signal, env)) === 'accepted';
}

/** Connects to the server of a URL with TCP within the time limit. Sends nothing. Never rejects. */
export function tryConnection(
  url: URL,
  timeoutMs: number,
  signal: AbortSignal,
  env: Environment = {},
): Promise<ConnectionResult> {
  if (signal.aborted) return Promise.resolve('failed');
  return new Promise((resolve) => {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
    const proxy = proxyFor(url, env);
    const socket = proxy ? connectThrough(proxy, host, port) : connect({ host, port });
    const settle = (result: ConnectionResult) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      socket.destroy();
      resolve(result);
    };
    const giveUp = () => settle('failed');
    const timer = setTimeout(giveUp, timeoutMs);
    signal.addEventListener('abort', giveUp, { once: true });
    socket.once('connect', () => settle('accepted'));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      settle(error.code === 'ECONNREFUSED' ? 'refused' : 'failed'),
    );
  });
}
