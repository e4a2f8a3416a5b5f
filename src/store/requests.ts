import { type Classification, unclassified } from '../model/classification.ts';
import type { RefusalCode } from '../model/refusal.ts';
import type { HandledBy, ReplySummary } from '../model/reply.ts';
import {
  type CapturedRequest,
  notWithheld,
  type RequestSummary,
  type Withholding,
} from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import type { Bodies } from './bodies.ts';
import type { Deliveries } from './deliveries.ts';
import type { Database, Statement } from './driver.ts';
import type { RedeliveryIndex } from './redelivery-index.ts';
import {
  arrivedOf,
  type ContentRow,
  classificationOf,
  classificationValues,
  headersFromText,
  headersToText,
  refusalCell,
  replyOf,
  type SummaryRow,
  summaryOf,
  withholdingOf,
} from './rows.ts';
import { createSequence } from './sequences.ts';
import type { Writer } from './writer.ts';

/** What is written in the same transaction as a request. */
export interface AddOptions {
  /** The session that captured it. */
  readonly sessionId: number;
  /** What the sender is answered, where no target decides it. */
  readonly reply?: ReplySummary;
  /** What was read from it; nothing unless given. */
  readonly classification?: Classification;
  /** What keeps it from being delivered; nothing unless given. */
  readonly withholding?: Withholding;
  /** The targets that have still to get it. */
  readonly deliveries?: readonly NewDelivery[];
}

export interface NewDelivery {
  readonly target: string;
  /** It joins those that wait for this target already; otherwise an attempt is made at once. */
  readonly isHeld: boolean;
}

/** Which requests a list shows. Pages go by `before` or `after`, never by an offset. */
export interface PageOptions {
  readonly limit: number;
  /** Only those recorded before this one, newest first. */
  readonly before?: Seq;
  /** Only those recorded after this one, oldest first. */
  readonly after?: Seq;
  /** Only those of sessions with this name. */
  readonly project?: string | undefined;
  /** Only those that wait for a target. */
  readonly held?: boolean | undefined;
  /** Only those that arrived at or after this moment, in ms since the epoch. */
  readonly since?: number | undefined;
}

const requestColumns = `
  r.seq, r.id, s.project, r.received_at, r.ms, r.method, r.request_target, r.origin, r.http_version,
  r.remote_address, r.state, r.body_size,
  r.provider, r.event, r.event_id, r.verification, r.verification_reason, r.reply_deadline_ms,
  r.refusal, r.handled_by, r.disconnected_after_ms`;

const reply = (column: 'reply_status' | 'reply_by') => `
  coalesce(r.${column}, (SELECT ${column} FROM attempts
    WHERE request = r.seq AND reply_status IS NOT NULL ORDER BY number LIMIT 1)) AS ${column}`;

const summaries = `
  SELECT ${requestColumns}, ${reply('reply_status')}, ${reply('reply_by')},
    coalesce(a.number, 0) AS attempt_count, a.kind AS last_kind, a.target AS last_target,
    a.started_at AS last_started_at, a.ms AS last_ms, a.status AS last_status,
    a.error_code AS last_error_code, a.body_size AS last_body_size,
    EXISTS (SELECT 1 FROM deliveries WHERE request = r.seq AND state = 'pending' AND held = 1) AS is_held
  FROM requests r JOIN sessions s ON s.id = r.session
  LEFT JOIN attempts a ON a.seq = (
    SELECT seq FROM attempts WHERE request = r.seq ORDER BY number DESC LIMIT 1)`;

export type Requests = ReturnType<typeof createRequests>;

