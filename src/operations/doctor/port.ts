import { once } from 'node:events';
import { Server } from 'node:net';
import { option, phrase } from '../../model/phrase.ts';
import { type Finding, failed, ok } from './finding.ts';

/** Checks that a local port can be bound. `owner`: the process of a listen that is known to use it. */
export async function portFindings(port: number, owner?: number): Promise<Finding[]> {
  if (owner !== undefined)
    return [ok('port', `Port ${port} is used by the listen of this folder (process ${owner}).`)];
  const server = new Server();
  server.listen({ port, host: '127.0.0.1', exclusive: true });
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'another program uses it' : `it cannot be bound (${code})`;
    return [failed('port', `Port ${port} is not free: ${why}.`, phrase`Use another ${option('port')}.`)];
  }
  server.close();
  await once(server, 'close');
  return [ok('port', `Port ${port} is free.`)];
}
