import type { Body } from '../../model/body.ts';

/** The bytes of a body, read a piece at a time. */
export interface BodySource {
  /** As long as the body; only the first `filled` of them are its own yet. */
  readonly bytes: Uint8Array;
  readonly filled: number;
  /** All was read, or the rest can't be. */
  readonly complete: boolean;
  /** The reason why less is there than the body had. */
  readonly lost: string | undefined;
  /** Reads a piece of some hundred KB. */
  read(): void;
}

/** Opens a body for a document. One in memory is there at once and not copied. */
export function openBodySource(body: Body): BodySource {
  if (body.storedId === undefined) {
    const bytes = body.bytes(body.size);
    return { bytes, filled: bytes.length, complete: true, lost: undefined, read() {} };
  }
  // Not filled with zeros first: of a hundred megabytes that alone would take longer than a frame.
  const bytes = Buffer.allocUnsafeSlow(body.size);
  const pieces = body.stream()[Symbol.iterator]();
  let filled = 0;
  let complete = false;
  let lost: string | undefined;
  return {
    bytes,
    get filled() {
      return filled;
    },
    get complete() {
      return complete;
    },
    get lost() {
      return lost;
    },
    read() {
      if (complete) return;
      try {
        const next = pieces.next();
        if (next.done) {
          complete = true;
          return;
        }
        bytes.set(next.value, filled);
        filled += next.value.length;
        complete = filled >= body.size;
      } catch {
        // The request was deleted meanwhile: what is read is shown.
        lost = 'the rest was deleted while it was read';
        complete = true;
      }
    },
  };
}
