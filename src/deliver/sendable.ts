import { endToEnd, type HeaderList, headerValues, withoutFraming, withoutHeader } from '../model/headers.ts';
import { hopsHeader, hopsOf } from '../model/hops.ts';
import type { HostHeader } from '../model/host-header.ts';
import { withoutToken } from '../model/path-token.ts';
import type { CapturedRequest } from '../model/request.ts';
import { joinTarget, type TargetFault } from '../model/request-target.ts';
import { isLoopback, type Target } from '../model/target.ts';

/** A request ready for the wire. */
export interface Sendable {
  readonly method: string;
  /** The request target as it goes into the request line. */
  readonly path: string;
  readonly headers: HeaderList;
}

export interface SendableOptions {
  readonly hostHeader: HostHeader;
  /** Fields of our own, behind the request's. */
  readonly marks?: HeaderList | undefined;
  /** The first part of the path, which only let the request in. */
  readonly token?: string | undefined;
}

/**
 * The request for a target: everything end to end as it arrived. Left out are hop-by-hop fields, framing and Expect,
 * which belong to the connection it came on. Returns the reason instead if this can't be put on the wire.
 */
export function sendableOf(
  request: Pick<CapturedRequest, 'method' | 'requestTarget' | 'headers'>,
  target: Target,
  { hostHeader, marks = [], token }: SendableOptions,
): Sendable | { readonly reason: string } {
  const hosts = headerValues(request.headers, 'host').length;
  if (hosts > 1) return { reason: `it has ${hosts} Host headers, and a server accepts one only` };
  const path = pathFor(withoutToken(request.requestTarget, token), target);
  if (typeof path !== 'string') return { reason: path.fault };
  const own = marks.length > 0 ? withoutMarks(request.headers) : request.headers;
  const headers = [...headersFor(own, target, hostHeader), ...marks, ...hopsFor(request.headers, target)];
  return { method: request.method, path, headers };
}

/**
 * Removes the sender's headers that look like our marks: a sender can't mark requests. Many frameworks take underscores
 * for hyphens.
 */
function withoutMarks(headers: HeaderList): HeaderList {
  return headers.filter(([name]) => !/^webhook[-_]cli[-_]/i.test(name));
}

function headersFor(headers: HeaderList, target: Target, hostHeader: HostHeader): HeaderList {
  const kept = withoutHeader(withoutHeader(withoutFraming(endToEnd(headers)), 'expect'), hopsHeader);
  if (hostHeader === 'keep') return kept;
  const host = hostHeader === 'rewrite' ? new URL(target.origin).host : hostHeader.name;
  return [['Host', host], ...withoutHeader(kept, 'host')];
}

/** The base path is put before the request's own path; the host of an absolute-form target is never called. */
function pathFor(requestTarget: string, target: Target): string | TargetFault {
  const joined = joinTarget(target, requestTarget);
  if ('fault' in joined) return joined;
  return target.basePath === '' ? requestTarget : joined.path;
}

/** Counts how often a request has left this machine: only what can come back that way carries it. */
function hopsFor(headers: HeaderList, target: Target): HeaderList {
  if (isLoopback(target)) return [];
  return [[hopsHeader, String(hopsOf(headers) + 1)]];
}
