import { connect } from 'node:net';
import type { FailureCode } from '../model/attempt.ts';
import type { Target } from '../model/target.ts';
import { failureOf } from './failure.ts';
import { tryEveryAddress } from './lookup.ts';

/** True if something accepts connections at the address of a target. Sends nothing. Never rejects. */
export async function isListening(target: Target, timeoutMs: number): Promise<boolean> {
  return (await portFailure(target, timeoutMs)) === undefined;
}

/**
 * Connects to the address of a target and sends nothing. Resolves with the reason why nothing accepts the connection,
 * or with undefined if something does; with `interrupted` when the signal aborts. Never rejects.
 */
export function portFailure(
  target: Target,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<FailureCode | undefined> {
  if (signal?.aborted) return Promise.resolve('interrupted');
  return new Promise((resolve) => {
    const socket = connect({ host: target.hostname, port: target.port, ...tryEveryAddress });
    const settle = (failure: FailureCode | undefined) => {
      signal?.removeEventListener('abort', interrupt);
      socket.destroy();
      resolve(failure);
    };
    const interrupt = () => settle('interrupted');
    signal?.addEventListener('abort', interrupt, { once: true });
    socket.setTimeout(timeoutMs, () => settle('unreachable'));
    socket.once('connect', () => settle(undefined));
    socket.on('error', (error) => settle(failureOf(error, target).code));
  });
}
