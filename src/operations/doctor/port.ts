import { once } from 'node:events';
import { Server } from 'node:net';
import { addressesToBind, type HostAddress } from '../../model/host-address.ts';
import { option, phrase } from '../../model/phrase.ts';
import { type Finding, failed, ok } from './finding.ts';

/** Finds that the listen of this folder, in this process, uses the port. */
export function usedPortFinding(port: number, pid: number): Finding {
  return ok('port', `Port ${port} is used by the listen of this folder (process ${pid}).`);
}

/**
 * Checks that a local port can be bound on every address that listen binds: loopback, as far as this machine has it, and
 * `host`. Port 0 stands for any.
 */
export async function portFindings(port: number, host?: HostAddress): Promise<Finding[]> {
  for (const address of addressesToBind(host)) {
    const code = await bindingError(port, address);
    if (code === undefined) continue;
    const isMissing = code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT';
    if (!isMissing) return [notFree(port, address, code)];
    if (address === host?.address)
      return [failed('port', `This machine does not have the address ${address}.`, hostHint)];
  }
  const at = host ? ` at ${host.address}` : '';
  return [ok('port', port === 0 ? `Listen can use any free port${at}.` : `Port ${port} is free${at}.`)];
}

const hostHint = phrase`Give one that it has, or ${option('host', '0.0.0.0')} for all of them.`;

function notFree(port: number, address: string, code: string): Finding {
  const why = code === 'EADDRINUSE' ? `another program uses it at ${address}` : `${address}: ${code}`;
  return failed('port', `Port ${port} is not free: ${why}.`, phrase`Use another ${option('port')}.`);
}

/** The code of the error with which an address cannot be bound; undefined if it can. */
async function bindingError(port: number, host: string): Promise<string | undefined> {
  const server = new Server();
  try {
    server.listen({ port, host, ipv6Only: true, exclusive: true });
    await once(server, 'listening');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? '';
  }
  server.close();
  await once(server, 'close');
  return undefined;
}
