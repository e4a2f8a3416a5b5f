import { measureFidelity } from '../deliver/fidelity-probe.ts';
import { fidelityAspects, type TunnelFidelity, unmeasured } from '../model/tunnel-fidelity.ts';
import type { KeeperContext } from './keeper-context.ts';
import { showFidelity } from './tunnel-status.ts';

/** Measures what a tunnel does to requests, beside its checks: nothing waits for it. */
export interface TunnelMeasuring {
  /** Call it when a call of our own has just arrived through the tunnel. */
  verified(): void;
}

/** A tunnel that is opened again and again is not measured each time: a measurement sends 1 MB. */
const intervalMs = 60_000;

/** After this many measurements what is unknown stays so. */
const mostMeasurements = 5;

/** Over well before the next check, which it would slow down: 1 MB goes to the server and back in it, or is unknown. */
const largeTimeoutMs = 12_000;

/** Creates the measuring of the tunnel with this URL, until the signal aborts. */
export function createMeasuring(keeper: KeeperContext, url: string, signal: AbortSignal): TunnelMeasuring {
  const { options, timing, clock, nonce, traffic } = keeper;
  let known: TunnelFidelity = unmeasured;
  let count = 0;
  let isUnderWay = false;

  async function measure(): Promise<void> {
    const found = await measureFidelity(url, {
      nonce,
      known,
      timeoutMs: timing.probeMs,
      largeTimeoutMs,
      env: options.env,
      maySendLarge: () => traffic.inFlight === 0,
      signal,
    });
    if (signal.aborted) return;
    known = found;
    showFidelity(keeper, known);
  }

  return {
    verified() {
      if (options.measures === false || isUnderWay || count >= mostMeasurements) return;
      if (fidelityAspects.every((aspect) => known[aspect] !== 'unknown')) return;
      const isRecent = keeper.measuredAt !== undefined && clock.elapsed() - keeper.measuredAt < intervalMs;
      if (count === 0 && isRecent) return;
      if (count === 0) keeper.measuredAt = clock.elapsed();
      count++;
      isUnderWay = true;
      void measure().finally(() => {
        isUnderWay = false;
      });
    },
  };
}
