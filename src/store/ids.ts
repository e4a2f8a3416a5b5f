import { UserError } from '../model/errors.ts';
import { idLength, parseRef } from '../model/ref.ts';
import type { Seq } from '../model/seq.ts';
import { idCell } from './cell.ts';
import type { Deliveries, DeliveryRow } from './deliveries.ts';
import type { Database } from './driver.ts';
import type { Writer } from './writer.ts';

const batchSize = 200;
const quietMs = 400;
/** Up to so many in that time are no traffic that indexing could slow down. */
const fewRecorded = 20;
const mostCandidates = 8;

export interface Ids {
  /** The place of the request that a ref names. Throws a UserError if there is none, or more than one. */
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

/**
 * Looks requests up by id. The index of a random key dirties a page a row, which would halve what can be recorded,
 * so it is filled behind capture, and that of delivery ids with it; what it does not hold yet is found by scanning the rows after its end.
 */
export function createIds(db: Database, writer: Writer, deliveries: Deliveries): Ids {
  const indexedUpTo = db.prepare("SELECT value FROM counters WHERE name = 'ids'").pluck();
  const unindexed = db.prepare(
    'SELECT id, seq, provider, event_id, verification FROM requests WHERE seq > ? ORDER BY seq LIMIT ?',
  );
  const insert = db.prepare('INSERT OR IGNORE INTO ids (id, seq) VALUES (?, ?)');
  const advance = db.prepare("UPDATE counters SET value = max(value, ?) WHERE name = 'ids'");
  const inIndex = db.prepare('SELECT id, seq FROM ids WHERE id >= ? AND id < ? ORDER BY seq DESC LIMIT ?');
  const withId = db.prepare('SELECT id, seq FROM ids WHERE id = ?');
  const inTail = db.prepare(
    'SELECT id, seq FROM requests WHERE seq > ? AND id >= ? AND id < ? ORDER BY seq DESC LIMIT ?',
  );
  const remove = db.prepare('DELETE FROM ids WHERE id = ? AND seq = ?');
  const back = db.prepare('SELECT seq FROM requests ORDER BY seq DESC LIMIT 1 OFFSET ?').pluck();
  const backOfName = db
    .prepare(
      `SELECT r.seq FROM requests r JOIN sessions s ON s.id = r.session
       WHERE s.project = ? ORDER BY r.seq DESC LIMIT 1 OFFSET ?`,
    )
    .pluck();
  const nameOf = db
    .prepare('SELECT s.project FROM requests r JOIN sessions s ON s.id = r.session WHERE r.seq = ?')
    .pluck();
  let timer: NodeJS.Timeout | undefined;
  let waiting = 0;
  let waitingBefore = 0;
  let running = false;
  let stopped = false;

  function recorded(): void {
    waiting++;
    if (timer === undefined && !running && !stopped) timer = setTimeout(runIfQuiet, quietMs).unref();
  }

  function runIfQuiet(): void {
    const isQuiet = waiting - waitingBefore <= fewRecorded;
    waitingBefore = waiting;
    timer = undefined;
    if (isQuiet) void run();
    else timer = setTimeout(runIfQuiet, quietMs).unref();
  }

  async function run(): Promise<void> {
    running = true;
    try {
      while (!stopped && (await writer.write(0, indexBatch)) === batchSize) {
        await new Promise((resolve) => setTimeout(resolve, 20).unref());
      }
      waiting = 0;
      waitingBefore = 0;
    } catch {
      // The look-up scans what is not indexed: another run will catch up.
    } finally {
      running = false;
    }
  }

  function indexBatch(): number {
    const rows = unindexed.all(indexedUpTo.get() as number, batchSize) as (Found & DeliveryRow)[];
    // In the order of the key, neighbours share a page.
    for (const { id, seq } of rows.toSorted((a, b) => (a.id < b.id ? -1 : 1))) insert.run(id, seq);
    deliveries.index(rows);
    const last = rows.at(-1);
    if (last) advance.run(last.seq);
    return rows.length;
  }

  function byPrefix(prefix: string, name: string | undefined): Found[] {
    // A whole id that is indexed is the one: ids are random enough not to look for another.
    const whole = prefix.length === idLength ? (withId.get(prefix) as Found | undefined) : undefined;
    if (whole) return name === undefined || nameOf.get(whole.seq) === name ? [whole] : [];
    const end = `${prefix}~`;
    const limit = name === undefined ? mostCandidates + 1 : 1000;
    const tail = inTail.all(indexedUpTo.get() as number, prefix, end, limit) as Found[];
    const found = [...tail, ...(inIndex.all(prefix, end, limit) as Found[])];
    return name === undefined ? found : found.filter(({ seq }) => nameOf.get(seq) === name);
  }

  function latest(steps: number, name: string | undefined): Seq {
    const seq = (name === undefined ? back.get(steps) : backOfName.get(name, steps)) as number | undefined;
    if (seq !== undefined) return seq;
    const whose = name === undefined ? '' : ` named ${name}`;
    throw new UserError(
      'not-found',
      steps === 0 ? `No request${whose} is recorded yet.` : `There are not that many requests${whose}.`,
      steps === 0 && name === undefined
        ? 'webhook-cli listen 3000 starts capturing.'
        : 'webhook-cli list shows what is recorded.',
    );
  }

  return {
    resolve(text, name) {
      const ref = parseRef(text);
      if (!ref) {
        throw new UserError(
          'usage',
          `${JSON.stringify(text)} does not name a request.`,
          'Give an id, its first 3 characters or more, @ for the latest, or @~1 for the one before.',
        );
      }
      if (ref.type === 'latest') return latest(ref.back, name);
      const [first, ...others] = byPrefix(ref.prefix, name);
      if (!first) {
        throw new UserError(
          'not-found',
          `No request has the id ${text}.`,
          'webhook-cli list shows what is recorded.',
        );
      }
      if (others.length === 0) return first.seq;
      const candidates = [first, ...others].slice(0, mostCandidates).map(({ id, seq }) => idCell(id, seq));
      const more = others.length >= mostCandidates ? ', …' : '';
      throw new UserError(
        'usage',
        `${text} is the start of several ids: ${candidates.join(', ')}${more}.`,
        'Give more characters.',
      );
    },
    recorded,
    async catchUp() {
      while ((await writer.write(0, indexBatch)) === batchSize);
    },
    remove(id, seq) {
      remove.run(id, seq);
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
