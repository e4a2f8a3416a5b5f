import { type Agent, type OutgoingHttpHeaders, request } from 'node:http';

/** A whole answer as the sender of a request got it. */
export interface Answer {
  readonly status: number;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

export interface SendOptions {
  readonly method?: string;
  /** Flat raw headers or an object; `Host` is set from the address unless given. */
  readonly headers?: readonly string[] | OutgoingHttpHeaders;
  readonly body?: Uint8Array | string;
  readonly agent?: Agent;
  readonly signal?: AbortSignal;
  /** The address of the server; 127.0.0.1 unless given. */
  readonly address?: string;
}

/**
 * Sends a request to `url` by way of one address, whatever its host name: `http://calm-fox.localhost:4711` reaches
 * the tunnel server of the tests. The path goes out as it stands, without being normalised.
 */
export function sendTo(url: string, options: SendOptions = {}): Promise<Answer> {
  const [, host = '', path = ''] = /^http:\/\/([^/?]+)(.*)$/.exec(url) ?? [];
  const { method = 'POST', body, agent, signal, address = '127.0.0.1' } = options;
  const flat = Array.isArray(options.headers) ? (options.headers as readonly string[]) : undefined;
  const headers = flat ? ['Host', host, ...flat] : { host, ...(options.headers as OutgoingHttpHeaders) };
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: address,
        port: Number(/:(\d+)$/.exec(host)?.[1] ?? 80),
        method,
        path: path.startsWith('/') ? path : `/${path}`,
        headers,
        agent,
        signal,
      },
      async (response) => {
        try {
          const chunks: Buffer[] = [];
          for await (const chunk of response) chunks.push(chunk);
          resolve({
            status: response.statusCode ?? 0,
            rawHeaders: response.rawHeaders,
            body: Buffer.concat(chunks),
          });
        } catch (error) {
          reject(error);
        }
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
