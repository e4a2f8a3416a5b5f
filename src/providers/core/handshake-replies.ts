import { bodyOf, emptyBody } from '../../model/body.ts';
import type { Reply } from '../../model/reply.ts';
import type { ParsedRequest } from '../request/parsed-request.ts';

/** The listener's answer to a handshake, as text. */
export function textReply(text: string): Reply {
  return replyWith(200, 'text/plain; charset=utf-8', text);
}

/** The listener's answer to a handshake, as JSON. */
export function jsonReply(value: unknown): Reply {
  return replyWith(200, 'application/json', JSON.stringify(value));
}

/** An answer without a body, with header fields where given. */
export function emptyReply(status: number, headers: Reply['headers'] = []): Reply {
  return { status, headers, body: emptyBody, by: 'listener' };
}

function replyWith(status: number, type: string, text: string): Reply {
  return {
    status,
    headers: [['content-type', type]],
    body: bodyOf(Buffer.from(text, 'utf8')),
    by: 'listener',
  };
}

/** The answer to the HEAD by which a vendor looks whether an address is there. */
export function headReply({ method }: Pick<ParsedRequest, 'method'>): Reply | undefined {
  return method === 'HEAD' ? emptyReply(200) : undefined;
}
