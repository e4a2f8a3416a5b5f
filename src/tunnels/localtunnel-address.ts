import { isIP } from 'node:net';
import type { Environment } from '../model/environment.ts';
import { proxyFor } from '../proxy/proxy-for.ts';
import { fetchThrough } from './fetch-through.ts';

/** The properties of a response that localtunnel reads: anything but a 200 makes it give up with `data.message`. */
interface AddressResponse {
  readonly status: number;
  readonly data: TunnelAddress | { readonly message: string };
}

/** An address that a localtunnel server has given: the public URL and the relay port behind it. */
interface TunnelAddress {
  readonly id: string;
  readonly url: string;
  readonly port: number;
  readonly ip?: string;
  readonly max_conn_count: number;
}

/** The server may be slow to give an address, but one that says nothing for so long will not. */
const responseTimeoutMs = 15_000;

/** An address takes some hundred bytes: no more of an endless response is read than this. */
const mostResponseBytes = 64 * 1024;

/** Enough for http to become https and a slash to be added. */
const mostRedirects = 3;

/** A server decides how many relay connections we hold open; the public one asks for 10. */
const mostConnections = 32;

let proxyEnv: Environment = {};

/** Sets the environment whose proxies `get` uses; none unless it is set. */
export function setProxyEnv(env: Environment): void {
  proxyEnv = env;
}

/**
 * Asks a localtunnel server for an address. The build puts this in the place of the axios that localtunnel
 * pins, whose `get` it is. It never rejects: localtunnel would ask again for ever without telling anyone.
 */
export async function get(url: string): Promise<AddressResponse> {
  const server = new URL(url).origin;
  const signal = AbortSignal.timeout(responseTimeoutMs);
  try {
    const response = await fetchFrom(url, signal);
    if (typeof response === 'string') return refusal(response);
    const text = await beginningOf(response);
    if (text === undefined) return refusal(`The tunnel server ${server} sent an endless response.`);
    return resultOf(server, response, text);
  } catch (error) {
    return refusal(`The tunnel server ${server} can't be reached: ${reasonOf(error)}.`);
  }
}

/** Gets the server's response, after redirects within it; a sentence if it leads elsewhere. */
async function fetchFrom(url: string, signal: AbortSignal): Promise<Response | string> {
  let current = new URL(url);
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const response = await fetchOnce(current, signal);
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || location === null) return response;
    await response.body?.cancel();
    const next = URL.canParse(location, current.href) ? new URL(location, current) : undefined;
    if (!next || !isSameServer(current, next)) {
      const where = next ? printable(next.host) : 'an invalid address';
      return `The tunnel server ${current.origin} redirects to another host (${where}). If you trust that host, use it instead.`;
    }
    current = next;
  }
  return `The tunnel server ${current.origin} redirects in a loop.`;
}

function fetchOnce(url: URL, signal: AbortSignal): Promise<Response> {
  const headers = { accept: 'application/json' };
  const proxy = proxyFor(url, proxyEnv);
  if (proxy) return fetchThrough(proxy, url, headers, signal);
  return globalThis.fetch(url, { headers, redirect: 'manual', signal });
}

/** The same host and port, or the same host with TLS at its usual port. */
function isSameServer(from: URL, to: URL): boolean {
  if (to.origin === from.origin) return true;
  const isUpgrade = from.protocol === 'http:' && to.protocol === 'https:';
  return isUpgrade && to.hostname === from.hostname && from.port === '' && to.port === '';
}

/** The text of a response; undefined where it is longer than any address. */
async function beginningOf(response: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > mostResponseBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function resultOf(server: string, response: Response, text: string): AddressResponse {
  const data = parsed(text);
  if (!response.ok) {
    const said = typeof data.message === 'string' ? printable(data.message) : '';
    const status = `${response.status} ${printable(response.statusText)}`.trim();
    return refusal(`The tunnel server ${server} gave no address: ${said || `it responded ${status}.`}`);
  }
  const address = addressIn(data);
  if (!address) return refusal(`${server} responded, but not like a localtunnel server.`);
  return { status: 200, data: address };
}

function addressIn(data: Record<string, unknown>): TunnelAddress | undefined {
  const { id, url, port, ip, max_conn_count: connections } = data;
  if (typeof id !== 'string' || typeof url !== 'string' || !isPort(port)) return undefined;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) return undefined;
  return {
    id,
    url: new URL(url).origin,
    port,
    ...(typeof ip === 'string' && isIP(ip) ? { ip } : {}),
    max_conn_count: Number.isInteger(connections)
      ? Math.min(Math.max(Number(connections), 1), mostConnections)
      : 1,
  };
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 65_535;
}

function parsed(text: string): Record<string, unknown> {
  try {
    const data: unknown = JSON.parse(text);
    return typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function refusal(message: string): AddressResponse {
  return { status: 503, data: { message } };
}

/** The error of a connection in words that end a sentence. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (!(cause instanceof Error)) return printable(String(cause));
  if (cause.name === 'TimeoutError') return `it did not respond within ${responseTimeoutMs / 1000} s`;
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  switch (code) {
    case 'ECONNREFUSED':
      return 'it refuses the connection';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'its name cannot be resolved (is this machine online?)';
    case 'ENETUNREACH':
    case 'EHOSTUNREACH':
      return 'there is no route to it (is this machine online?)';
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return 'it does not respond';
    case 'ECONNRESET':
    case 'UND_ERR_SOCKET':
      return 'it closed the connection';
    default:
      return printable(cause.message || code);
  }
}

/** Foreign text that becomes part of a message: one line of bounded length. */
function printable(text: string): string {
  return text
    .slice(0, 200)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
}
