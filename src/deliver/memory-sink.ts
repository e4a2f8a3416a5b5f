import { type BodySink, bodyOf } from '../model/body.ts';

/** A sink that keeps the first `keptBytes` of a body in memory; its `size` counts all. */
export function openMemorySink(keptBytes = Number.POSITIVE_INFINITY): BodySink {
  const chunks: Uint8Array[] = [];
  let size = 0;
  return {
    get size() {
      return size;
    },
    write(chunk) {
      if (size < keptBytes) chunks.push(Buffer.from(chunk.subarray(0, keptBytes - size)));
      size += chunk.byteLength;
      return undefined;
    },
    end: () => bodyOf(Buffer.concat(chunks)),
  };
}
