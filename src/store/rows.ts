import type { AttemptKind, FailureCode } from '../model/attempt.ts';
import { type Classification, unclassified, type VerificationResult } from '../model/classification.ts';
import { flatFromHeaders, type HeaderList, headersFromFlat } from '../model/headers.ts';
import { type RefusalCode, refusalCodes } from '../model/refusal.ts';
import { type HandledBy, noReply, type ReplyAuthor, type ReplySummary } from '../model/reply.ts';
import type { AttemptSummary, RequestState, RequestSummary, Withholding } from '../model/request.ts';
import {
  idCell,
  isTextList,
  jsonCell,
  momentCell,
  numberCell,
  optionalNumberCell,
  optionalTextCell,
  optionalWordCell,
  textCell,
  wordCell,
  wordsOf,
} from './cell.ts';

/** Columns of `requests` joined with its session's name, and what a list shows of its attempts. */
export interface SummaryRow {
  readonly seq: number;
  readonly id: string;
  readonly project: string;
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
  readonly provider: string | null;
  readonly event: string | null;
  readonly event_id: string | null;
  readonly verification: VerificationResult | null;
  readonly verification_reason: string | null;
  readonly reply_deadline_ms: number | null;
  readonly refusal: RefusalCode | null;
  readonly handled_by: HandledBy | null;
  readonly disconnected_after_ms: number | null;
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
  readonly request: number;
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

/** The words of columns; the last stands for whatever is none of them. */
export const attemptKinds = wordsOf<AttemptKind>({ forward: true, retry: true, replay: true });
const requestStates = wordsOf<RequestState>({ complete: true, truncated: true, aborted: true });
const replyAuthors = wordsOf<ReplyAuthor>({ target: true, listener: true, rule: true, user: true });
const handlers = wordsOf<HandledBy>({ handshake: true, rule: true, breakpoint: true });
const verificationResults = wordsOf<VerificationResult>({ valid: true, invalid: true, unchecked: true });

/** Headers as the text that a row holds. */
export function headersToText(headers: HeaderList): string {
  return JSON.stringify(flatFromHeaders(headers));
}

export function headersFromText(text: string | null): HeaderList {
  return text === null ? [] : headersFromFlat(jsonCell(text, isTextList, 'A header field'));
}

export function replyOf(
  row: Pick<SummaryRow, 'reply_status' | 'reply_by'> & Partial<Pick<SummaryRow, 'disconnected_after_ms'>>,
): ReplySummary {
  const disconnectedAfterMs = optionalNumberCell(row.disconnected_after_ms ?? null);
  if (disconnectedAfterMs !== null) return { ...noReply, disconnectedAfterMs };
  return {
    status: optionalNumberCell(row.reply_status),
    by: optionalWordCell(row.reply_by, replyAuthors),
  };
}

/** Why a request must not be delivered: what is not known to be harmless is not. */
export function refusalCell(value: unknown): RefusalCode | null {
  return value === null || value === undefined ? null : wordCell(value, refusalCodes);
}

/** What keeps a request from being delivered. */
export function withholdingOf(row: Pick<SummaryRow, 'refusal' | 'handled_by'>): Withholding {
  return {
    refusal: refusalCell(row.refusal),
    handledBy: optionalWordCell(row.handled_by, handlers),
  };
}

/** What was read from a request; nothing where it was recorded before anything was. */
export function classificationOf(row: ClassificationRow): Classification {
  return {
    provider: optionalTextCell(row.provider),
    event: optionalTextCell(row.event),
    eventId: optionalTextCell(row.event_id),
    verification:
      row.verification === null
        ? unclassified.verification
        : {
            result: wordCell(row.verification, verificationResults),
            reason: optionalTextCell(row.verification_reason),
          },
    replyDeadlineMs: optionalNumberCell(row.reply_deadline_ms),
  };
}

type ClassificationRow = Pick<
  SummaryRow,
  'provider' | 'event' | 'event_id' | 'verification' | 'verification_reason' | 'reply_deadline_ms'
>;

/** Values for the columns that `classificationOf` reads, in this order. */
export function classificationValues({
  provider,
  event,
  eventId,
  verification,
  replyDeadlineMs,
}: Classification) {
  return [provider, event, eventId, verification.result, verification.reason, replyDeadlineMs] as const;
}

/** What arrived, without headers and body. */
export function arrivedOf(row: SummaryRow) {
  return {
    id: idCell(row.id, row.seq),
    project: textCell(row.project),
    receivedAt: momentCell(row.received_at),
    ms: numberCell(row.ms),
    method: textCell(row.method),
    requestTarget: textCell(row.request_target),
    origin: textCell(row.origin),
    httpVersion: textCell(row.http_version),
    remoteAddress: textCell(row.remote_address),
    state: wordCell(row.state, requestStates),
  };
}

export function summaryOf(row: SummaryRow, redeliveryOf: string | undefined): RequestSummary {
  return {
    seq: row.seq,
    ...arrivedOf(row),
    bodySize: numberCell(row.body_size),
    reply: replyOf(row),
    classification: classificationOf(row),
    ...withholdingOf(row),
    redeliveryOf,
    attemptCount: numberCell(row.attempt_count),
    lastAttempt: lastAttemptOf(row),
    isHeld: row.is_held === 1,
  };
}

function lastAttemptOf(row: SummaryRow): AttemptSummary | undefined {
  if (row.last_kind === null) return undefined;
  return {
    kind: wordCell(row.last_kind, attemptKinds),
    target: textCell(row.last_target),
    startedAt: momentCell(row.last_started_at),
    ms: numberCell(row.last_ms),
    status: optionalNumberCell(row.last_status) ?? undefined,
    errorCode: optionalTextCell(row.last_error_code) ?? undefined,
    bodySize: optionalNumberCell(row.last_body_size) ?? undefined,
  };
}
