import type { FailureCode } from '../model/attempt.ts';
import type { Target } from '../model/target.ts';
import { maxHeaderBytes, type Wire } from './connection.ts';

export interface Failure {
  readonly code: FailureCode;
  readonly message: string;
}

/** The progress of an exchange up to its failure. */
export interface ExchangeProgress {
  /** Bytes that came back since the request was written; undefined: it was not. */
  readonly wire?: Wire | undefined;
  /** The target accepted the connection, TLS aside. */
  readonly isAccepted?: boolean | undefined;
  /** The head of a response came whole. */
  readonly hasHead?: boolean | undefined;
  /** The target has responded to a request before. */
  readonly hasResponded?: boolean | undefined;
}

/** Explains an error of the connection or of the HTTP client in one sentence for the developer of the target. */
export function failureOf(error: unknown, target: Target, progress: ExchangeProgress = {}): Failure {
  const { code, message, name } = describe(innermost(error));
  const where = whereIs(target);
  if (progress.wire && progress.wire.received > 0) {
    return progress.hasHead || isHttp(progress.wire.beginning)
      ? brokenResponse(code, message, name, where, progress.hasHead ?? false)
      : { code: 'bad-response', message: notHttp(progress.wire.beginning, where) };
  }
  if (code === 'UND_ERR_CONNECT_TIMEOUT' && target.secure && progress.isAccepted) {
    return {
      code: 'tls',
      message: `${where} accepted the connection but did not start TLS: ${tryPlain(where)}`,
    };
  }
  switch (code) {
    case 'ECONNREFUSED':
      return { code: 'refused', message: `refused: is the server on ${where} running?` };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return { code: 'not-found', message: `no such host: ${target.hostname}` };
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
      return closedWithoutResponse(target, where, progress);
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return { code: 'unreachable', message: `${where} did not accept a connection in time` };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
      return { code: 'unreachable', message: `${where} can't be reached: ${message}` };
  }
  if (isTlsError(code, message)) return { code: 'tls', message: tlsProblem(code, message, where) };
  return { code: 'unreachable', message: `${where}: ${message}` };
}

/** Explains why an exchange was not over in time. */
export function timeoutFailure(target: Target, timeoutMs: number, progress: ExchangeProgress): Failure {
  const where = whereIs(target);
  if (isSilentToTls(target, progress)) return silentToTls(where);
  const what = progress.hasHead ? 'finish its response' : 'respond';
  const isStrange = !progress.hasResponded && !progress.wire?.received;
  const hint = isStrange ? ': is this the right port, or does it need a longer timeout?' : '';
  return { code: 'timeout', message: `${where} did not ${what} within ${timeoutMs / 1000} s${hint}` };
}

function isSilentToTls({ secure }: Target, { wire, isAccepted }: ExchangeProgress): boolean {
  return secure && wire === undefined && isAccepted === true;
}

function silentToTls(where: string): Failure {
  return {
    code: 'tls',
    message: `${where} accepted the connection but did not start TLS: ${tryPlain(where)}`,
  };
}

function whereIs({ hostname, port }: Target): string {
  return `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`;
}

function brokenResponse(
  code: string,
  message: string,
  name: string,
  where: string,
  hasHead: boolean,
): Failure {
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    const most = `${maxHeaderBytes / 1024} KB`;
    return {
      code: 'bad-response',
      message: `the headers of the response of ${where} are larger than ${most}`,
    };
  }
  // Its code is undefined where llhttp gives it no number.
  if (name === 'HTTPParserError' && !/Invalid EOF state/.test(code + message)) {
    const reason = /\((.+)\)$/s.exec(message)?.[1] ?? message;
    return { code: 'bad-response', message: `${where} sent a response that is not valid HTTP: ${reason}` };
  }
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') {
    return { code: 'bad-response', message: `${where} sent a response whose Content-Length can't be read` };
  }
  if (message === 'bad upgrade') {
    return { code: 'bad-response', message: `${where} switched to another protocol without being asked` };
  }
  if (code === 'ERR_ASSERTION') {
    return { code: 'bad-response', message: `${where} sent a response that is not valid HTTP` };
  }
  const part = hasHead ? 'before its end' : 'within its headers';
  return { code: 'response-cut', message: `the response broke off: ${where} closed the connection ${part}` };
}

