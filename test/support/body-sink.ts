import { type BodySink, bodyOf } from '../../src/model/body.ts';

/** Keeps a body in memory. */
export function openBodySink(): BodySink {
  const chunks: Uint8Array[] = [];
  let size = 0;
  return {
    get size() {
      return size;
    },
    write(chunk) {
      chunks.push(Buffer.from(chunk));
      size += chunk.byteLength;
      return undefined;
    },
    end: () => bodyOf(Buffer.concat(chunks)),
  };
}
