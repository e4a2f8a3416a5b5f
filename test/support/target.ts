import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** One request exactly as the target got it. */
export interface ReceivedRequest {
  readonly method: string;
  /** The request target as it stood in the request line. */
  readonly url: string;
  readonly httpVersion: string;
  readonly rawHeaders: readonly string[];
  readonly rawTrailers: readonly string[];
  readonly body: Buffer;
  /** Every byte of it as it came over the socket: request line, headers, framing, body. */
  readonly raw: Buffer;
}

/** Answers a request that has been read to its end. Not ending the response leaves the sender waiting. */
export type TargetAnswer = (request: ReceivedRequest, response: ServerResponse) => void | Promise<void>;

/** A dev server on 127.0.0.1 that remembers what it got. */
export interface TestTarget {
  readonly port: number;
  readonly url: string;
  /** All requests read to their end, in the order they ended. */
  readonly requests: readonly ReceivedRequest[];
  /** Sets the responses from now on. */
  answer: TargetAnswer;
  /** The oldest request that `next` has not yet given; waits for one if there is none. */
  next(): Promise<ReceivedRequest>;
  /** Ends it at once, connections included. */
  close(): Promise<void>;
}

export interface TargetOptions {
  /** 200 with an empty body unless given. */
  readonly answer?: TargetAnswer;
  /** Any free port unless given. */
  readonly port?: number;
}

/** Starts a target. */
export async function startTarget(options: TargetOptions = {}): Promise<TestTarget> {
  const requests: ReceivedRequest[] = [];
  const waiting: ((request: ReceivedRequest) => void)[] = [];
  const recorders = new WeakMap<Socket, Recorder>();
  let given = 0;

  const server = createServer({ maxHeaderSize: 1024 * 1024, requestTimeout: 0, highWaterMark: 1024 * 1024 });
  // By default Node drops what is beyond some thousand fields.
  server.maxHeadersCount = 0;
  server.on('connection', (socket) => recorders.set(socket, recordBytes(socket)));
  server.on('request', (message, response) => void receive(message, response).catch(() => message.destroy()));
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');

  const receive = async (message: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk);
    const request: ReceivedRequest = {
      method: message.method ?? '',
      url: message.url ?? '',
      httpVersion: message.httpVersion,
      rawHeaders: message.rawHeaders,
      rawTrailers: message.rawTrailers,
      body: Buffer.concat(chunks),
      raw: recorders.get(message.socket)?.take() ?? Buffer.alloc(0),
    };
    requests.push(request);
    const waiter = waiting.shift();
    if (waiter) {
      given++;
      waiter(request);
    }
    await target.answer(request, response);
  };

  const { port } = server.address() as AddressInfo;
  const target: TestTarget = {
    port,
    url: `http://127.0.0.1:${port}`,
    requests,
    answer: options.answer ?? ((_request, response) => void response.end()),
    next: () => {
      const request = requests[given];
      if (!request) return new Promise((resolve) => waiting.push(resolve));
      given++;
      return Promise.resolve(request);
    },
    close: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return target;
}

interface Recorder {
  /** The bytes since the last call; with pipelining they may run into the next request. */
  take(): Buffer;
}

/** Keeps a copy of every byte that a socket brings to the parser. */
function recordBytes(socket: Socket): Recorder {
  let chunks: Buffer[] = [];
  // Node hands the bytes of a socket straight to its parser unless someone reads them: then they pass here.
  socket.on('data', (chunk: Buffer) => chunks.push(Buffer.from(chunk)));
  return {
    take: () => {
      const bytes = Buffer.concat(chunks);
      chunks = [];
      return bytes;
    },
  };
}
