import type { Socket } from 'node:net';
import { createBag } from '../model/bag.ts';
import type { Arriving } from './arrival.ts';
import type { Pace } from './pace.ts';

/** The requests that are arriving at a listener. */
export interface ArrivingRequests {
  /** True if as many requests arrive as may at once. */
  isFull(): boolean;
  /** Call what it returns when the request is there, or will not come. */
  add(arriving: Arriving): () => void;
  /** True if a request of the connection has not arrived whole. */
  has(socket: Socket): boolean;
  /** Cuts off what arrives: on one connection, or everything. */
  abort(socket?: Socket): void;
  /** Ends the watching of how fast bodies come. */
  close(): void;
}

interface Place {
  readonly arriving: Arriving;
  leave: () => void;
}

/** Between two looks at how fast bodies come. */
const mostBetweenChecksMs = 1_000;

export function createArrivingRequests({
  pace,
  mostArriving,
}: {
  readonly pace: Pace;
  readonly mostArriving: number;
}): ArrivingRequests {
  const places = createBag<Place>();
  const timer = pace.bytesPerSecond > 0 ? setInterval(checkPace, betweenChecksMs(pace)).unref() : undefined;

  function checkPace(): void {
    const now = performance.now();
    for (const { arriving } of places.members()) arriving.checkPace(now);
  }

  /** Removes complete requests: of a burst the parser has read more requests than it has reported the end of. */
  function letGoOfWhole(): void {
    for (const { arriving, leave } of places.members()) if (arriving.request.complete) leave();
  }

  return {
    isFull() {
      if (places.size < mostArriving) return false;
      letGoOfWhole();
      return places.size >= mostArriving;
    },
    add(arriving) {
      const place: Place = { arriving, leave: () => {} };
      place.leave = places.add(place);
      return place.leave;
    },
    has(socket) {
      const requests = places.members().map(({ arriving }) => arriving.request);
      return requests.some((request) => request.socket === socket && !request.complete);
    },
    abort(socket) {
      for (const { arriving } of places.members()) {
        if (socket === undefined || arriving.request.socket === socket) arriving.request.destroy();
      }
    },
    close: () => clearInterval(timer),
  };
}

function betweenChecksMs({ graceMs }: Pace): number {
  return Math.min(mostBetweenChecksMs, Math.max(1, graceMs / 4));
}
