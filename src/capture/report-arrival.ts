import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { arrivedProbeReply } from '../model/arrived-probe.ts';
import { headersFromFlat } from '../model/headers.ts';
import type { Reply } from '../model/reply.ts';

/** More than we ever send. */
const mostBytes = 4 * 1024 * 1024;

/**
 * Reads a request of our own and passes on the reply that reports what of it arrived; nothing is kept. One that breaks
 * off or is too large gets none.
 */
export function reportArrival(request: IncomingMessage, done: (reply: Reply) => void): void {
  const hash = createHash('sha256');
  let bodySize = 0;
  request.on('data', (chunk: Buffer) => {
    bodySize += chunk.length;
    if (bodySize > mostBytes) request.destroy();
    else hash.update(chunk);
  });
  request.once('end', () => {
    const { method = '', url = '', rawHeaders } = request;
    const headers = headersFromFlat(rawHeaders);
    done(
      arrivedProbeReply({ method, requestTarget: url, headers, bodySize, bodySha256: hash.digest('hex') }),
    );
  });
}
