import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Reply } from '../model/reply.ts';

/** What the listener knows of the tunnel that leads to one of its ports. */
export interface TunnelSide {
  /** The public URL, once there is one. */
  readonly url: () => string | undefined;
  /** Answers a request of our own that came back through the tunnel; undefined for everybody else's. */
  readonly answerProbe: (headers: IncomingHttpHeaders) => Reply | undefined;
}

/** Whom the sender called and who it was. Forwarded addresses count only where nobody but the tunnel can come in. */
export function addressesOf(
  request: IncomingMessage,
  tunnel: TunnelSide | undefined,
): { readonly origin: string; readonly remoteAddress: string } {
  const { socket, headers } = request;
  const host = headers.host ?? localHost(request);
  if (!tunnel) return { origin: `http://${host}`, remoteAddress: socket.remoteAddress ?? '' };
  return {
    origin: tunnelOrigin(host, headers, tunnel.url()),
    remoteAddress: lastOf(headers['x-forwarded-for']) ?? socket.remoteAddress ?? '',
  };
}

function tunnelOrigin(host: string, headers: IncomingHttpHeaders, url: string | undefined): string {
  if (url !== undefined && new URL(url).host === host.toLowerCase()) return url;
  return `${lastOf(headers['x-forwarded-proto']) === 'http' ? 'http' : 'https'}://${host}`;
}

function localHost({ socket }: IncomingMessage): string {
  const address = socket.localAddress ?? '127.0.0.1';
  return `${address.includes(':') ? `[${address}]` : address}:${socket.localPort}`;
}

/** The entry that the nearest proxy added: those before it are the sender's to make up. */
function lastOf(list: string | string[] | undefined): string | undefined {
  const text = Array.isArray(list) ? list.join(',') : list;
  return text?.split(',').at(-1)?.trim() || undefined;
}
