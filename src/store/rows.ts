import type { AttemptKind, FailureCode } from '../model/attempt.ts';
import { flatFromHeaders, type HeaderList, headersFromFlat } from '../model/headers.ts';
import type { ReplyAuthor, ReplySummary } from '../model/reply.ts';
import type { AttemptSummary, RequestState, RequestSummary } from '../model/request.ts';

/** Columns of `requests` joined with its session's name, and what a list shows of its attempts. */
export interface SummaryRow {
  readonly seq: number;
  readonly id: string;
  readonly name: string;
  readonly received_at: number;
  readonly ms: number;
  readonly method: string;
  readonly request_target: string;
  readonly origin: string;
  readonly http_version: string;
  readonly remote_address: string;
  readonly state: RequestState;
  readonly body_size: number;
  readonly reply_status: number | null;
  readonly reply_by: ReplyAuthor | null;
  readonly attempt_count: number;
  readonly last_kind: AttemptKind | null;
  readonly last_target: string;
  readonly last_started_at: number;
  readonly last_ms: number;
  readonly last_status: number | null;
  readonly last_error_code: FailureCode | null;
  readonly last_body_size: number | null;
  readonly is_held: 0 | 1;
}

export interface ContentRow {
  readonly headers: string;
  readonly trailers: string | null;
  readonly body: Uint8Array | null;
  readonly body_id: number | null;
}

/** Columns of `attempts` joined with its answer. */
export interface AttemptRow {
  readonly seq: number;
  readonly request_id: string;
  readonly number: number;
  readonly kind: AttemptKind;
  readonly target: string;
  readonly started_at: number;
  readonly ms: number;
  readonly outcome: 'response' | 'failed';
  readonly status: number | null;
  readonly error_code: FailureCode | null;
  readonly error_message: string | null;
  readonly body_size: number | null;
  readonly reply_status: number | null;
  readonly reply_by: ReplyAuthor | null;
  readonly status_text: string | null;
  readonly headers: string | null;
  readonly trailers: string | null;
  readonly body: Uint8Array | null;
  readonly body_id: number | null;
  readonly sent: string | null;
  readonly sent_body: Uint8Array | null;
}

/** Headers as the text that a row holds. */
export function headersToText(headers: HeaderList): string {
  return JSON.stringify(flatFromHeaders(headers));
}

export function headersFromText(text: string | null): HeaderList {
  return text === null ? [] : headersFromFlat(JSON.parse(text) as string[]);
}

export function replyOf(row: Pick<SummaryRow, 'reply_status' | 'reply_by'>): ReplySummary {
  return { status: row.reply_status, by: row.reply_by };
}

export function summaryOf(row: SummaryRow): RequestSummary {
  return {
    seq: row.seq,
    id: row.id,
    name: row.name,
    receivedAt: row.received_at,
    ms: row.ms,
    method: row.method,
    requestTarget: row.request_target,
    origin: row.origin,
    httpVersion: row.http_version,
    remoteAddress: row.remote_address,
    state: row.state,
    bodySize: row.body_size,
    reply: replyOf(row),
    attemptCount: row.attempt_count,
    lastAttempt: lastAttemptOf(row),
    isHeld: row.is_held === 1,
  };
}

function lastAttemptOf(row: SummaryRow): AttemptSummary | undefined {
  if (row.last_kind === null) return undefined;
  return {
    kind: row.last_kind,
    to: row.last_target,
    startedAt: row.last_started_at,
    ms: row.last_ms,
    status: row.last_status ?? undefined,
    errorCode: row.last_error_code ?? undefined,
    bodySize: row.last_body_size ?? undefined,
  };
}
