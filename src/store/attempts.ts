import {
  type Attempt,
  attemptKinds,
  failureCodes,
  type NewAttempt,
  type Outcome,
  type SentRequest,
  sentChanges,
  type TargetResponse,
} from '../model/attempt.ts';
import { bodyOf, wholeBody } from '../model/body.ts';
import { noReply, type ReplySummary } from '../model/reply.ts';
import type { Seq } from '../model/seq.ts';
import type { Bodies } from './bodies.ts';
import {
  bytesCell,
  idCell,
  isTextList,
  jsonCell,
  momentCell,
  numberCell,
  optionalNumberCell,
  textCell,
  wordCell,
} from './cell.ts';
import type { Database } from './driver.ts';
import { headersFromText, headersToText, type Row, replyOf } from './rows.ts';
import { createSequence, type Sequence } from './sequences.ts';
import type { Writer } from './writer.ts';

/** The attempts of a store, and what is stored with them. */
interface AttemptsState {
  readonly bodies: Bodies;
  readonly sequence: Sequence;
  readonly changes: ReturnType<typeof prepareChanges>;
  readonly queries: ReturnType<typeof prepareQueries>;
}

export type Attempts = ReturnType<typeof createAttempts>;

/** The tables `attempts` and `responses`. */
export function createAttempts(db: Database, writer: Writer, bodies: Bodies) {
  const sequence = createSequence(db, writer, 'attempts');
  const state: AttemptsState = {
    bodies,
    sequence,
    changes: prepareChanges(db),
    queries: prepareQueries(db),
  };
  const { changes, queries } = state;
  return {
    /** In a transaction: writes an attempt under the next number of its request. */
    insert: (request: Seq, requestId: string, attempt: NewAttempt, reply: ReplySummary = noReply) =>
      insert(state, request, requestId, attempt, reply),

    /** In a transaction: the sender of a request was gone before its reply. */
    replyMissed: (request: Seq) => void changes.forgetReply.run(request),

    /** All attempts of a request, oldest first. */
    ofRequest: (request: Seq): Attempt[] =>
      (queries.ofRequest.all(request) as Row[]).map((row) => attemptOf(state, row)),

    /** The target of the newest `forward` or `retry` attempt of a request. */
    latestTarget(request: Seq): string | undefined {
      const target = queries.latestTarget.get(request);
      return target === undefined ? undefined : textCell(target);
    },

    /** The targets of the newest attempts, the newest first. */
    recentTargets: (): string[] => queries.recentTargets.all().map(textCell),

    /** The number of attempts to deliver a request to a target, replays aside. */
    count: (request: Seq, target: string) => queries.count.get(request, target) as number,

    hasResponse: (request: Seq, target: string) => queries.response.get(request, target) !== undefined,

    reserveUpTo: sequence.reserveUpTo,
  };
}

