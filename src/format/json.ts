import type { Attempt, Outcome, SentRequest, TargetResponse } from '../model/attempt.ts';
import { type Body, wholeBody } from '../model/body.ts';
import type { SessionEvent } from '../model/events.ts';
import {
  deliveryFields,
  type FieldKind,
  fieldValue,
  partsOf,
  type RequestParts,
  requestFieldList,
} from '../model/fields.ts';
import type { Delivery, RequestRecord } from '../model/request.ts';
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

/** Six characters may stand for a byte, and a string has room for 512 million of them. */
const largestBytes = 64 * 1024 * 1024;

/** The largest body in an event: events must not fill the memory of their reader. */
const largestEventBodyBytes = 25 * 1024 * 1024;

const eventOptions: JsonOptions = { bodies: true, largest: largestEventBodyBytes };

/** A request as scripts see it, with the fields of `requestFields` in their order. */
export interface RequestJson {
  readonly [name: string]: unknown;
  readonly body: BodyJson;
  readonly attempts: readonly ReturnType<typeof attemptJson>[];
}

/**
 * One request as scripts see it: `show --json` with bodies, `list --json` without. Fields are added, never renamed; one
 * without a value is null.
 */
export function requestJson(record: Omit<RequestRecord, 'seq'>, options: JsonOptions): RequestJson {
  return fieldsJson(requestJsonFields, partsOf(record), options) as RequestJson;
}

const requestJsonFields = requestFieldList.filter(({ isHidden }) => !isHidden);

/** The fields of an event: those of a request that has just been recorded. */
const eventJsonFields = requestJsonFields.filter(({ kind }) => kind !== 'attempts');

/** An object of JSON. */
type Json = Record<string, unknown>;

function fieldsJson(fields: typeof requestFieldList, parts: RequestParts, options: JsonOptions): Json {
  const json: Json = {};
  for (const field of fields) {
    const value = valueJson(field.kind, fieldValue(field, parts), options);
    if (field.name === field.member) json[field.name] = value;
    else groupOf(json, field.name)[field.member] = value;
  }
  return json;
}

/** The object for `verification.result` and its like, made for the first of them. */
function groupOf(json: Json, name: string): Json {
  const group = name.slice(0, name.indexOf('.'));
  json[group] ??= {};
  return json[group] as Json;
}

function valueJson(kind: FieldKind, value: unknown, options: JsonOptions): unknown {
  if (value === null || value === undefined) return null;
  switch (kind) {
    case 'time':
      return new Date(value as number).toISOString();
    case 'body':
      return bodyJson(value as Body, options);
    case 'deliveries':
      return (value as readonly Delivery[]).map((delivery) => deliveryJson(delivery, options));
    case 'attempts':
      return (value as readonly Attempt[]).map((attempt) => attemptJson(attempt, options));
    default:
      return value;
  }
}

const deliveryNames = Object.keys(deliveryFields) as (keyof Delivery)[];

function deliveryJson(delivery: Delivery, options: JsonOptions): Json {
  const values = deliveryNames.map((name) => valueJson(deliveryFields[name].kind, delivery[name], options));
  return Object.fromEntries(deliveryNames.map((name, index) => [name, values[index]]));
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

/** The events that are a line of `listen --json`. */
export type PrintedEvent = Extract<
  SessionEvent,
  { readonly type: 'ready' | 'request' | 'attempt' | 'tunnel' }
>;

/** The properties of the process in a `ready` line. */
export interface EventContext {
  /** The database file. */
  readonly db: string;
  /** The label recorded with its requests. */
  readonly project: string;
  readonly pid: number;
}

/** One line of `listen --json`: the first field is `type`. */
export function sessionEventJson(event: PrintedEvent, { project, db, pid }: EventContext): Json {
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
      return { type: event.type, ...fieldsJson(eventJsonFields, partsOf(event), eventOptions) };
    case 'attempt':
      return { type: event.type, ...attemptJson(event.attempt, eventOptions) };
    case 'tunnel':
      return {
        type: event.type,
        state: event.state,
        driver: event.driver,
        url: event.url,
        verified: event.verified,
        message: event.message,
        fidelity: event.fidelity,
      };
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
