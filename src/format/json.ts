import type { Attempt, Outcome, SentRequest, TargetResponse } from '../model/attempt.ts';
import { type Body, wholeBody } from '../model/body.ts';
import type { Classification } from '../model/classification.ts';
import type { RefusalCode } from '../model/refusal.ts';
import type { HandledBy, ReplySummary } from '../model/reply.ts';
import { type CapturedRequest, type Delivery, type RequestRecord, urlOf } from '../model/request.ts';
import { printableJson } from './printable.ts';

/** A body in JSON; encoding and data are null where bodies were not asked for, or where this one is too large. */
export interface BodyJson {
  readonly encoding: 'utf8' | 'base64' | null;
  readonly data: string | null;
  readonly size: number;
}

export interface JsonOptions {
  /** Write out bodies; without, only their size. */
  readonly bodies: boolean;
  /** Only the size is written of bodies over this many bytes; 64 MB unless given. */
  readonly largest?: number;
}

/** Six characters may stand for a byte, and a string holds 512 million of them. */
const largestBytes = 64 * 1024 * 1024;

/** The largest body in an event, by default: events must not fill the memory of a listener. */
const largestToldBytes = 25 * 1024 * 1024;

const told: JsonOptions = { bodies: true, largest: largestToldBytes };

/**
 * One request as scripts see it: `show --json` with bodies, `list --json` without. Names and order are a promise
 * (DESIGN section 3): fields are added, never renamed, and what is not known yet is null.
 */
export function requestJson(record: Omit<RequestRecord, 'seq'>, options: JsonOptions) {
  return {
    ...recordedJson(record, options),
    attempts: record.attempts.map((one) => attemptJson(one, options)),
  };
}

type Recorded = Pick<
  RequestRecord,
  'request' | 'reply' | 'classification' | 'redeliveryOf' | 'refusal' | 'handledBy' | 'deliveries'
>;

function recordedJson(recorded: Recorded, options: JsonOptions) {
  const { request, reply, classification, redeliveryOf, refusal, handledBy, deliveries } = recorded;
  const { provider, event, eventId, verification, replyDeadlineMs } = classification;
  return {
    id: request.id,
    project: request.project,
    receivedAt: new Date(request.receivedAt).toISOString(),
    ms: request.ms,
    method: request.method,
    url: urlOf(request),
    requestTarget: request.requestTarget,
    httpVersion: request.httpVersion,
    headers: request.headers,
    trailers: request.trailers,
    body: bodyJson(request.body, options),
    remoteAddress: request.remoteAddress,
    state: request.state,
    provider,
    event,
    eventId: eventId,
    verification: { result: verification.result, reason: verification.reason },
    redeliveryOf: redeliveryOf ?? null,
    replyDeadlineMs: replyDeadlineMs,
    refusal,
    handledBy,
    reply: {
      status: reply.status,
      by: reply.by,
      disconnectedAfterMs: reply.disconnectedAfterMs ?? null,
    },
    deliveries: deliveries.map(deliveryJson),
  };
}

function deliveryJson({ target, state, reason, held, retryAt }: Delivery) {
  return {
    target,
    state,
    reason,
    held,
    retryAt: retryAt === null ? null : new Date(retryAt).toISOString(),
  };
}

/** One attempt as scripts see it: a line of `replay --json`, an element of a request's `attempts`. */
export function attemptJson(attempt: Attempt, options: JsonOptions = { bodies: true }) {
  const { outcome } = attempt;
  return {
    requestId: attempt.requestId,
    number: attempt.number === 0 ? null : attempt.number,
    kind: attempt.kind,
    target: attempt.target,
    startedAt: new Date(attempt.startedAt).toISOString(),
    ms: attempt.ms,
    outcome: outcome.type,
    sent: attempt.sent ? sentJson(attempt.sent, options) : null,
    ...outcomeJson(outcome, options),
  };
}

/** The response of a target, and why there was none, or no whole one. */
export function outcomeJson(outcome: Outcome, options: JsonOptions = { bodies: true }) {
  return {
    response: outcome.response ? responseJson(outcome.response, options) : null,
    error: outcome.type === 'failed' ? { code: outcome.code, message: outcome.message } : null,
  };
}

function sentJson({ method, requestTarget, headers, body }: SentRequest, options: JsonOptions) {
  return { method, requestTarget, headers, body: bodyJson(body, options) };
}

function responseJson(response: TargetResponse, options: JsonOptions) {
  const { status, statusText, headers, trailers, body } = response;
  return { status, statusText, headers, trailers, body: bodyJson(body, options) };
}

/** A body exactly: as text if it is valid UTF-8, else as base64. */
export function bodyJson(body: Body, { bodies, largest = largestBytes }: JsonOptions): BodyJson {
  if (!bodies || body.size > largest) return { encoding: null, data: null, size: body.size };
  const bytes = wholeBody(body);
  try {
    const data = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { encoding: 'utf8', data, size: body.size };
  } catch {
    const { buffer, byteOffset, byteLength } = bytes;
    return {
      encoding: 'base64',
      data: Buffer.from(buffer, byteOffset, byteLength).toString('base64'),
      size: body.size,
    };
  }
}

/** The contents of a `listen --json` line; the session's events of these types have this shape. */
export type ToldEvent =
  | {
      readonly type: 'ready';
      readonly url: string | null;
      readonly localUrl: string;
      readonly target: string | null;
    }
  | {
      readonly type: 'request';
      readonly request: CapturedRequest;
      readonly reply: ReplySummary;
      readonly classification: Classification;
      readonly redeliveryOf: string | undefined;
      readonly refusal: RefusalCode | null;
      readonly handledBy: HandledBy | null;
      readonly deliveries: readonly Delivery[];
    }
  | { readonly type: 'attempt'; readonly attempt: Attempt }
  | {
      readonly type: 'tunnel';
      readonly state: string;
      readonly url: string | null;
      readonly message: string | null;
    };

/** Classification of the process that a `ready` line carries. */
export interface EventContext {
  /** The database file. */
  readonly db: string;
  /** The label recorded with its requests. */
  readonly project: string;
  readonly pid: number;
}

/** One line of `listen --json`: the first field is `type`. */
export function sessionEventJson(event: ToldEvent, { project, db, pid }: EventContext) {
  switch (event.type) {
    case 'ready':
      return {
        type: event.type,
        url: event.url,
        localUrl: event.localUrl,
        target: event.target,
        project,
        db,
        pid,
      };
    case 'request':
      return { type: event.type, ...recordedJson(event, told) };
    case 'attempt':
      return { type: event.type, ...attemptJson(event.attempt, told) };
    case 'tunnel':
      return { type: event.type, state: event.state, url: event.url, message: event.message };
  }
}

/** An error as `--json` writes it to stderr. */
export function errorJson(error: {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
}) {
  return { type: 'error', code: error.code, message: error.message, hint: error.hint ?? null };
}

/** `JSON.stringify` on one line, safe to print: what a terminal or a reader would obey or hide is written as `\uXXXX`. */
export function stringifyJson(value: unknown): string {
  return printableJson(JSON.stringify(value));
}
