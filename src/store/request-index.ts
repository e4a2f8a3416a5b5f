import { UserError } from '../model/errors.ts';
import { idLength, parseRef } from '../model/ref.ts';
import type { Seq } from '../model/seq.ts';
import { idCell } from './cell.ts';
import type { Database } from './driver.ts';
import type { EventIdRow, RedeliveryIndex } from './redelivery-index.ts';
import type { Writer } from './writer.ts';

const batchSize = 200;
const quietMs = 400;
/** Up to so many in that time are no traffic that indexing could slow down. */
const fewRecorded = 20;
const mostCandidates = 8;

/** Finds requests by their ids. */
export interface RequestIndex {
  /** The sequence number of the request that a ref names. Throws a UserError if there is none, or more than one. */
  resolve(ref: string, name: string | undefined): Seq;
  /** Call after a request was recorded: it is indexed when capture has been quiet for a moment. */
  recorded(): void;
  /** Indexes all that is recorded: worth it before many look-ups, each of which scans what is not. */
  catchUp(): Promise<void>;
  /** In a transaction: forgets an id. */
  remove(id: string, seq: Seq): void;
  stop(): void;
}

interface Found {
  readonly id: string;
  readonly seq: number;
}

/** State of an index that is filled behind capture. */
interface IndexState {
  readonly writer: Writer;
  readonly deliveries: RedeliveryIndex;
  readonly sql: ReturnType<typeof prepare>;
  timer: NodeJS.Timeout | undefined;
  /** Requests recorded since the last run, and how many of them were when the timer last fired. */
  waiting: number;
  waitingBefore: number;
  running: boolean;
  stopped: boolean;
}

/**
 * Looks requests up by id. The index of a random key dirties a page a row, which would halve the rate of recording, so
 * it is filled behind capture, and that of delivery ids with it; the rows after its end are scanned.
 */
export function createRequestIndex(db: Database, writer: Writer, deliveries: RedeliveryIndex): RequestIndex {
  const state: IndexState = {
    writer,
    deliveries,
    sql: prepare(db),
    timer: undefined,
    waiting: 0,
    waitingBefore: 0,
    running: false,
    stopped: false,
  };
  return {
    resolve: (ref, name) => resolve(state, ref, name),
    recorded() {
      state.waiting++;
      if (state.timer === undefined && !state.running && !state.stopped) runLater(state);
    },
    async catchUp() {
      while ((await writer.write(0, () => indexBatch(state))) === batchSize);
    },
    remove(id, seq) {
      state.sql.remove.run(id, seq);
    },
    stop() {
      state.stopped = true;
      clearTimeout(state.timer);
    },
  };
}

function prepare(db: Database) {
  return {
    indexedUpTo: db.prepare("SELECT value FROM counters WHERE name = 'ids'").pluck(),
    unindexed: db.prepare(
      'SELECT id, seq, provider, event_id, verification FROM requests WHERE seq > ? ORDER BY seq LIMIT ?',
    ),
    insert: db.prepare('INSERT OR IGNORE INTO ids (id, seq) VALUES (?, ?)'),
    advance: db.prepare("UPDATE counters SET value = max(value, ?) WHERE name = 'ids'"),
    inIndex: db.prepare('SELECT id, seq FROM ids WHERE id >= ? AND id < ? ORDER BY seq DESC LIMIT ?'),
    withId: db.prepare('SELECT id, seq FROM ids WHERE id = ?'),
    inTail: db.prepare(
      'SELECT id, seq FROM requests WHERE seq > ? AND id >= ? AND id < ? ORDER BY seq DESC LIMIT ?',
    ),
    remove: db.prepare('DELETE FROM ids WHERE id = ? AND seq = ?'),
    back: db.prepare('SELECT seq FROM requests ORDER BY seq DESC LIMIT 1 OFFSET ?').pluck(),
    backOfName: db
      .prepare(
        `SELECT r.seq FROM requests r JOIN sessions s ON s.id = r.session
         WHERE s.project = ? ORDER BY r.seq DESC LIMIT 1 OFFSET ?`,
      )
      .pluck(),
    nameOf: db
      .prepare('SELECT s.project FROM requests r JOIN sessions s ON s.id = r.session WHERE r.seq = ?')
      .pluck(),
  };
}

