import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A TCP connection on which a test writes exactly the bytes it means. */
export interface RawConnection {
  readonly socket: Socket;
  /** Writes bytes, or text as latin1; resolves when the system has taken them. */
  write(bytes: Uint8Array | string): Promise<void>;
  /** The next whole answer, interim ones (1xx) included; rejects if the connection ends before. */
  read(options?: { readonly head?: boolean }): Promise<RawAnswer>;
  /** Every byte received so far. */
  received(): Buffer;
  /** Resolves with all bytes received when the other side has ended the connection. */
  closed(): Promise<Buffer>;
  /** Says that nothing more will be written. */
  end(): void;
  /** Breaks the connection off. */
  destroy(): void;
}

/** An answer as it stood on the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly statusText: string;
  /** Pairs in the order they came. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** After transfer decoding. */
  readonly body: Buffer;
  /** Status line, headers, framing and body. */
  readonly raw: Buffer;
}

/** Connects to a port on loopback. */
export async function connectRaw(port: number, host = '127.0.0.1'): Promise<RawConnection> {
  const socket = connect({ port, host });
  await once(socket, 'connect');
  let room = Buffer.alloc(64 * 1024);
  let bytes = room.subarray(0, 0);
  let used = 0;
  let ended = false;
  let wake: (() => void) | undefined;
  socket.on('data', (chunk: Buffer) => {
    const size = bytes.length + chunk.length;
    if (size > room.length) {
      room = Buffer.alloc(size * 2);
      bytes.copy(room);
    }
    chunk.copy(room, bytes.length);
    bytes = room.subarray(0, size);
    wake?.();
  });
  socket.on('error', () => {});
  const close = new Promise<void>((resolve) => {
    socket.once('close', () => {
      ended = true;
      resolve();
      wake?.();
    });
  });
  const read: RawConnection['read'] = async ({ head = false } = {}) => {
    for (;;) {
      const answer = parseAnswer(bytes.subarray(used), head, ended || socket.readableEnded);
      if (answer) {
        used += answer.raw.length;
        return answer;
      }
      if (ended) throw new Error(`The connection ended after ${bytes.length - used} bytes of an answer.`);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return {
    socket,
    write: (data) =>
      new Promise((resolve, reject) => {
        socket.write(toBytes(data), (error) => (error ? reject(error) : resolve()));
      }),
    read,
    received: () => bytes,
    closed: async () => {
      await close;
      return bytes;
    },
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
  };
}

/** Sends bytes on a connection of their own and reads one answer. */
export async function exchangeRaw(port: number, bytes: Uint8Array | string): Promise<RawAnswer> {
  const connection = await connectRaw(port);
  try {
    await connection.write(bytes);
    return await connection.read({ head: /^HEAD /.test(toBytes(bytes).toString('latin1', 0, 5)) });
  } finally {
    connection.destroy();
  }
}

function toBytes(data: Uint8Array | string): Buffer {
  return typeof data === 'string' ? Buffer.from(data, 'latin1') : Buffer.from(data);
}

/** The answer at the start of `bytes`, or undefined while it is not whole. */
function parseAnswer(bytes: Buffer, head: boolean, ended: boolean): RawAnswer | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const [, code = '0', statusText = ''] = /^HTTP\/1\.[01] (\d{3}) ?(.*)$/.exec(statusLine) ?? [];
  const status = Number(code);
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
  });
  const value = (name: string) => headers.find(([candidate]) => candidate.toLowerCase() === name)?.[1];
  const start = headEnd + 4;
  const whole = (body: Buffer, end: number): RawAnswer => {
    return { status, statusText, headers, body, raw: bytes.subarray(0, end) };
  };

  if (head || status < 200 || status === 204 || status === 304) return whole(Buffer.alloc(0), start);
  if (/chunked/i.test(value('transfer-encoding') ?? '')) {
    const chunked = parseChunks(bytes, start);
    return chunked && whole(chunked.body, chunked.end);
  }
  const length = value('content-length');
  if (length === undefined) return ended ? whole(bytes.subarray(start), bytes.length) : undefined;
  const end = start + Number(length);
  return bytes.length >= end ? whole(bytes.subarray(start, end), end) : undefined;
}

function parseChunks(bytes: Buffer, start: number): { body: Buffer; end: number } | undefined {
  const pieces: Buffer[] = [];
  let at = start;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    at = lineEnd + 2;
    if (size === 0) {
      // An empty line follows at once, or after the trailers.
      const end = bytes.indexOf('\r\n\r\n', at - 2);
      return end < 0 ? undefined : { body: Buffer.concat(pieces), end: end + 4 };
    }
    if (bytes.length < at + size + 2) return undefined;
    pieces.push(bytes.subarray(at, at + size));
    at += size + 2;
  }
}
