import { type Classification, unclassified } from '../model/classification.ts';
import { storedPartsOf } from '../model/fields.ts';
import type { RefusalCode } from '../model/refusal.ts';
import { type HandledBy, noReply, type ReplySummary } from '../model/reply.ts';
import {
  type CapturedRequest,
  notWithheld,
  type RequestSummary,
  type Withholding,
} from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import type { Bodies } from './bodies.ts';
import type { SqlValue } from './database.ts';
import type { Deliveries } from './deliveries.ts';
import type { Database, Statement } from './driver.ts';
import { eventIdOf, type RedeliveryIndex } from './redelivery-index.ts';
import {
  addCells,
  arrived,
  classification,
  headersFromText,
  headersToText,
  ownColumns,
  type Row,
  refusalCell,
  replyOf,
  summaryOf,
  withholding,
} from './rows.ts';
import { createSequence, type Sequence } from './sequences.ts';
import type { Writer } from './writer.ts';

/** Values that are written in the same transaction as a request. */
export interface AddOptions {
  /** The session that captured it. */
  readonly sessionId: number;
  /** The reply to the sender, where no target decides it. */
  readonly reply?: ReplySummary;
  /** Its classification; `unclassified` unless given. */
  readonly classification?: Classification;
  /** The reasons that keep it from being delivered; none unless given. */
  readonly withholding?: Withholding;
  /** Its deliveries: the targets that must get it. */
  readonly deliveries?: readonly NewDelivery[];
}

export interface NewDelivery {
  readonly target: string;
  /** It is queued for this target; otherwise an attempt is made at once. */
  readonly isHeld: boolean;
}

/** The requests of one page. Pages go by `before` or `after`, never by an offset. */
export interface PageOptions {
  readonly limit: number;
  /** Only those recorded before this one, newest first. */
  readonly before?: Seq;
  /** Only those recorded after this one, oldest first. */
  readonly after?: Seq;
  /** Only those of this project. */
  readonly project?: string | undefined;
  /** Only those that wait for a target. */
  readonly held?: boolean | undefined;
  /** Only those that arrived at or after this moment, in ms since the epoch. */
  readonly since?: number | undefined;
}

const requestColumns = `r.seq, ${arrived.columns}, ${classification.columns}, ${withholding.columns}`;

const reply = (column: 'reply_status' | 'reply_by') => `
  coalesce(r.${column}, (SELECT ${column} FROM attempts
    WHERE request = r.seq AND reply_status IS NOT NULL ORDER BY number LIMIT 1)) AS ${column}`;

const summaries = `
  SELECT ${requestColumns}, ${reply('reply_status')}, ${reply('reply_by')}, r.disconnected_after_ms,
    coalesce(a.number, 0) AS attempt_count, a.kind AS last_kind, a.target AS last_target,
    a.started_at AS last_started_at, a.ms AS last_ms, a.status AS last_status,
    a.error_code AS last_error_code, a.body_size AS last_body_size,
    EXISTS (SELECT 1 FROM deliveries WHERE request = r.seq AND state = 'pending' AND held = 1) AS is_held
  FROM requests r JOIN sessions s ON s.id = r.session
  LEFT JOIN attempts a ON a.seq = (
    SELECT seq FROM attempts WHERE request = r.seq ORDER BY number DESC LIMIT 1)`;

/** The requests of a store, and what is stored with them. */
interface RequestsState {
  readonly db: Database;
  readonly bodies: Bodies;
  readonly deliveries: Deliveries;
  readonly redeliveries: RedeliveryIndex;
  readonly sequence: Sequence;
  readonly changes: ReturnType<typeof prepareChanges>;
  readonly queries: ReturnType<typeof prepareQueries>;
  /** The statements of pages by their SQL, prepared once. */
  readonly pages: Map<string, Statement>;
}

export type Requests = ReturnType<typeof createRequests>;

/** The tables `requests` and `contents`. */
export function createRequests(
  db: Database,
  writer: Writer,
  bodies: Bodies,
  deliveries: Deliveries,
  redeliveries: RedeliveryIndex,
) {
  const state: RequestsState = {
    db,
    bodies,
    deliveries,
    redeliveries,
    sequence: createSequence(db, writer, 'requests'),
    changes: prepareChanges(db),
    queries: prepareQueries(db),
    pages: new Map(),
  };
  return { ...changesOf(state), ...readsOf(state) };
}

function changesOf(state: RequestsState) {
  const { changes, queries, redeliveries, sequence } = state;
  return {
    /** In a transaction: writes a request with its pending deliveries; returns its seq. */
    insert: (request: CapturedRequest, options: AddOptions): Seq => insert(state, request, options),

    /** In a transaction: something replied to a request in place of its target after it was recorded. */
    handled: (seq: Seq, by: HandledBy) => void changes.markHandled.run(by, seq),

    /** In a transaction: the sender was gone before its reply. Returns false if the request is not there. */
    replyMissed: (seq: Seq, id: string, afterMs: number) =>
      changes.markMissed.run(afterMs, seq, id).changes > 0,

    /** In a transaction: forgets the event id of a request. */
    forgetEventId(seq: Seq): void {
      const row = queries.request.get(seq) as Row | undefined;
      if (row) redeliveries.remove(eventIdOf(seq, classification.read(row)));
    },

    reserveUpTo: sequence.reserveUpTo,
  };
}

