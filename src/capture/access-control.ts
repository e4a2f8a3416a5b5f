import { createHash, timingSafeEqual } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { bodyOf } from '../model/body.ts';
import { UserError } from '../model/errors.ts';
import { type HeaderList, headerValues } from '../model/headers.ts';
import type { RefusalCode } from '../model/refusal.ts';
import type { Reply } from '../model/reply.ts';

/** Conditions for requests to be let in. All that are set have to hold. */
export interface AccessOptions {
  /** A user's name and password, as in `Authorization: Basic` (RFC 7617). */
  readonly basicAuth?: { readonly user: string; readonly password: string } | undefined;
  /** Addresses and networks, such as `203.0.113.7` and `2001:db8::/32`, from which requests are taken. */
  readonly allowIp?: readonly string[] | undefined;
  /** The first segment that the path has to have. */
  readonly pathToken?: string | undefined;
  /** At most so many requests a second from one address, with as many again in a burst. */
  readonly maxRate?: number | undefined;
}

/** The parts of a request that access control sees, before its body is read. */
export interface RequestMeta {
  /** The sender's address; undefined where the tunnel can't be trusted to tell it. */
  readonly sender: string | undefined;
  readonly requestTarget: string;
  readonly headers: HeaderList;
}

/** The reason why a request is not let in, with the status and headers of the reply. */
export interface Rejection {
  readonly code: RefusalCode;
  readonly status: 401 | 403 | 404 | 429;
  readonly reason: string;
  readonly headers: HeaderList;
}

/** The reply to a rejected request; gives no hint at what would be let in. */
export function rejectionReply({ status, headers }: Rejection): Reply {
  const text = `${STATUS_CODES[status]}\n`;
  return {
    status,
    headers: [['Content-Type', 'text/plain; charset=utf-8'], ...headers],
    body: bodyOf(Buffer.from(text)),
    by: 'listener',
  };
}

/** Checks a request at the time `now` (ms); undefined if it is let in. */
export type AccessControl = (request: RequestMeta, now: number) => Rejection | undefined;

/** Access control by these options, undefined without any; throws a UserError for an invalid address. */
export function createAccessControl(options: AccessOptions): AccessControl | undefined {
  const checks: AccessControl[] = [];
  if (options.allowIp && options.allowIp.length > 0) checks.push(addressCheck(options.allowIp));
  if (options.maxRate !== undefined) checks.push(rateCheck(options.maxRate));
  if (options.pathToken !== undefined) checks.push(tokenCheck(options.pathToken));
  if (options.basicAuth) checks.push(passwordCheck(options.basicAuth));
  if (checks.length === 0) return undefined;
  return (request, now) => {
    for (const check of checks) {
      const rejection = check(request, now);
      if (rejection) return rejection;
    }
    return undefined;
  };
}

function addressCheck(allowed: readonly string[]): AccessControl {
  const list = new BlockList();
  for (const text of allowed) addAddress(list, text);
  return ({ sender = '' }) => {
    const address = sender.replace(/^::ffff:(?=\d+\.)/i, '');
    const family = isIP(address);
    if (family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4')) return undefined;
    return { code: 'ip', status: 403, reason: 'the address is not allowed', headers: [] };
  };
}

function addAddress(list: BlockList, text: string): void {
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address);
  const longest = family === 6 ? 128 : 32;
  const length = prefix === undefined ? longest : Number(prefix);
  if (family === 0 || rest.length > 0 || !/^\d{1,3}$/.test(prefix ?? '0') || length > longest) {
    throw new UserError(
      'usage',
      `${JSON.stringify(text)} is not an address or a network.`,
      'Give one such as 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32.',
    );
  }
  list.addSubnet(address, length, family === 6 ? 'ipv6' : 'ipv4');
}

function passwordCheck({
  user,
  password,
}: {
  readonly user: string;
  readonly password: string;
}): AccessControl {
  const expected = digest(Buffer.from(`${user}:${password}`));
  return ({ headers }) => {
    const [given, ...others] = headerValues(headers, 'authorization');
    const encoded = others.length === 0 ? /^basic +([a-z0-9+/=]+) *$/i.exec(given ?? '')?.[1] : undefined;
    if (encoded !== undefined && timingSafeEqual(digest(Buffer.from(encoded, 'base64')), expected))
      return undefined;
    return {
      code: 'password',
      status: 401,
      reason: 'wrong or missing user name and password',
      headers: [['WWW-Authenticate', 'Basic realm="webhook-cli", charset="UTF-8"']],
    };
  };
}

function tokenCheck(token: string): AccessControl {
  const expected = digest(Buffer.from(token));
  return ({ requestTarget }) => {
    const first = /^\/([^/?#]*)/.exec(requestTarget)?.[1] ?? '';
    if (timingSafeEqual(digest(Buffer.from(first)), expected)) return undefined;
    return { code: 'token', status: 404, reason: 'the path does not begin with the token', headers: [] };
  };
}

/** Of equal length whatever was given, so that comparing takes equally long. */
function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** Addresses are forgotten when their bucket is full again, so that memory stays bounded by the traffic of a moment. */
const mostAddresses = 10_000;

/** The key of all senders whose address is unknown, which share one bucket: no address is this. */
const unknownSender = 'unknown';

/** A token bucket an address: it fills at the rate, and holds a second's worth. */
function rateCheck(perSecond: number): AccessControl {
  const buckets = new Map<string, { level: number; at: number }>();
  return ({ sender = unknownSender }, now) => {
    if (buckets.size > mostAddresses) {
      for (const [address, { level, at }] of buckets) {
        if (level + ((now - at) / 1000) * perSecond >= perSecond) buckets.delete(address);
      }
      // All of them are busy: forgetting them lets some through, which is better than growing without end.
      if (buckets.size > mostAddresses) buckets.clear();
    }
    const bucket = buckets.get(sender) ?? { level: perSecond, at: now };
    const elapsed = Math.max(0, now - bucket.at) / 1000;
    bucket.level = Math.min(perSecond, bucket.level + elapsed * perSecond);
    bucket.at = now;
    buckets.set(sender, bucket);
    if (bucket.level >= 1) {
      bucket.level -= 1;
      return undefined;
    }
    const waitS = Math.max(1, Math.ceil((1 - bucket.level) / perSecond));
    return {
      code: 'rate',
      status: 429,
      reason: 'too many requests from one address',
      headers: [['Retry-After', String(waitS)]],
    };
  };
}