/** True if bytes are the beginning of an HTTP/1.x response, or may become one; empty lines may come before it. */
function isHttp(beginning: Buffer): boolean {
  const text = beginning.toString('latin1').replace(/^[\r\n]+/, '');
  return text.startsWith('HTTP/') || 'HTTP/'.startsWith(text);
}

function notHttp(beginning: Buffer, where: string): string {
  // An alert or a handshake, of any version.
  if ((beginning[0] === 0x15 || beginning[0] === 0x16) && beginning[1] === 3) {
    return `${where} speaks TLS: use https://${where}`;
  }
  // A frame of SETTINGS or GOAWAY on stream 0: what an HTTP/2 server begins with.
  if (beginning[0] === 0 && (beginning[3] === 4 || beginning[3] === 7)) return http2Only(where);
  return `${where} sent something that is not HTTP: is this the right port?`;
}

function http2Only(where: string): string {
  return `${where} speaks HTTP/2 only, and webhook-cli sends HTTP/1.1: enable HTTP/1.1 on that server`;
}

function tryPlain(where: string): string {
  return `if it is a plain HTTP server, use http://${where}`;
}

function closedWithoutResponse({ secure }: Target, where: string, progress: ExchangeProgress): Failure {
  if (secure && !progress.wire) {
    const message = `${where} closed the connection instead of starting TLS: ${tryPlain(where)}`;
    return { code: 'tls', message };
  }
  const hint = secure || progress.hasResponded ? '' : `: if it expects TLS, use https://${where}`;
  return { code: 'reset', message: `${where} closed the connection without a response${hint}` };
}

function isTlsError(code: string, message: string): boolean {
  return (
    /CERT|SELF_SIGNED|TLS|SSL|ISSUER|EPROTO|UNABLE_TO/.test(code) || /certificate|SSL routines/i.test(message)
  );
}

const untrusted = 'to accept it, use the option insecure';

/** Codes and texts of OpenSSL and of Node, and what to say in their place. */
const tlsProblems: readonly (readonly [pattern: RegExp, say: (where: string) => string])[] = [
  [
    /WRONG_VERSION_NUMBER|wrong version number|HTTP_REQUEST|http request|UNKNOWN_PROTOCOL|PACKET_LENGTH|packet length/i,
    (where) => `${where} does not speak TLS: ${tryPlain(where)}`,
  ],
  [/APPLICATION_PROTOCOL|application protocol/i, http2Only],
  [/SELF_SIGNED/, (where) => `the certificate of ${where} is self-signed: ${untrusted}`],
  [/CERT_HAS_EXPIRED/, (where) => `the certificate of ${where} has expired: ${untrusted}`],
  [/CERT_NOT_YET_VALID/, (where) => `the certificate of ${where} is not valid yet: ${untrusted}`],
  [/ALTNAME/, (where) => `the certificate of ${where} is for another host name: ${untrusted}`],
  [
    /ALERT.*CERTIFICATE|CERTIFICATE_REQUIRED/i,
    (where) => `${where} asks for a client certificate, which webhook-cli does not send`,
  ],
  [/CERT|ISSUER|UNABLE_TO/, (where) => `the certificate of ${where} is not trusted: ${untrusted}`],
  [
    /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|HANDSHAKE_FAILURE|CIPHER/i,
    (where) => `${where} supports no TLS version or cipher that webhook-cli does: it needs TLS 1.2 or newer`,
  ],
];

function tlsProblem(code: string, message: string, where: string): string {
  const found =
    tlsProblems.find(([pattern]) => pattern.test(code)) ??
    tlsProblems.find(([pattern]) => pattern.test(message));
  return found?.[1](where) ?? `TLS with ${where} failed: ${tryPlain(where)}`;
}

/** With two addresses to try (::1 and 127.0.0.1) Node reports both failures in one error. */
function innermost(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0]);
  return error;
}

function describe(error: unknown): { code: string; message: string; name: string } {
  if (!(error instanceof Error)) return { code: '', message: String(error), name: '' };
  const { code, message, name } = error as NodeJS.ErrnoException;
  return { code: typeof code === 'string' ? code : '', message, name };
}