function readsOf(state: RequestsState) {
  const { queries } = state;
  return {
    /** The reason why a request must not be delivered; null: it may be, or is not there. */
    refusal: (seq: Seq): RefusalCode | null => refusalCell(queries.refusal.get(seq)),

    page: (options: PageOptions): RequestSummary[] => page(state, options),

    count: (options: Omit<PageOptions, 'limit' | 'before' | 'after'>): number => count(state, options),

    summary(seq: Seq): RequestSummary | undefined {
      const row = queries.summary.get(seq) as Row | undefined;
      return row && summarised(state, row);
    },

    /** A request with its headers and its body (large ones are read when asked for). */
    read: (seq: Seq): CapturedRequest | undefined => read(state, seq),

    /** The recorded properties of a request beside what arrived. */
    known: (seq: Seq) => knownOf(state, seq),

    classification(seq: Seq): Classification | undefined {
      const row = queries.request.get(seq) as Row | undefined;
      return row && classification.read(row);
    },

    highestSeq: (): Seq => (queries.highest.get() as number | null) ?? 0,
  };
}

function prepareChanges(db: Database) {
  const columns = ['seq', 'session', ...ownColumns];
  return {
    insertRequest: db.prepare(
      `INSERT INTO requests (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    ),
    insertContent: db.prepare(
      'INSERT INTO contents (request, headers, trailers, body, body_id) VALUES (?, ?, ?, ?, ?)',
    ),
    markHandled: db.prepare('UPDATE requests SET handled_by = ? WHERE seq = ?'),
    markMissed: db.prepare(
      `UPDATE requests SET reply_status = NULL, reply_by = NULL, disconnected_after_ms = ?
       WHERE seq = ? AND id = ?`,
    ),
  };
}

function prepareQueries(db: Database) {
  return {
    summary: db.prepare(`${summaries} WHERE r.seq = ?`),
    request: db.prepare(
      `SELECT ${requestColumns} FROM requests r JOIN sessions s ON s.id = r.session WHERE r.seq = ?`,
    ),
    content: db.prepare('SELECT headers, trailers, body, body_id FROM contents WHERE request = ?'),
    highest: db.prepare('SELECT max(seq) FROM requests').pluck(),
    refusal: db.prepare('SELECT refusal FROM requests WHERE seq = ?').pluck(),
  };
}

function insert(
  { bodies, deliveries, sequence, changes }: RequestsState,
  request: CapturedRequest,
  options: AddOptions,
): Seq {
  const seq = sequence.next();
  const { refusal, handledBy } = options.withholding ?? notWithheld;
  const { reply = noReply, classification = unclassified } = options;
  const parts = {
    request,
    reply,
    classification,
    refusal,
    handledBy,
    redeliveryOf: undefined,
    deliveries: [],
  };
  const cells: SqlValue[] = [seq, options.sessionId];
  addCells(cells, storedPartsOf(parts));
  changes.insertRequest.run(...cells);
  const body = bodies.keep(request.body);
  const trailers = request.trailers.length === 0 ? null : headersToText(request.trailers);
  changes.insertContent.run(seq, headersToText(request.headers), trailers, body.bytes, body.storedId);
  if (options.deliveries && refusal === null)
    for (const { target, isHeld } of options.deliveries) deliveries.insert(seq, target, isHeld);
  return seq;
}

function summarised({ redeliveries }: RequestsState, row: Row): RequestSummary {
  return summaryOf(row, (seq, known) => redeliveries.firstOf(eventIdOf(seq, known)));
}

function page(state: RequestsState, options: PageOptions): RequestSummary[] {
  const { where, values } = conditionsOf(options);
  const order = options.after === undefined ? 'DESC' : 'ASC';
  const statement = prepared(state, `${summaries} ${where} ORDER BY r.seq ${order} LIMIT ?`);
  const rows = statement.all(...values, options.limit) as Row[];
  return rows.map((row) => summarised(state, row));
}

function count(state: RequestsState, options: Omit<PageOptions, 'limit'>): number {
  const { where, values } = conditionsOf(options);
  const join = options.project === undefined ? '' : 'JOIN sessions s ON s.id = r.session';
  const statement = prepared(state, `SELECT count(*) AS count FROM requests r ${join} ${where}`);
  return (statement.get(...values) as { readonly count: number }).count;
}

/** A statement, prepared once. */
function prepared({ db, pages }: RequestsState, sql: string): Statement {
  const known = pages.get(sql);
  if (known) return known;
  const statement = db.prepare(sql);
  pages.set(sql, statement);
  return statement;
}

/** The conditions of a page in SQL, and their values. */
function conditionsOf(options: Omit<PageOptions, 'limit'>) {
  const conditions: string[] = [];
  const values: (string | number)[] = [];
  const only = (condition: string, value: string | number | undefined) => {
    if (value === undefined) return;
    conditions.push(condition);
    values.push(value);
  };
  only('r.seq < ?', options.before);
  only('r.seq > ?', options.after);
  only('s.project = ?', options.project);
  only('r.received_at >= ?', options.since);
  if (options.held) {
    conditions.push("r.seq IN (SELECT request FROM deliveries WHERE state = 'pending' AND held = 1)");
  }
  return { where: conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`, values };
}

function read({ bodies, queries }: RequestsState, seq: Seq): CapturedRequest | undefined {
  const row = queries.request.get(seq) as Row | undefined;
  const content = row && (queries.content.get(seq) as Row | undefined);
  if (!content) return undefined;
  const { bodySize, ...request } = arrived.read(row);
  return {
    ...request,
    headers: headersFromText(content['headers']),
    trailers: headersFromText(content['trailers']),
    body: bodies.read(bodySize, content['body'], content['body_id']),
  };
}

function knownOf({ queries, redeliveries }: RequestsState, seq: Seq) {
  const row = queries.summary.get(seq) as Row;
  const known = classification.read(row);
  return {
    reply: replyOf(row),
    classification: known,
    redeliveryOf: redeliveries.firstOf(eventIdOf(seq, known)),
    ...withholding.read(row),
  };
}
