import { type Body, type BodySink, bodyOf, bodyPieceBytes, emptyBody } from '../model/body.ts';
import { UserError } from '../model/errors.ts';
import { bytesCell, numberCell, optionalNumberCell } from './cell.ts';
import type { Database } from './driver.ts';
import { StoreFailure } from './errors.ts';
import type { Writer } from './writer.ts';

/** While sinks hold more than this together, what they take goes to the store at once, in smaller pieces. */
const mostHeldBytes = 32 * 1024 * 1024;

/** Piece ids are body * piecesPerBody + number: room for 256 GB a body, and exact in a double. */
const piecesPerBody = 2 ** 20;

export interface Bodies {
  /** A sink that keeps a small body in memory and writes a large one to the store as it arrives. */
  openSink(): BodySink;
  /** A body as its row describes it: in the row, in pieces, or empty. */
  read(size: number, bytes: unknown, storedId: unknown): Body;
  /** In a transaction: what the row that refers to this body has to hold. */
  keep(body: Body): { readonly bytes: Uint8Array | null; readonly storedId: number | null };
  /** In a transaction: removes a body's pieces. */
  remove(storedId: number): void;
  /** In a transaction: removes pieces that processes left behind which are gone. */
  removeOrphans(isAlive: (pid: number) => boolean): number;
}

/** State of the bodies of one database. */
interface BodiesState {
  readonly db: Database;
  readonly writer: Writer;
  readonly sql: ReturnType<typeof prepare>;
  /** Bodies in pieces of this database: bodies of one that was opened before are not in its rows. */
  readonly ours: WeakSet<Body>;
  /** Bytes that all open sinks hold in memory. */
  held: number;
}

/** Reads and writes the bodies of one database. */
export function createBodies(db: Database, writer: Writer): Bodies {
  const state: BodiesState = { db, writer, sql: prepare(db), ours: new WeakSet(), held: 0 };
  const { sql } = state;
  const remove = (storedId: number): void => {
    sql.deletePieces.run(storedId * piecesPerBody, (storedId + 1) * piecesPerBody);
    sql.deleteBody.run(storedId);
  };
  return {
    openSink: () => openSink(state),
    read(size, bytes, storedId) {
      const pieces = optionalNumberCell(storedId);
      if (pieces !== null) return storedBody(state, numberCell(size), pieces);
      const whole = bytesCell(bytes);
      return whole === null ? emptyBody : bodyOf(whole);
    },
    keep(body) {
      if (body.storedId === undefined)
        return { bytes: body.size === 0 ? null : body.bytes(body.size), storedId: null };
      if (!state.ours.has(body)) throw new StoreFailure('lost', 'its body was in the database that is gone');
      sql.markKept.run(body.storedId);
      return { bytes: null, storedId: body.storedId };
    },
    remove,
    removeOrphans(isAlive) {
      const orphans = (sql.unkept.all() as { id: number; pid: number }[]).filter(({ pid }) => !isAlive(pid));
      for (const { id } of orphans) remove(id);
      return orphans.length;
    },
  };
}

function prepare(db: Database) {
  return {
    insertBody: db.prepare('INSERT INTO bodies (pid) VALUES (?)'),
    insertPiece: db.prepare('INSERT INTO pieces (id, data) VALUES (?, ?)'),
    markKept: db.prepare('UPDATE bodies SET kept = 1 WHERE id = ?'),
    piece: db.prepare('SELECT data FROM pieces WHERE id = ?').pluck(),
    deletePieces: db.prepare('DELETE FROM pieces WHERE id >= ? AND id < ?'),
    deleteBody: db.prepare('DELETE FROM bodies WHERE id = ?'),
    unkept: db.prepare('SELECT id, pid FROM bodies WHERE kept = 0'),
  };
}

/** State of a body that arrives. */
interface SinkState {
  chunks: Uint8Array[];
  /** Bytes in `chunks`. */
  held: number;
  size: number;
  storedId: number | undefined;
  pieces: number;
}

function openSink(state: BodiesState): BodySink {
  const sink: SinkState = { chunks: [], held: 0, size: 0, storedId: undefined, pieces: 0 };
  return {
    get size() {
      return sink.size;
    },
    write(chunk) {
      sink.size += chunk.byteLength;
      sink.held += chunk.byteLength;
      state.held += chunk.byteLength;
      sink.chunks.push(chunk);
      return sink.held > bodyPieceBytes || state.held > mostHeldBytes ? storePiece(state, sink) : undefined;
    },
    end() {
      if (sink.pieces > 0) return endInPieces(state, sink);
      if (sink.size === 0) return emptyBody;
      return bodyOf(taken(state, sink));
    },
  };
}

async function storePiece(state: BodiesState, sink: SinkState): Promise<void> {
  const { sql, writer } = state;
  const data = taken(state, sink);
  const number = sink.pieces++;
  const known = sink.storedId;
  sink.storedId = await writer.write(data.length, () => {
    const id = known ?? Number(sql.insertBody.run(process.pid).lastInsertRowid);
    sql.insertPiece.run(id * piecesPerBody + number, data);
    return id;
  });
}

async function endInPieces(state: BodiesState, sink: SinkState): Promise<Body> {
  if (sink.held > 0) await storePiece(state, sink);
  return storedBody(state, sink.size, sink.storedId!);
}

/** Takes the bytes out of a sink. */
function taken(state: BodiesState, sink: SinkState): Uint8Array {
  const { chunks, held } = sink;
  state.held -= held;
  sink.held = 0;
  sink.chunks = [];
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, held);
}

function storedBody(state: BodiesState, size: number, storedId: number): Body {
  const body: Body = {
    size,
    storedId,
    stream: () => piecesOf(state, size, storedId),
    bytes: (max) => firstBytes(piecesOf(state, size, storedId), Math.min(max, size)),
  };
  state.ours.add(body);
  return body;
}

function* piecesOf({ db, sql }: BodiesState, size: number, storedId: number): Generator<Uint8Array> {
  for (let number = 0, seen = 0; seen < size; number++) {
    if (!db.open) throw new Error('the database was reopened while a body was being read');
    const data = bytesCell(sql.piece.get(storedId * piecesPerBody + number));
    if (data === null || data.byteLength === 0) {
      throw new UserError(
        'database',
        'A part of a recorded body is missing: the request was deleted meanwhile, or something else has written to the database.',
      );
    }
    seen += data.byteLength;
    yield data;
  }
}

function firstBytes(pieces: Iterable<Uint8Array>, max: number): Uint8Array {
  const taken: Uint8Array[] = [];
  let size = 0;
  for (const data of pieces) {
    if (size >= max) break;
    const part = data.byteLength > max - size ? data.subarray(0, max - size) : data;
    taken.push(part);
    size += part.byteLength;
  }
  return taken.length === 1 ? taken[0]! : Buffer.concat(taken, size);
}
