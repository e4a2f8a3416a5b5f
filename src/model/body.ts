/**
 * The bytes of a message after transfer decoding, in memory or in the store.
 * Large ones lie in pieces, so read them with `stream` unless a bounded part is enough.
 */
export interface Body {
  /** Length in bytes. */
  readonly size: number;
  /** The first `max` bytes (all of them if there are fewer). */
  bytes(max: number): Uint8Array;
  /** All bytes, in pieces of some hundred KB at most. */
  stream(): Iterable<Uint8Array>;
  /** The store's id of a body that is already kept in pieces; absent for one in memory. */
  readonly storedId?: number;
}

/** Takes a body as it arrives. Over `bodyPieceBytes` it goes to the store piece by piece. */
export interface BodySink {
  /** Bytes taken so far. */
  readonly size: number;
  /** Takes a chunk. A promise means: wait for it before the next chunk. It rejects if the store fails. */
  write(chunk: Uint8Array): Promise<void> | undefined;
  /** Everything arrived (or nothing more will): the body as a whole. */
  end(): Body | Promise<Body>;
}

/** Bodies up to this size stay in memory and in one row; larger ones are kept in pieces of it. */
export const bodyPieceBytes = 256 * 1024;

const noBytes = new Uint8Array(0);

/** A body in memory. The bytes are not copied: do not change them afterwards. */
export function bodyOf(bytes: Uint8Array): Body {
  return {
    size: bytes.byteLength,
    bytes: (max) => (bytes.byteLength <= max ? bytes : bytes.subarray(0, max)),
    stream: () => (bytes.byteLength === 0 ? [] : [bytes]),
  };
}

export const emptyBody: Body = bodyOf(noBytes);

/** All bytes of a body in one array. Only for bodies known to be small, or when the user asked for them. */
export function wholeBody(body: Body): Uint8Array {
  return body.bytes(Number.MAX_SAFE_INTEGER);
}
