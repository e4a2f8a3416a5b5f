import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { AddressSource } from '../model/address-source.ts';
import type { Reply } from '../model/reply.ts';

/** The tunnel that leads to one of the listener's ports. */
export interface TunnelSide {
  /** The public URL, once there is one. */
  readonly url: () => string | undefined;
  /** The place where requests that come through it tell the sender's address. */
  readonly addressSource: () => AddressSource;
  /** Local requests come in on the same port: a reverse proxy leads to it. */
  readonly isShared?: boolean;
  /** Replies to a request of our own that came back through the tunnel; undefined for every other request. */
  readonly replyToProbe: (headers: IncomingHttpHeaders) => Reply | undefined;
  /** True for a request of our own that asks for a report of what of it has arrived. */
  readonly wantsReport: (headers: IncomingHttpHeaders) => boolean;
  /** Called when any other request begins; returns what to call once its reply is sent or its sender is gone. */
  readonly requestBegan: () => () => void;
}

export interface Addresses {
  /** Scheme and authority that the sender called, with the part of the path that a reverse proxy removed. */
  readonly origin: string;
  /** The sender's address; through a tunnel that can't be trusted with it, the address of our side of the tunnel. */
  readonly remoteAddress: string;
  /** The address that limits and lists of senders use; undefined if it is unknown. */
  readonly sender: string | undefined;
}

/** The address that the sender called and its own. Forwarded addresses count only on the tunnel's port. */
export function addressesOf(request: IncomingMessage, tunnel: TunnelSide | undefined): Addresses {
  const { socket, headers } = request;
  const host = headers.host ?? localHost(request);
  const peer = socket.remoteAddress ?? '';
  const url = tunnel?.url();
  if (!tunnel || (tunnel.isShared && !isForwarded(host, headers, url)))
    return { origin: `http://${host}`, remoteAddress: peer, sender: peer };
  const source = tunnel.addressSource();
  const sender = source === 'socket' ? peer : forwardedAddress(headers, source);
  const origin =
    tunnel.isShared && url !== undefined
      ? proxyOrigin(url, request.url ?? '')
      : tunnelOrigin(host, headers, url);
  return { origin, remoteAddress: sender ?? peer, sender };
}

/** True if a request came through a reverse proxy, by what it says of itself or by the host that was called. */
function isForwarded(host: string, headers: IncomingHttpHeaders, url: string | undefined): boolean {
  if (url !== undefined && new URL(url).host === host.toLowerCase()) return true;
  return forwardingHeaders.some((name) => headers[name] !== undefined);
}

/** RFC 7239, RFC 9110 7.6.3, and the older names that reverse proxies use. */
const forwardingHeaders = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
];

/** The sender's address as a tunnel passes it on; undefined if the tunnel does not, or if it is not an address. */
export function forwardedAddress(headers: IncomingHttpHeaders, source: AddressSource): string | undefined {
  if (source === 'none' || source === 'socket') return undefined;
  if (source === 'x-forwarded-for') return addressIn(lastOf(headers['x-forwarded-for']));
  // One that came twice was joined with a comma, and is no address.
  return addressIn(String(headers[source.header.toLowerCase()] ?? '').trim());
}

/** Some proxies add the port: `192.0.2.7:4711`, `[2001:db8::1]:4711`. */
function addressIn(text: string | undefined): string | undefined {
  if (text === undefined || isIP(text)) return text || undefined;
  const [, v6, v4] = /^(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+)$/.exec(text) ?? [];
  const bare = v6 ?? v4 ?? '';
  return isIP(bare) ? bare : undefined;
}

function tunnelOrigin(host: string, headers: IncomingHttpHeaders, url: string | undefined): string {
  if (url !== undefined && new URL(url).host === host.toLowerCase()) return url;
  return `${lastOf(headers['x-forwarded-proto']) === 'http' ? 'http' : 'https'}://${host}`;
}

/** A reverse proxy may remove the path of the public URL, which the sender called all the same. */
function proxyOrigin(publicUrl: string, requestTarget: string): string {
  const { origin, pathname } = new URL(publicUrl);
  const base = pathname.replace(/\/$/, '');
  return requestTarget === base || requestTarget.startsWith(`${base}/`) ? origin : origin + base;
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
