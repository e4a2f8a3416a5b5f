import { bodyOf } from './body.ts';
import { type HeaderList, headersFromFlat } from './headers.ts';
import type { Reply } from './reply.ts';

/** A request of our own as it came in through the tunnel. */
export interface ArrivedProbe {
  readonly method: string;
  readonly requestTarget: string;
  readonly headers: HeaderList;
  readonly bodySize: number;
  /** SHA-256 of the body, in hex. */
  readonly bodySha256: string;
}

/** The reply that reports what arrived. Its body is ASCII, so that the way back does not matter. */
export function arrivedProbeReply(arrived: ArrivedProbe): Reply {
  const text = JSON.stringify({ arrived }).replace(
    /[\x7f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return {
    status: 200,
    headers: [['Content-Type', 'application/json']],
    body: bodyOf(Buffer.from(text)),
    by: 'listener',
  };
}

/** What arrived, from the body of such a reply; undefined for any other text. */
export function arrivedProbeIn(text: string): ArrivedProbe | undefined {
  try {
    const { arrived } = JSON.parse(text) as { arrived?: Partial<ArrivedProbe> };
    const { method, requestTarget, headers, bodySize, bodySha256 } = arrived ?? {};
    const areTexts = [method, requestTarget, bodySha256].every((value) => typeof value === 'string');
    if (!areTexts || typeof bodySize !== 'number' || !Array.isArray(headers)) return undefined;
    const flat = headers.flatMap(([name, value]) => [String(name), String(value)]);
    return { ...(arrived as ArrivedProbe), headers: headersFromFlat(flat) };
  } catch {
    return undefined;
  }
}
