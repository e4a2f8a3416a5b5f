import { BlockList, isIP } from 'node:net';
import type { Environment } from '../model/environment.ts';
import { UserError } from '../model/errors.ts';
import { isLoopback } from '../model/target.ts';

/** A proxy that connects to a server for us. */
export interface HttpProxy {
  readonly hostname: string;
  readonly port: number;
  /** It is spoken to with TLS. */
  readonly secure: boolean;
  /** Value of `Proxy-Authorization`, if its URL has a user name: never shown. */
  readonly authorization: string | undefined;
}

/** A server that is to be connected to: a URL, or its parts. */
export type Destination = Pick<URL, 'protocol' | 'hostname' | 'port'>;

/** The variables that name proxies; small letters come first, as in other programs. */
const variables = {
  'http:': ['http_proxy', 'HTTP_PROXY'],
  'https:': ['https_proxy', 'HTTPS_PROXY'],
} as const;

const exceptions = ['no_proxy', 'NO_PROXY'] as const;

/** The part of an environment that is about proxies. */
export function proxyVariables(env: Environment): Environment {
  const names = [...variables['http:'], ...variables['https:'], ...exceptions];
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}

/**
 * The proxy for a server, by HTTP_PROXY or HTTPS_PROXY and NO_PROXY; undefined if there is none, and for loopback
 * always. Throws a UserError if the variable is not the URL of a proxy.
 */
export function proxyFor(destination: Destination, env: Environment): HttpProxy | undefined {
  const hostname = bare(destination.hostname);
  if (isLoopback({ hostname })) return undefined;
  const isSecure = destination.protocol === 'https:';
  const name = variables[isSecure ? 'https:' : 'http:'].find((each) => env[each]);
  if (name === undefined) return undefined;
  const list = exceptions.map((each) => env[each]).find(Boolean) ?? '';
  if (isExcepted(hostname, destination.port || (isSecure ? '443' : '80'), list)) return undefined;
  return proxyIn(name, env[name]!);
}

/** Reads the value of a variable, which may hold a password. */
function proxyIn(name: string, value: string): HttpProxy {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || url.hostname === '' || !/^https?:$/.test(url.protocol)) {
    const what =
      url && url.hostname !== ''
        ? `${name} names a proxy of another kind (${url.protocol.slice(0, -1)}).`
        : `${name} is not the URL of a proxy.`;
    throw new UserError('usage', what, `Set it to a URL such as http://proxy.example.com:3128.`);
  }
  const secure = url.protocol === 'https:';
  const user = `${decoded(url.username)}:${decoded(url.password)}`;
  return {
    hostname: bare(url.hostname),
    port: Number(url.port || (secure ? 443 : 80)),
    secure,
    authorization: url.username === '' ? undefined : `Basic ${Buffer.from(user).toString('base64')}`,
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** True if an entry of NO_PROXY holds: `*`, a name with all below it, an address, a range of them; each with a port or not. */
function isExcepted(hostname: string, port: string, list: string): boolean {
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((entry) => {
      if (entry === '*') return true;
      const [, name = '', entryPort] = /^(\[[^\]]*\]|[^:]*|.*:.*:.*?)(?::(\d+))?$/.exec(entry) ?? [];
      if (entryPort !== undefined && entryPort !== port) return false;
      return covers(bare(name), hostname.toLowerCase());
    });
}

function covers(name: string, hostname: string): boolean {
  const kind = isIP(hostname);
  if (kind !== 0) {
    const range = new BlockList();
    const [address = '', bits] = name.split('/');
    if (isIP(address) !== kind) return false;
    const prefix = bits === undefined ? (kind === 4 ? 32 : 128) : Number(bits);
    if (!Number.isInteger(prefix) || prefix < 0 || prefix > (kind === 4 ? 32 : 128)) return false;
    range.addSubnet(address, prefix, kind === 4 ? 'ipv4' : 'ipv6');
    return range.check(hostname, kind === 4 ? 'ipv4' : 'ipv6');
  }
  const domain = name.replace(/^\*?\./, '');
  return domain !== '' && (hostname === domain || hostname.endsWith(`.${domain}`));
}

/** An IPv6 address without its brackets. */
function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}
