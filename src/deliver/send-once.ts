import type { Outcome } from '../model/attempt.ts';
import { type BodySink, bodyOf } from '../model/body.ts';
import { parseTarget } from '../model/target.ts';
import { createClient, type Sent } from './client.ts';

export interface OnceOptions {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly timeoutMs: number;
  /** Accept certificates that nobody vouches for. */
  readonly insecure?: boolean | undefined;
  /** A response body that is larger is not read to its end. */
  readonly maxResponseBytes?: number | undefined;
  readonly signal: AbortSignal;
}

/** More of an answer is not kept: it is looked at, not stored. */
const keptBytes = 1024 * 1024;

/** Sends one request that is nothing recorded, over a connection of its own. Never rejects. */
export async function sendOnce(request: Sent, options: OnceOptions): Promise<Outcome> {
  const client = createClient({
    timeoutMs: options.timeoutMs,
    connectTimeoutMs: options.timeoutMs,
    insecure: options.insecure ?? false,
    maxResponseBytes: options.maxResponseBytes,
    hostHeader: 'keep',
    pathTokenOf: () => undefined,
    openBody: memorySink,
    signal: options.signal,
  });
  try {
    return await client.send(request, parseTarget(options.origin));
  } finally {
    await client.close();
  }
}

/** Keeps the beginning of a body. */
function memorySink(): BodySink {
  const chunks: Uint8Array[] = [];
  let size = 0;
  return {
    get size() {
      return size;
    },
    write(chunk) {
      if (size < keptBytes) chunks.push(Buffer.from(chunk));
      size += chunk.byteLength;
      return undefined;
    },
    end: () => bodyOf(Buffer.concat(chunks)),
  };
}