function runLater(state: IndexState): void {
  state.timer = setTimeout(runIfQuiet, quietMs, state).unref();
}

function runIfQuiet(state: IndexState): void {
  const isQuiet = state.waiting - state.waitingBefore <= fewRecorded;
  state.waitingBefore = state.waiting;
  state.timer = undefined;
  if (isQuiet) void run(state);
  else runLater(state);
}

async function run(state: IndexState): Promise<void> {
  state.running = true;
  try {
    while (!state.stopped && (await state.writer.write(0, () => indexBatch(state))) === batchSize) {
      await new Promise((resolve) => setTimeout(resolve, 20).unref());
    }
    state.waiting = 0;
    state.waitingBefore = 0;
  } catch {
    // The look-up scans what is not indexed: another run will catch up.
  } finally {
    state.running = false;
  }
}

/** In a transaction: indexes the next rows; returns their number. */
function indexBatch({ sql, deliveries }: IndexState): number {
  const rows = sql.unindexed.all(sql.indexedUpTo.get() as number, batchSize) as (Found & EventIdRow)[];
  // In the order of the key, neighbours share a page.
  for (const { id, seq } of rows.toSorted((a, b) => (a.id < b.id ? -1 : 1))) sql.insert.run(id, seq);
  deliveries.index(rows);
  const last = rows.at(-1);
  if (last) sql.advance.run(last.seq);
  return rows.length;
}

function resolve(state: IndexState, text: string, name: string | undefined): Seq {
  const ref = parseRef(text);
  if (!ref) {
    throw new UserError(
      'usage',
      `${JSON.stringify(text)} does not name a request.`,
      'Give an id, its first 3 characters or more, @ for the latest, or @~1 for the one before.',
    );
  }
  if (ref.type === 'latest') return latest(state, ref.back, name);
  const [first, ...others] = byPrefix(state, ref.prefix, name);
  if (!first) {
    throw new UserError(
      'not-found',
      `No request has the id ${text}.`,
      'webhook-cli list shows what is recorded.',
    );
  }
  if (others.length > 0) throw ambiguous(text, [first, ...others]);
  return first.seq;
}

function ambiguous(text: string, found: readonly Found[]): UserError {
  const candidates = found.slice(0, mostCandidates).map(({ id, seq }) => idCell(id, seq));
  const more = found.length > mostCandidates ? ', …' : '';
  return new UserError(
    'usage',
    `${text} matches several ids: ${candidates.join(', ')}${more}.`,
    'Give more characters.',
  );
}

function byPrefix({ sql }: IndexState, prefix: string, name: string | undefined): Found[] {
  // A whole id that is indexed is the one: ids are random enough not to look for another.
  const whole = prefix.length === idLength ? (sql.withId.get(prefix) as Found | undefined) : undefined;
  if (whole) return name === undefined || sql.nameOf.get(whole.seq) === name ? [whole] : [];
  const end = `${prefix}~`;
  const limit = name === undefined ? mostCandidates + 1 : 1000;
  const tail = sql.inTail.all(sql.indexedUpTo.get() as number, prefix, end, limit) as Found[];
  const indexed = sql.inIndex.all(prefix, end, limit) as Found[];
  // Another process may have indexed some of the tail meanwhile.
  const found = [...new Map([...tail, ...indexed].map((each) => [each.seq, each])).values()];
  return name === undefined ? found : found.filter(({ seq }) => sql.nameOf.get(seq) === name);
}

function latest({ sql }: IndexState, steps: number, name: string | undefined): Seq {
  const found = name === undefined ? sql.back.get(steps) : sql.backOfName.get(name, steps);
  if (found !== undefined) return found as number;
  const whose = name === undefined ? '' : ` named ${name}`;
  throw new UserError(
    'not-found',
    steps === 0 ? `No request${whose} is recorded yet.` : `There are not that many requests${whose}.`,
    steps === 0 && name === undefined
      ? 'webhook-cli listen 3000 starts capturing.'
      : 'webhook-cli list shows what is recorded.',
  );
}
