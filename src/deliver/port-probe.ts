import { connect } from 'node:net';
import type { Target } from '../model/target.ts';
import { tryEveryAddress } from './lookup.ts';

/** True if something accepts connections at the address of a target. Sends nothing. Never rejects. */
export function isListening(target: Target, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: target.hostname, port: target.port, ...tryEveryAddress });
    const settle = (accepts: boolean) => {
      socket.destroy();
      resolve(accepts);
    };
    socket.setTimeout(timeoutMs, () => settle(false));
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}
