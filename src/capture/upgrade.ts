import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { headersFromFlat } from '../model/headers.ts';

/**
 * Makes a server read requests that offer an upgrade (RFC 9110 7.8), which is declined, like any other. Node's parser
 * ends at such a request and loses what is pipelined behind it, so its bytes are read anew without the offer.
 * `whenReplied` calls back when everything that came before on the connection has its reply. The returned function
 * puts back the original headers: call it with every request.
 */
export function declineUpgrades(
  server: Server,
  whenReplied: (socket: Socket, then: () => void) => void,
): (request: IncomingMessage) => void {
  const offered = new WeakMap<Socket, string[]>();

  server.on('upgrade', (request: IncomingMessage, socket: Socket, rest: Buffer) => {
    offered.set(socket, request.rawHeaders);
    const head = Buffer.from(headWithoutOffer(request), 'latin1');
    // Nobody else listens to it meanwhile.
    const onError = () => socket.destroy();
    socket.on('error', onError);
    whenReplied(socket, () => {
      socket.off('error', onError);
      if (socket.destroyed) return;
      socket.unshift(Buffer.concat([head, rest]));
      server.emit('connection', socket);
    });
  });

  return (request) => {
    const fields = offered.get(request.socket);
    if (!fields) return;
    offered.delete(request.socket);
    request.rawHeaders = fields;
  };
}

/** The head of a request, in which nothing makes it an offer: `Connection` without `upgrade`. */
function headWithoutOffer(request: IncomingMessage): string {
  const lines = headersFromFlat(request.rawHeaders).map(([name, value]) => {
    if (name.toLowerCase() !== 'connection') return `${name}: ${value}\r\n`;
    const others = value.split(',').filter((token) => token.trim().toLowerCase() !== 'upgrade');
    return others.length === 0 ? '' : `${name}: ${others.join(',')}\r\n`;
  });
  return `${request.method} ${request.url} HTTP/${request.httpVersion}\r\n${lines.join('')}\r\n`;
}
