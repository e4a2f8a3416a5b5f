import { bodyOf, emptyBody } from '../../model/body.ts';
import type { Reply } from '../../model/reply.ts';
import type { Reading } from '../request/parsed-request.ts';

/** The listener's answer to a handshake, as text. */
export function textAnswer(text: string): Reply {
  return answer(200, 'text/plain; charset=utf-8', text);
}

/** The listener's answer to a handshake, as JSON. */
export function jsonAnswer(value: unknown): Reply {
  return answer(200, 'application/json', JSON.stringify(value));
}

/** An answer without a body, with header fields where given. */
export function emptyAnswer(status: number, headers: Reply['headers'] = []): Reply {
  return { status, headers, body: emptyBody, by: 'listener' };
}

function answer(status: number, type: string, text: string): Reply {
  return {
    status,
    headers: [['content-type', type]],
    body: bodyOf(Buffer.from(text, 'utf8')),
    by: 'listener',
  };
}

/** The answer to the HEAD by which a vendor looks whether an address is there. */
export function headAnswer({ method }: Pick<Reading, 'method'>): Reply | undefined {
  return method === 'HEAD' ? emptyAnswer(200) : undefined;
}
