import { setTimeout as after } from 'node:timers/promises';
import { UserError } from '../model/errors.ts';
import type { TunnelStatus } from '../model/events.ts';
import { isExact } from '../model/tunnel-fidelity.ts';
import type { ListenOptions } from '../session/listen-options.ts';

/** Time to measure what the tunnel does to requests. */
const measureMs = 15_000;
const pollMs = 100;

/**
 * Opens a tunnel to a session that records nothing on disk, waits until it is known whether requests arrive and what
 * becomes of them, and closes it. Nothing is kept, and other commands do not find the session.
 */
export async function tryTunnel(
  options: Omit<ListenOptions, 'store' | 'stateFolder' | 'folder' | 'fallbackTunnel'>,
  signal: AbortSignal,
): Promise<TunnelStatus> {
  const [{ startListening }, { openStore }] = await Promise.all([
    import('../session/listen.ts'),
    import('../store/store.ts'),
  ]);
  const store = openStore(':memory:');
  try {
    const session = await startListening({ ...options, requireTunnel: true, store, signal });
    try {
      const failure: unknown = await session.ready.catch((error) => error);
      // It says why, without what a session would do next.
      if (failure instanceof UserError) return { ...session.tunnel, message: failure.message };
      const endAt = performance.now() + measureMs;
      while (
        session.tunnel.verified &&
        !isMeasured(session.tunnel) &&
        performance.now() < endAt &&
        !signal.aborted
      )
        await after(pollMs);
      return session.tunnel;
    } finally {
      await session.close();
    }
  } finally {
    await store.close();
  }
}

function isMeasured({ fidelity }: TunnelStatus): boolean {
  if (fidelity === null) return false;
  return isExact(fidelity) || Object.values(fidelity).every((finding) => finding !== 'unknown');
}
