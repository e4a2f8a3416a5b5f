import type {
  Attempt,
  FailureCode,
  NewAttempt,
  Outcome,
  SentRequest,
  TargetResponse,
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
  wordsOf,
} from './cell.ts';
import type { Database } from './driver.ts';
import { type AttemptRow, attemptKinds, headersFromText, headersToText, replyOf } from './rows.ts';
import { createSequence } from './sequences.ts';
import type { Writer } from './writer.ts';

const failureCodes = wordsOf<FailureCode>({
  refused: true,
  reset: true,
  timeout: true,
  'not-found': true,
  unreachable: true,
  tls: true,
  'bad-response': true,
  'response-cut': true,
  'not-sendable': true,
  interrupted: true,
  withheld: true,
  store: true,
});

const attemptsWithAnswers = `
  SELECT a.seq, a.request, r.id AS request_id, a.number, a.kind, a.target, a.started_at, a.ms, a.outcome, a.status,
    a.error_code, a.error_message, a.body_size, a.reply_status, a.reply_by,
    w.status_text, w.headers, w.trailers, w.body, w.body_id, w.sent, w.sent_body
  FROM attempts a JOIN requests r ON r.seq = a.request LEFT JOIN responses w ON w.attempt = a.seq`;

export type Attempts = ReturnType<typeof createAttempts>;

/** The attempts table and the answers that go with it. */
export function createAttempts(db: Database, writer: Writer, bodies: Bodies) {
  const sequence = createSequence(db, writer, 'attempts');
  const nextNumber = db
    .prepare('SELECT coalesce(max(number), 0) + 1 FROM attempts WHERE request = ?')
    .pluck();
  const insertAttempt = db.prepare(
    `INSERT INTO attempts (seq, request, number, kind, target, started_at, ms, outcome, status, error_code,
       error_message, body_size, reply_status, reply_by)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertAnswer = db.prepare(
    `INSERT INTO responses (attempt, status_text, headers, trailers, body, body_id, sent, sent_body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const ofRequest = db.prepare(`${attemptsWithAnswers} WHERE a.request = ? ORDER BY a.number`);
  const latestTarget = db
    .prepare(
      `SELECT target FROM attempts WHERE request = ? AND kind IN ('forward', 'retry')
       ORDER BY number DESC LIMIT 1`,
    )
    .pluck();
  const count = db
    .prepare(
      "SELECT count(*) FROM attempts WHERE request = ? AND target = ? AND kind IN ('forward', 'retry')",
    )
    .pluck();
  const response = db
    .prepare("SELECT 1 FROM attempts WHERE request = ? AND target = ? AND outcome = 'response' LIMIT 1")
    .pluck();

  const forgetReply = db.prepare(
    'UPDATE attempts SET reply_status = NULL, reply_by = NULL WHERE request = ?',
  );

  function attemptOf(row: AttemptRow): Attempt {
    return {
      seq: row.seq,
      requestId: idCell(row.request_id, row.request),
      number: numberCell(row.number),
      kind: wordCell(row.kind, attemptKinds),
      target: textCell(row.target),
      startedAt: momentCell(row.started_at),
      ms: numberCell(row.ms),
      outcome: outcomeOf(row),
      reply: replyOf(row),
      ...(row.sent === null ? {} : { sent: sentOf(row.sent, row.sent_body) }),
    };
  }

  function outcomeOf(row: AttemptRow): Outcome {
    const status = optionalNumberCell(row.status);
    const response = status === null ? undefined : responseOf(row, status);
    if (row.outcome === 'response' && response) return { type: 'response', response };
    const code = wordCell(row.error_code, failureCodes);
    const failed = { type: 'failed', code, message: textCell(row.error_message) } as const;
    return response ? { ...failed, response } : failed;
  }

  function responseOf(row: AttemptRow, status: number): TargetResponse {
    return {
      status,
      statusText: textCell(row.status_text),
      headers: headersFromText(row.headers),
      trailers: headersFromText(row.trailers),
      body: bodies.read(row.body_size ?? 0, row.body, row.body_id),
    };
  }

  return {
    /** In a transaction: writes an attempt under the next number of its request. */
    insert(request: Seq, requestId: string, attempt: NewAttempt, reply: ReplySummary = noReply): Attempt {
      const seq = sequence.next();
      const number = nextNumber.get(request) as number;
      const { outcome, sent } = attempt;
      const { response } = outcome;
      const failed = outcome.type === 'failed' ? outcome : undefined;
      insertAttempt.run(
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
      if (response || sent) {
        const body = response ? bodies.keep(response.body) : { bytes: null, storedId: null };
        insertAnswer.run(
          seq,
          response?.statusText || null,
          response ? headersToText(response.headers) : null,
          response && response.trailers.length > 0 ? headersToText(response.trailers) : null,
          body.bytes,
          body.storedId,
          sent ? sentToText(sent) : null,
          sent && sent.body.size > 0 ? wholeBody(sent.body) : null,
        );
      }
      return { ...attempt, seq, requestId, number, reply };
    },

    /** In a transaction: the sender of a request was gone before it was answered. */
    replyMissed(request: Seq): void {
      forgetReply.run(request);
    },

    /** All attempts of a request, oldest first. */
    ofRequest(request: Seq): Attempt[] {
      return (ofRequest.all(request) as AttemptRow[]).map(attemptOf);
    },

    /** The target of the newest `forward` or `retry` attempt of a request. */
    latestTarget(request: Seq): string | undefined {
      const target = latestTarget.get(request);
      return target === undefined ? undefined : textCell(target);
    },

    /** How many attempts to deliver a request to a target there were, replays aside. */
    count(request: Seq, target: string): number {
      return count.get(request, target) as number;
    },

    hasResponse(request: Seq, target: string): boolean {
      return response.get(request, target) !== undefined;
    },

    reserveUpTo: sequence.reserveUpTo,
  };
}

interface SentText {
  readonly method: string;
  readonly requestTarget: string;
  readonly headers: readonly (readonly [string, string])[];
}

function sentToText({ method, requestTarget, headers }: SentRequest): string {
  return JSON.stringify({ method, requestTarget, headers } satisfies SentText);
}

function isSent(json: unknown): json is SentText {
  const { method, requestTarget, headers } = (json ?? {}) as Partial<Record<keyof SentText, unknown>>;
  const isField = (field: unknown) => isTextList(field) && field.length === 2;
  const isHead = typeof method === 'string' && typeof requestTarget === 'string';
  return isHead && Array.isArray(headers) && headers.every(isField);
}

function sentOf(text: string, body: Uint8Array | null): SentRequest {
  const sent = jsonCell(text, isSent, 'What was sent');
  return { ...sent, body: bodyOf(bytesCell(body) ?? new Uint8Array(0)) };
}
