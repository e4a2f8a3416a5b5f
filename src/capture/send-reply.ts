import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { type Body, bodyOf, bodyPieceBytes } from '../model/body.ts';
import { messageOf } from '../model/errors.ts';
import { endToEnd, flatFromHeaders, type HeaderList, withoutFraming } from '../model/headers.ts';
import type { Reply } from '../model/reply.ts';

/**
 * Sends a reply: its own status, headers and body, framed anew. With `keepAlive` false the connection ends after it,
 * but not before `unread` (a request whose body was not read to its end) is over, so that its sender sees the reply
 * and not a reset.
 */
export function sendReply(
  response: ServerResponse,
  reply: Reply,
  keepAlive: boolean,
  unread?: IncomingMessage,
): void {
  if (response.destroyed) return;
  if (!keepAlive) response.shouldKeepAlive = false;
  // A target's response has its own Date, or none.
  if (reply.by === 'target') response.sendDate = false;
  try {
    writeHead(response, reply);
  } catch (error) {
    sendReply(response, unsendable(error), keepAlive, unread);
    return;
  }
  if (reply.trailers && reply.trailers.length > 0) response.addTrailers(reply.trailers as [string, string][]);
  if (unread) sendBeforeEnd(response, reply, unread);
  else if (reply.body.size <= oneWriteBytes) response.end(latin1(reply.body), 'latin1');
  else if (reply.body.size <= bodyPieceBytes) response.end(reply.body.bytes(bodyPieceBytes));
  else
    pipeline(Readable.from(reply.body.stream(), { objectMode: false }), response, () => response.destroy());
}

/** A reason phrase that Node writes as it is: latin1 without control characters but the tab. */
const plainReason = /^[\t\x20-\x7e\x80-\xff]*$/;

/** A target's reason phrase goes out byte for byte, also where Node refuses it. */
function writeHead(response: ServerResponse, reply: Reply): void {
  const reason = reply.statusText ?? STATUS_CODES[reply.status] ?? '';
  const isPlain = plainReason.test(reason);
  response.writeHead(reply.status, isPlain ? reason : '', headFields(response, reply));
  if (isPlain) return;
  // Node has put the head together and writes it with the body. A line's end can't be in a phrase that was parsed.
  const made = response as unknown as { _header: string };
  const statusLine = `HTTP/1.1 ${reply.status} ${reason.replace(/[\r\n]/g, ' ')}`;
  made._header = statusLine + made._header.slice(made._header.indexOf('\r\n'));
}

/** Node puts a string behind the head and writes both at once; bytes cost a second buffer in the system call. */
const oneWriteBytes = 16 * 1024;

function latin1(body: Body): string {
  const { buffer, byteOffset, byteLength } = body.bytes(oneWriteBytes);
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}

/** The fields that Node is given to write: everything end-to-end in its order, and the length of the body. */
function headFields(response: ServerResponse, reply: Reply): string[] {
  const headers = reply.by === 'target' ? endToEnd(reply.headers) : reply.headers;
  // A response to HEAD tells the length of what GET would bring: a target's own field does.
  const isHead = response.req.method === 'HEAD' && reply.body.size === 0;
  if (reply.status === 204 || reply.status === 304 || isHead) return flatFromHeaders(headers);
  // Trailers need chunks; Node chunks what has no length.
  if (reply.trailers && reply.trailers.length > 0) return flatFromHeaders(withoutFraming(headers));
  return flatFromHeaders(withLength(headers, reply.body.size));
}

function withLength(headers: HeaderList, size: number): HeaderList {
  const index = headers.findIndex(([name]) => name.toLowerCase() === 'content-length');
  if (index < 0) return [...withoutFraming(headers), ['Content-Length', String(size)]];
  const name = headers[index]![0];
  return headers
    .map((header, at): (typeof headers)[number] => (at === index ? [name, String(size)] : header))
    .filter(([other], at) => at === index || !/^(content-length|trailer)$/i.test(other));
}

function sendBeforeEnd(response: ServerResponse, reply: Reply, unread: IncomingMessage): void {
  response.write(reply.body.bytes(bodyPieceBytes));
  if (unread.complete || unread.destroyed) response.end();
  else unread.once('end', () => response.end());
}

function unsendable(error: unknown): Reply {
  const text = `The target's response can't be sent on: ${messageOf(error)}\n`;
  return {
    status: 502,
    headers: [['Content-Type', 'text/plain; charset=utf-8']],
    body: bodyOf(Buffer.from(text)),
    by: 'listener',
  };
}
