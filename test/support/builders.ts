import type { NewAttempt } from '../../src/model/attempt.ts';
import { bodyOf } from '../../src/model/body.ts';
import type { HeaderList } from '../../src/model/headers.ts';
import { newId } from '../../src/model/id.ts';
import { arrivalOf, type CapturedRequest, captured } from '../../src/model/request.ts';

/** A request as a test needs it: say only what matters to it. */
export function aRequest(
  classification: Partial<Omit<CapturedRequest, 'body'>> & {
    readonly body?: string | Uint8Array | CapturedRequest['body'];
  } = {},
): CapturedRequest {
  const { body = '', ...rest } = classification;
  const arrival = arrivalOf({
    receivedAt: 1_790_000_000_000,
    method: 'POST',
    requestTarget: '/hooks?x=1',
    origin: 'http://localhost:4000',
    headers: [
      ['Host', 'localhost:4000'],
      ['Content-Type', 'application/json'],
    ],
    body:
      typeof body === 'string' ? bodyOf(Buffer.from(body)) : body instanceof Uint8Array ? bodyOf(body) : body,
  });
  return { ...captured(arrival, newId(), 'project'), ms: 1.5, remoteAddress: '127.0.0.1', ...rest };
}

/** An attempt that was answered. */
export function anAnswered(
  status: number,
  body = '',
  headers: HeaderList = [],
  more: Partial<NewAttempt> = {},
): NewAttempt {
  return {
    kind: 'forward',
    target: 'http://localhost:3000',
    startedAt: 1_790_000_000_100,
    ms: 12.25,
    outcome: {
      type: 'response',
      response: { status, statusText: 'OK', headers, trailers: [], body: bodyOf(Buffer.from(body)) },
    },
    ...more,
  };
}

/** An attempt that nobody answered. */
export function aRefused(more: Partial<NewAttempt> = {}): NewAttempt {
  return {
    kind: 'forward',
    target: 'http://localhost:3000',
    startedAt: 1_790_000_000_100,
    ms: 2,
    outcome: {
      type: 'failed',
      code: 'refused',
      message: 'refused: is the server on localhost:3000 running?',
    },
    ...more,
  };
}
