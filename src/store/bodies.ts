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
  /** A body as its row says: its bytes are at hand, or lie in pieces, or there are none. */
  read(size: number, bytes: Uint8Array | null, storedId: number | null): Body;
  /** In a transaction: what the row that refers to this body has to hold. */
  keep(body: Body): { readonly bytes: Uint8Array | null; readonly storedId: number | null };
  /** In a transaction: removes a body's pieces. */
  remove(storedId: number): void;
  /** In a transaction: removes pieces that processes left behind which are gone. */
  removeOrphans(isAlive: (pid: number) => boolean): number;
}

export function createBodies(db: Database, writer: Writer): Bodies {
  const insertBody = db.prepare('INSERT INTO bodies (pid) VALUES (?)');
  const insertPiece = db.prepare('INSERT INTO pieces (id, data) VALUES (?, ?)');
  const markKept = db.prepare('UPDATE bodies SET kept = 1 WHERE id = ?');
  const piece = db.prepare('SELECT data FROM pieces WHERE id = ?').pluck();
  const deletePieces = db.prepare('DELETE FROM pieces WHERE id >= ? AND id < ?');
  const deleteBody = db.prepare('DELETE FROM bodies WHERE id = ?');
  const unkept = db.prepare('SELECT id, pid FROM bodies WHERE kept = 0');

  /** Bodies in pieces of this database: one of another, that was opened before, is none of its rows'. */
  const ours = new WeakSet<Body>();

  /** What all open sinks hold in memory. */
  let heldInAll = 0;

  function openSink(): BodySink {
    let chunks: Uint8Array[] = [];
    let held = 0;
    let size = 0;
    let storedId: number | undefined;
    let pieces = 0;

    async function storePiece(): Promise<void> {
      const data = Buffer.concat(chunks, held);
      release();
      const number = pieces++;
      const known = storedId;
      storedId = await writer.write(data.length, () => {
        const id = known ?? Number(insertBody.run(process.pid).lastInsertRowid);
        insertPiece.run(id * piecesPerBody + number, data);
        return id;
      });
    }

    function release(): void {
      heldInAll -= held;
      held = 0;
      chunks = [];
    }

    async function endInPieces(): Promise<Body> {
      if (held > 0) await storePiece();
      return storedBody(size, storedId!);
    }

    return {
      get size() {
        return size;
      },
      write(chunk) {
        size += chunk.byteLength;
        held += chunk.byteLength;
        heldInAll += chunk.byteLength;
        chunks.push(chunk);
        return held > bodyPieceBytes || heldInAll > mostHeldBytes ? storePiece() : undefined;
      },
      end() {
        if (pieces > 0) return endInPieces();
        if (size === 0) return emptyBody;
        const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size);
        release();
        return bodyOf(bytes);
      },
    };
  }

  function storedBody(size: number, storedId: number): Body {
    function* stream(): Generator<Uint8Array> {
      for (let number = 0, seen = 0; seen < size; number++) {
        if (!db.open) throw new Error('the database was reopened while a body was being read');
        const data = bytesCell(piece.get(storedId * piecesPerBody + number));
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
    const body: Body = {
      size,
      storedId,
      stream,
      bytes: (max) => firstBytes(stream(), Math.min(max, size)),
    };
    ours.add(body);
    return body;
  }

  return {
    openSink,
    read(size, bytes, storedId) {
      const pieces = optionalNumberCell(storedId);
      if (pieces !== null) return storedBody(numberCell(size), pieces);
      const whole = bytesCell(bytes);
      return whole === null ? emptyBody : bodyOf(whole);
    },
    keep(body) {
      if (body.storedId === undefined)
        return { bytes: body.size === 0 ? null : body.bytes(body.size), storedId: null };
      if (!ours.has(body)) throw new StoreFailure('lost', 'its body was in the database that is gone');
      markKept.run(body.storedId);
      return { bytes: null, storedId: body.storedId };
    },
    remove(storedId) {
      deletePieces.run(storedId * piecesPerBody, (storedId + 1) * piecesPerBody);
      deleteBody.run(storedId);
    },
    removeOrphans(isAlive) {
      const orphans = (unkept.all() as { id: number; pid: number }[]).filter(({ pid }) => !isAlive(pid));
      for (const { id } of orphans) this.remove(id);
      return orphans.length;
    },
  };
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
