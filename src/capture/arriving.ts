import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** The requests that have not arrived whole. */
export interface Arriving {
  /** Takes a request in; call what it returns once the request is here. */
  add(request: IncomingMessage): () => void;
  /** Cuts all of them off, or those that come over one connection. */
  abort(socket?: Socket): void;
}

/**
 * An array in which the last one takes the place of one that leaves. A Set would do, but V8 rebuilds a Set every few
 * additions, and the old tables hold on to each other and to their requests: 10 us of garbage collection a request.
 */
export function createArriving(): Arriving {
  const places: { readonly request: IncomingMessage; index: number }[] = [];
  return {
    add(request) {
      const place = { request, index: places.length };
      places.push(place);
      return () => {
        const last = places.pop();
        if (last === undefined || last === place) return;
        places[place.index] = last;
        last.index = place.index;
      };
    },
    abort(socket) {
      for (const { request } of [...places]) if (!socket || request.socket === socket) request.destroy();
    },
  };
}
