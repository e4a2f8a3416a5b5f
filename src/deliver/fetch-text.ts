import { type Body, type BodySink, bodyOf, emptyBody, wholeBody } from '../model/body.ts';
import { parseTarget } from '../model/target.ts';
import { createClient } from './client.ts';

export interface Fetched {
  /** The answer's body as text; undefined where there was none with status 200. */
  readonly text: string | undefined;
  /** Why not, in a few words. */
  readonly reason: string | undefined;
}

const timeoutMs = 10_000;

/** Certificates and keys are a few KB. */
const largestBytes = 1024 * 1024;

/** GETs a URL once, without following where it leads. Never rejects. */
export async function fetchText(url: string, signal: AbortSignal): Promise<Fetched> {
  const address = new URL(url);
  const client = createClient({
    timeoutMs,
    connectTimeoutMs: timeoutMs,
    insecure: false,
    hostHeader: 'rewrite',
    pathTokenOf: () => undefined,
    openBody: memorySink,
    signal,
  });
  try {
    const request = {
      name: '',
      method: 'GET',
      requestTarget: address.pathname + address.search,
      headers: [['Host', address.host] as const],
      body: emptyBody,
    };
    const { response, ...outcome } = await client.send(request, parseTarget(address.origin));
    if (!response) return { text: undefined, reason: 'message' in outcome ? outcome.message : 'no answer' };
    if (response.status !== 200) return { text: undefined, reason: `it answered ${response.status}` };
    return { text: Buffer.from(wholeBody(response.body)).toString('utf8'), reason: undefined };
  } finally {
    await client.close();
  }
}

/** Keeps the beginning of a body in memory. */
function memorySink(): BodySink {
  const chunks: Uint8Array[] = [];
  let size = 0;
  return {
    get size() {
      return size;
    },
    write(chunk) {
      if (size < largestBytes) chunks.push(Buffer.from(chunk));
      size += chunk.byteLength;
      return undefined;
    },
    end: (): Body => bodyOf(Buffer.concat(chunks)),
  };
}
