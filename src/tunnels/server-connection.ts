import { connect } from 'node:net';

/** True if the server of a URL accepts a TCP connection within the time limit. Sends nothing. Never rejects. */
export function acceptsConnection(url: URL, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
    const socket = connect({ host, port });
    const settle = (accepts: boolean) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      socket.destroy();
      resolve(accepts);
    };
    const giveUp = () => settle(false);
    const timer = setTimeout(giveUp, timeoutMs);
    signal.addEventListener('abort', giveUp, { once: true });
    socket.once('connect', () => settle(true));
    socket.on('error', giveUp);
  });
}
