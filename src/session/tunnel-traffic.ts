import type { Clock } from '../model/clock.ts';

/** The requests that come through a tunnel, our own calls aside. */
export interface TunnelTraffic {
  /** Call it when a request begins; returns what to call once its reply is sent or its sender is gone. */
  readonly began: () => () => void;
  /** Requests that have no reply yet. */
  readonly inFlight: number;
  /** Milliseconds since the last request began; undefined: none has since the tunnel was opened. */
  sinceArrivalMs(): number | undefined;
  /** Forgets when requests arrived: they came through another tunnel. */
  forgetArrivals(): void;
  /** Resolves when every request that is in flight now has its reply, or the signal aborts. */
  settled(signal: AbortSignal): Promise<void>;
}

/** Creates the count of a tunnel that has carried nothing. */
export function createTunnelTraffic(clock: Clock): TunnelTraffic {
  const inFlight = new Set<object>();
  const waiters = new Set<() => void>();
  let lastArrival: number | undefined;
  return {
    began() {
      const request = {};
      inFlight.add(request);
      lastArrival = clock.elapsed();
      return () => {
        inFlight.delete(request);
        for (const check of [...waiters]) check();
      };
    },
    get inFlight() {
      return inFlight.size;
    },
    sinceArrivalMs: () => (lastArrival === undefined ? undefined : clock.elapsed() - lastArrival),
    forgetArrivals() {
      lastArrival = undefined;
    },
    settled(signal) {
      const awaited = [...inFlight];
      return new Promise((resolve) => {
        const check = () => {
          if (!signal.aborted && awaited.some((request) => inFlight.has(request))) return;
          waiters.delete(check);
          signal.removeEventListener('abort', check);
          resolve();
        };
        waiters.add(check);
        signal.addEventListener('abort', check);
        check();
      });
    },
  };
}
