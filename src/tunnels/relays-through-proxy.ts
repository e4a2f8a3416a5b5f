import net from 'node:net';
import type { Environment } from '../model/environment.ts';
import { connectThrough, proxyErrorCode } from '../proxy/connect-through.ts';
import { proxyFor } from '../proxy/proxy-for.ts';

/**
 * Has everything in this thread that connects with `net.connect`, as localtunnel does, go through the proxy for a server
 * of this URL's scheme; loopback does not. `failed` is told why a proxy does not connect.
 */
export function routeRelays(server: URL, env: Environment, failed: (reason: string) => void): void {
  const direct = net.connect;
  const routed = (...args: Parameters<typeof net.connect>): net.Socket => {
    const { host = 'localhost', port = 0 } = args[0] as unknown as net.TcpNetConnectOpts;
    const destination = { protocol: server.protocol, hostname: host, port: String(port) };
    const proxy = proxyFor(destination, env);
    if (!proxy) return direct(...args);
    const socket = connectThrough(proxy, host, port);
    socket.once('error', ({ code, message }: NodeJS.ErrnoException) => {
      if (code === proxyErrorCode) failed(message);
    });
    return socket;
  };
  net.connect = routed as typeof net.connect;
}
