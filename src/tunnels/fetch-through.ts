import { request as requestHttp } from 'node:http';
import { Readable } from 'node:stream';
import { connect } from 'node:tls';
import { connectedThrough } from '../proxy/connect-through.ts';
import type { HttpProxy } from '../proxy/proxy-for.ts';

/** GETs a URL through a proxy, following no redirect; rejects with the error of the connection. */
export async function fetchThrough(
  proxy: HttpProxy,
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Response> {
  const { protocol, hostname } = url;
  const isSecure = protocol === 'https:';
  const port = Number(url.port || (isSecure ? 443 : 80));
  const plain = await connectedThrough(proxy, hostname.replace(/^\[|\]$/g, ''), port, signal);
  const socket = isSecure ? connect({ socket: plain, servername: hostname }) : plain;
  return new Promise((resolve, reject) => {
    const sent = requestHttp(url, {
      protocol: 'http:',
      headers: { ...headers, host: url.host, connection: 'close' },
      signal,
      createConnection: () => socket,
    });
    sent.once('error', reject);
    sent.once('response', (message) => {
      const { statusCode: status = 0, statusMessage: statusText = '' } = message;
      const location = message.headers.location;
      const body = Readable.toWeb(message) as ReadableStream<Uint8Array>;
      const hasBody = status !== 204 && status !== 304;
      try {
        const init = { status, statusText, headers: location === undefined ? {} : { location } };
        resolve(new Response(hasBody ? body : null, init));
      } catch (error) {
        message.destroy();
        reject(error);
      }
    });
    sent.end();
  });
}
