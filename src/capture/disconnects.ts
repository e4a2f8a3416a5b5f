import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Notices senders that disconnect before they have their reply. */
export interface Disconnects {
  /** Call it with every connection, more than once or not. */
  watch(socket: Socket): void;
  /**
   * Call it before a reply is sent: `missed` gets the time when the sender disconnected (performance clock), if it did.
   * One that only ended its own side of the connection still reads the reply and has not left.
   */
  follow(response: ServerResponse, missed: (leftAt: number) => void): void;
}

export function createDisconnects(): Disconnects {
  const watched = new WeakSet<Socket>();
  const endedAt = new WeakMap<Socket, number>();

  return {
    watch(socket) {
      if (watched.has(socket)) return;
      watched.add(socket);
      const ended = () => {
        if (!endedAt.has(socket)) endedAt.set(socket, performance.now());
      };
      socket.once('end', ended);
      socket.once('close', ended);
    },
    follow(response, missed) {
      const { socket } = response.req;
      const leftAt = endedAt.get(socket);
      if (leftAt === undefined) return;
      if (response.destroyed) {
        missed(leftAt);
        return;
      }
      let isOver = false;
      const over = (hasLeft: boolean) => {
        if (!isOver && hasLeft) missed(leftAt);
        isOver = true;
      };
      // The system has taken the reply then, and has already been told if nobody reads it on this machine.
      response.prependOnceListener('finish', () => over(isReset(socket)));
      response.once('close', () => over(true));
    },
  };
}

/** True if the other side has reset the connection: it has no peer any more. */
function isReset(socket: Socket): boolean {
  // `remoteAddress` is remembered, so the system is asked.
  const { _handle: handle } = socket as unknown as {
    readonly _handle?: { getpeername?(to: object): number } | null;
  };
  return handle?.getpeername !== undefined && handle.getpeername({}) !== 0;
}