function prepareChanges(db: Database) {
  return {
    insertAttempt: db.prepare(
      `INSERT INTO attempts (seq, request, number, kind, target, started_at, ms, outcome, status, error_code,
         error_message, body_size, reply_status, reply_by)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    insertResponse: db.prepare(
      `INSERT INTO responses (attempt, status_text, headers, trailers, body, body_id, sent, sent_body)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    forgetReply: db.prepare('UPDATE attempts SET reply_status = NULL, reply_by = NULL WHERE request = ?'),
  };
}

function prepareQueries(db: Database) {
  const ofTarget = (columns: string, rest: string) =>
    db.prepare(`SELECT ${columns} FROM attempts WHERE request = ? AND target = ? AND ${rest}`).pluck();
  return {
    nextNumber: db.prepare('SELECT coalesce(max(number), 0) + 1 FROM attempts WHERE request = ?').pluck(),
    ofRequest: db.prepare(
      `SELECT a.seq, a.request, r.id AS request_id, a.number, a.kind, a.target, a.started_at, a.ms, a.outcome,
         a.status, a.error_code, a.error_message, a.body_size, a.reply_status, a.reply_by,
         w.status_text, w.headers, w.trailers, w.body, w.body_id, w.sent, w.sent_body
       FROM attempts a JOIN requests r ON r.seq = a.request LEFT JOIN responses w ON w.attempt = a.seq
       WHERE a.request = ? ORDER BY a.number`,
    ),
    latestTarget: db
      .prepare(`SELECT target FROM attempts WHERE request = ? AND ${isDelivery} ORDER BY number DESC LIMIT 1`)
      .pluck(),
    // A bounded number of rows, so that a long history costs nothing.
    recentTargets: db
      .prepare(
        `SELECT target FROM (SELECT seq, target FROM attempts ORDER BY seq DESC LIMIT 1000)
         GROUP BY target ORDER BY max(seq) DESC LIMIT 50`,
      )
      .pluck(),
    count: ofTarget('count(*)', isDelivery),
    response: ofTarget('1', "outcome = 'response' LIMIT 1"),
  };
}

const isDelivery = "kind IN ('forward', 'retry')";

function insert(
  { bodies, sequence, changes, queries }: AttemptsState,
  request: Seq,
  requestId: string,
  attempt: NewAttempt,
  reply: ReplySummary,
): Attempt {
  const seq = sequence.next();
  const number = queries.nextNumber.get(request) as number;
  const { outcome } = attempt;
  const { response } = outcome;
  const failed = outcome.type === 'failed' ? outcome : undefined;
  changes.insertAttempt.run(
    seq,
    request,
    number,
    attempt.kind,
    attempt.target,
    attempt.startedAt,
    attempt.ms,
    outcome.type,
    response?.status ?? null,
    failed?.code ?? null,
    failed?.message ?? null,
    response?.body.size ?? null,
    reply.status,
    reply.by,
  );
  if (response || attempt.sent)
    changes.insertResponse.run(seq, ...responseCells(bodies, response), ...sentCells(attempt.sent));
  return { ...attempt, seq, requestId, number, reply };
}

/** Values for the columns of a response, from its status text to the id of its body. */
function responseCells(bodies: Bodies, response: TargetResponse | undefined) {
  if (!response) return [null, null, null, null, null] as const;
  const { statusText, headers, trailers } = response;
  const body = bodies.keep(response.body);
  return [
    statusText || null,
    headersToText(headers),
    trailers.length > 0 ? headersToText(trailers) : null,
    body.bytes,
    body.storedId,
  ] as const;
}

/** Values for the columns `sent` and `sent_body`. */
function sentCells(sent: SentRequest | undefined) {
  if (!sent) return [null, null] as const;
  return [sentToText(sent), sent.body.size > 0 ? wholeBody(sent.body) : null] as const;
}

function attemptOf({ bodies }: AttemptsState, row: Row): Attempt {
  return {
    seq: row['seq'] as Seq,
    requestId: idCell(row['request_id'], row['request']),
    number: numberCell(row['number']),
    kind: wordCell(row['kind'], attemptKinds),
    target: textCell(row['target']),
    startedAt: momentCell(row['started_at']),
    ms: numberCell(row['ms']),
    outcome: outcomeOf(bodies, row),
    reply: replyOf(row),
    ...(row['sent'] === null ? {} : { sent: sentOf(row['sent'], row['sent_body']) }),
  };
}

function outcomeOf(bodies: Bodies, row: Row): Outcome {
  const status = optionalNumberCell(row['status']);
  const response = status === null ? undefined : responseOf(bodies, row, status);
  if (row['outcome'] === 'response' && response) return { type: 'response', response };
  const code = wordCell(row['error_code'], failureCodes);
  const failed = { type: 'failed', code, message: textCell(row['error_message']) } as const;
  return response ? { ...failed, response } : failed;
}

function responseOf(bodies: Bodies, row: Row, status: number): TargetResponse {
  return {
    status,
    statusText: textCell(row['status_text']),
    headers: headersFromText(row['headers']),
    trailers: headersFromText(row['trailers']),
    body: bodies.read(numberCell(row['body_size']), row['body'], row['body_id']),
  };
}

interface SentText {
  readonly method: string;
  readonly requestTarget: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly change?: unknown;
}

function sentToText({ method, requestTarget, headers, change }: SentRequest): string {
  return JSON.stringify({ method, requestTarget, headers, ...(change && { change }) } satisfies SentText);
}

function isSent(json: unknown): json is SentText {
  const { method, requestTarget, headers } = (json ?? {}) as Partial<Record<keyof SentText, unknown>>;
  const isField = (field: unknown) => isTextList(field) && field.length === 2;
  const isHead = typeof method === 'string' && typeof requestTarget === 'string';
  return isHead && Array.isArray(headers) && headers.every(isField);
}

function sentOf(text: unknown, body: unknown): SentRequest {
  const { method, requestTarget, headers, change } = jsonCell(text, isSent, 'What was sent');
  const known = sentChanges.find((each) => each === change);
  return {
    method,
    requestTarget,
    headers,
    body: bodyOf(bytesCell(body) ?? new Uint8Array(0)),
    ...(known && { change: known }),
  };
}
