import type { FailureCode } from '../model/attempt.ts';
import type { Target } from '../model/target.ts';

export interface Failure {
  readonly code: FailureCode;
  readonly message: string;
}

/** What an error of the connection or of the HTTP client means, in words for the one who runs the target. */
export function failureOf(error: unknown, target: Target): Failure {
  const { code, message, name } = describe(innermost(error));
  const where = `${target.hostname}:${target.port}`;
  switch (code) {
    case 'ECONNREFUSED':
      return { code: 'refused', message: `refused: is the server on ${where} running?` };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return { code: 'not-found', message: `no such host: ${target.hostname}` };
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
      return { code: 'reset', message: `${where} closed the connection without an answer` };
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return { code: 'unreachable', message: `${where} did not accept a connection in time` };
    case 'UND_ERR_HEADERS_OVERFLOW':
      return {
        code: 'bad-answer',
        message: `the headers of the response of ${where} are larger than 128 KB`,
      };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
      return { code: 'unreachable', message: `${where} can't be reached: ${message}` };
  }
  // Its code is undefined where llhttp gives it no number.
  if (name === 'HTTPParserError') {
    return { code: 'bad-answer', message: `${where} answered something that is not HTTP: ${message}` };
  }
  if (isCertificateError(code, message)) {
    const help = target.secure
      ? 'with a self-signed certificate, use --insecure'
      : 'is it an http:// server?';
    return { code: 'tls', message: `TLS with ${where} failed (${message}): ${help}` };
  }
  return { code: 'unreachable', message: `${where}: ${message}` };
}

function isCertificateError(code: string, message: string): boolean {
  return /CERT|SELF_SIGNED|TLS|SSL|ISSUER|EPROTO/.test(code) || /certificate|SSL routines/i.test(message);
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
