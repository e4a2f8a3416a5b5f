import { Agent } from 'node:http';
import { sendTo } from './send.ts';

export interface Load {
  /** The number of replies by status; 0: no reply. */
  readonly statuses: Map<number, number>;
  /** The paths that were answered 2xx, in that order. */
  readonly acknowledged: string[];
}

/** Sends `count` requests to `PATH/0`, `PATH/1` … over so many connections, as fast as they are answered. */
export async function sendMany(
  url: string,
  count: number,
  { connections = 16, body = '' as string | Uint8Array } = {},
): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const statuses = new Map<number, number>();
  const acknowledged: string[] = [];
  const { pathname } = new URL(url);
  let next = 0;
  const lane = async () => {
    while (next < count) {
      const number = next++;
      const status = await sendTo(`${url}/${number}`, { agent, body }).then(
        (answer) => answer.status,
        () => 0,
      );
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status >= 200 && status < 300) acknowledged.push(`${pathname}/${number}`);
    }
  };
  await Promise.all(Array.from({ length: connections }, lane));
  agent.destroy();
  return { statuses, acknowledged };
}
