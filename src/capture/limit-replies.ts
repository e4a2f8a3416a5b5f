import { bodyOf } from '../model/body.ts';
import type { Reply } from '../model/reply.ts';
import type { ProtocolError } from './malformed-request.ts';

/** The reply to a request that comes while as many arrive as may at once: nothing of it was kept. */
export function tooManyReply(): Reply {
  return plain(503, 'Too many requests are arriving at once. Send it again later.', [['Retry-After', '5']]);
}

/** The reply to a request that is refused for what it is. */
export function protocolErrorReply({ status, reason }: ProtocolError): Reply {
  return plain(status, reason);
}

/** The reply to a request whose body came too slowly (RFC 9110 15.5.9). */
export function tooSlowReply(): Reply {
  return plain(408, 'The body arrived too slowly.');
}

function plain(status: number, text: string, more: Reply['headers'] = []): Reply {
  return {
    status,
    headers: [['Content-Type', 'text/plain; charset=utf-8'], ...more],
    body: bodyOf(Buffer.from(`${text}\n`)),
    by: 'listener',
  };
}
