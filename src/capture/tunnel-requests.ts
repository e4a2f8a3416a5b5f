import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { TunnelSide } from './addresses.ts';

/** The requests of each connection of the tunnel that are in flight, as what to call when they are over. */
export type TunnelRequests = WeakMap<Socket, Set<() => void>>;

/** Tells the tunnel that a request begins, and later that its reply is sent or its sender is gone. */
export function tellTunnel(
  requests: TunnelRequests,
  tunnel: TunnelSide,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const inFlight = requestsOn(requests, request.socket);
  const ended = tunnel.requestBegan();
  const over = () => {
    if (inFlight.delete(over)) ended();
  };
  inFlight.add(over);
  response.once('close', over);
}

/** One listener for each connection: the response to a request that waits for its turn does not tell of its end. */
function requestsOn(requests: TunnelRequests, socket: Socket): Set<() => void> {
  const before = requests.get(socket);
  if (before) return before;
  const inFlight = new Set<() => void>();
  requests.set(socket, inFlight);
  const gone = () => {
    for (const over of [...inFlight]) over();
  };
  // A sender that ends its side may still read a reply, but none waits long like that.
  socket.once('end', gone);
  socket.once('close', gone);
  return inFlight;
}
