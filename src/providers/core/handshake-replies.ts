import { bodyOf, emptyBody } from '../../model/body.ts';
import type { Reply } from '../../model/reply.ts';
import type { ParsedRequest } from '../request/parsed-request.ts';

/** Replies to a handshake with text. */
export function textReply(text: string): Reply {
  return replyWith(200, 'text/plain; charset=utf-8', text);
}

/** Replies to a handshake with JSON. */
export function jsonReply(value: unknown): Reply {
  return replyWith(200, 'application/json', JSON.stringify(value));
}

/** Replies without a body. */
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

/** Replies to a HEAD request, by which a provider checks that the URL exists; undefined for other methods. */
export function headReply({ method }: Pick<ParsedRequest, 'method'>): Reply | undefined {
  return method === 'HEAD' ? emptyReply(200) : undefined;
}