/** The requests table and what hangs on it. */
export function createRequests(
  db: Database,
  writer: Writer,
  bodies: Bodies,
  deliveries: Deliveries,
  redeliveries: RedeliveryIndex,
) {
  const sequence = createSequence(db, writer, 'requests');
  const insertRequest = db.prepare(
    `INSERT INTO requests (seq, id, session, received_at, ms, method, request_target, origin, http_version,
       remote_address, state, body_size, reply_status, reply_by,
       provider, event, event_id, verification, verification_reason, reply_deadline_ms,
       refusal, handled_by)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertContent = db.prepare(
    'INSERT INTO contents (request, headers, trailers, body, body_id) VALUES (?, ?, ?, ?, ?)',
  );
  const summary = db.prepare(`${summaries} WHERE r.seq = ?`);
  const requestRow = db.prepare(
    `SELECT ${requestColumns} FROM requests r JOIN sessions s ON s.id = r.session WHERE r.seq = ?`,
  );
  const content = db.prepare('SELECT headers, trailers, body, body_id FROM contents WHERE request = ?');
  const highest = db.prepare('SELECT max(seq) FROM requests').pluck();
  const markHandled = db.prepare('UPDATE requests SET handled_by = ? WHERE seq = ?');
  const markMissed = db.prepare(
    `UPDATE requests SET reply_status = NULL, reply_by = NULL, disconnected_after_ms = ? WHERE seq = ? AND id = ?`,
  );
  const refusalOf = db.prepare('SELECT refusal FROM requests WHERE seq = ?').pluck();
  const pages = new Map<string, Statement>();

  function summarised(row: SummaryRow): RequestSummary {
    return summaryOf(row, redeliveries.firstOf(row));
  }

  function page(options: PageOptions): RequestSummary[] {
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
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    const order = options.after === undefined ? 'DESC' : 'ASC';
    const sql = `${summaries} ${where} ORDER BY r.seq ${order} LIMIT ?`;
    const statement = pages.get(sql) ?? db.prepare(sql);
    pages.set(sql, statement);
    return (statement.all(...values, options.limit) as SummaryRow[]).map(summarised);
  }

  return {
    /** In a transaction: writes a request with its pending deliveries; returns its seq. */
    insert(request: CapturedRequest, options: AddOptions): Seq {
      const seq = sequence.next();
      const { refusal, handledBy } = options.withholding ?? notWithheld;
      insertRequest.run(
        seq,
        request.id,
        options.sessionId,
        request.receivedAt,
        request.ms,
        request.method,
        request.requestTarget,
        request.origin,
        request.httpVersion,
        request.remoteAddress,
        request.state,
        request.body.size,
        options.reply?.status ?? null,
        options.reply?.by ?? null,
        ...classificationValues(options.classification ?? unclassified),
        refusal,
        handledBy,
      );
      const body = bodies.keep(request.body);
      const trailers = request.trailers.length === 0 ? null : headersToText(request.trailers);
      insertContent.run(seq, headersToText(request.headers), trailers, body.bytes, body.storedId);
      if (options.deliveries && refusal === null)
        for (const { target, isHeld } of options.deliveries) deliveries.insert(seq, target, isHeld);
      return seq;
    },

    /** Why a request must not be delivered; null: it may be, or is not there. */
    refusal(seq: Seq): RefusalCode | null {
      return refusalCell(refusalOf.get(seq));
    },

    /** In a transaction: something answered a request in place of its target after it was recorded. */
    handled(seq: Seq, by: HandledBy): void {
      markHandled.run(by, seq);
    },

    /** In a transaction: the sender was gone before its reply. Whether the request is there. */
    replyMissed(seq: Seq, id: string, afterMs: number): boolean {
      return markMissed.run(afterMs, seq, id).changes > 0;
    },

    page,

    summary(seq: Seq): RequestSummary | undefined {
      const row = summary.get(seq) as SummaryRow | undefined;
      return row && summarised(row);
    },

    /** A request with its headers and its body (large ones are read when asked for). */
    read(seq: Seq): CapturedRequest | undefined {
      const row = requestRow.get(seq) as SummaryRow | undefined;
      const rest = row && (content.get(seq) as ContentRow | undefined);
      if (!row || !rest) return undefined;
      return {
        ...arrivedOf(row),
        headers: headersFromText(rest.headers),
        trailers: headersFromText(rest.trailers),
        body: bodies.read(row.body_size, rest.body, rest.body_id),
      };
    },

    /** What is known of a request beside what arrived. */
    known(seq: Seq) {
      const row = summary.get(seq) as SummaryRow;
      return {
        reply: replyOf(row),
        classification: classificationOf(row),
        redeliveryOf: redeliveries.firstOf(row),
        ...withholdingOf(row),
      };
    },

    classification(seq: Seq): Classification | undefined {
      const row = requestRow.get(seq) as SummaryRow | undefined;
      return row && classificationOf(row);
    },

    /** In a transaction: forgets the delivery that a request was. */
    forgetDelivery(seq: Seq): void {
      const row = requestRow.get(seq) as SummaryRow | undefined;
      if (row) redeliveries.remove(row);
    },

    highestSeq(): Seq {
      return (highest.get() as number | null) ?? 0;
    },

    reserveUpTo: sequence.reserveUpTo,
  };
}
