import type { Body } from './body.ts';
import { type Classification, type Verification, verificationResults } from './classification.ts';
import type { HeaderList } from './headers.ts';
import { refusalCodes } from './refusal.ts';
import { handledByValues, type ReplySummary, replyAuthors } from './reply.ts';
import {
  type CapturedRequest,
  type Delivery,
  deliveryReasons,
  deliveryStates,
  type RequestRecord,
  requestStates,
  urlOf,
  type Withholding,
} from './request.ts';

/** The kind of a field's value. It decides how the value is stored, written as JSON, shown and queried. */
export type FieldKind =
  | 'id'
  | 'text'
  | 'enum'
  | 'number'
  | 'time'
  | 'boolean'
  | 'headers'
  | 'body'
  | 'deliveries'
  | 'attempts';

/** A field of a request, or of a part of one. */
export interface Field {
  readonly kind: FieldKind;
  /** The values of an `enum`; in the database, the last stands for an unknown one. */
  readonly values?: readonly string[];
  /** It may be null. */
  readonly isOptional?: true;
  /** Its column of the table `requests`, unless `table` names another; absent: it is stored in another way, or not. */
  readonly column?: string;
  readonly table?: 'sessions';
  /** Its name at the start of a line of `show`; absent: it has no line. */
  readonly label?: string;
  /** Its name in a filter; absent: a filter cannot name it. */
  readonly query?: string;
  /** It is not in the JSON of a request. */
  readonly isHidden?: true;
  /** Its meaning, as the README has it. */
  readonly help: string;
}

/** The kinds that fit a type. An `enum` needs values of it. */
type Kind<V> = [V] extends [string]
  ? string extends V
    ? { readonly kind: 'id' | 'text' }
    : { readonly kind: 'enum'; readonly values: readonly V[] }
  : V extends number
    ? { readonly kind: 'number' | 'time' }
    : V extends boolean
      ? { readonly kind: 'boolean' }
      : V extends Body
        ? { readonly kind: 'body' }
        : V extends HeaderList
          ? { readonly kind: 'headers' }
          : { readonly kind: 'deliveries' | 'attempts' };

type Optional<V> = [Extract<V, null | undefined>] extends [never]
  ? { readonly isOptional?: never }
  : { readonly isOptional: true };

/** An entry for each member of `T`: a missing one is a compile error. */
type FieldsOf<T, Place = unknown> = {
  readonly [N in keyof T]-?: Field & Place & Kind<NonNullable<T[N]>> & Optional<T[N]>;
};

/** The members of `T` under dotted names, such as `reply.status`. */
type Dotted<Name extends string, T> = { readonly [N in keyof T & string as `${Name}.${N}`]: T[N] };

type RequestFields = FieldsOf<CapturedRequest, { readonly part: 'request' }> &
  FieldsOf<ReturnType<typeof derivedOf>, { readonly part: 'derived' }> &
  FieldsOf<Omit<Classification, 'verification'>, { readonly part: 'classification' }> &
  FieldsOf<Dotted<'verification', Verification>, { readonly part: 'verification' }> &
  FieldsOf<Withholding, { readonly part: 'withholding' }> &
  FieldsOf<Dotted<'reply', ReplySummary>, { readonly part: 'reply' }> &
  FieldsOf<Pick<RequestRecord, 'redeliveryOf' | 'deliveries' | 'attempts'>, { readonly part: 'record' }>;

/** The name of a field of a request, such as `provider` or `verification.result`. */
export type FieldName = keyof RequestFields;

/**
 * Every field of a request, by its name in JSON and in that order. Columns, JSON, lines of `show` and the README come
 * from this table. A new field is a type in the model, an entry here, a migration that adds its column, and the code
 * that sets it.
 */
export const requestFields = {
  id: { part: 'request', kind: 'id', column: 'id', label: 'id', help: 'id that commands take' },
  project: {
    part: 'request',
    kind: 'text',
    column: 'project',
    table: 'sessions',
    label: 'project',
    help: 'project it was recorded for',
  },
  receivedAt: {
    part: 'request',
    kind: 'time',
    column: 'received_at',
    label: 'received',
    help: 'when its headers had arrived',
  },
  ms: { part: 'request', kind: 'number', column: 'ms', help: 'time from its headers to the end of its body' },
  method: { part: 'request', kind: 'text', column: 'method', query: 'method', help: 'HTTP method' },
  url: { part: 'derived', kind: 'text', label: 'url', help: 'URL that the sender called' },
  requestTarget: {
    part: 'request',
    kind: 'text',
    column: 'request_target',
    label: 'query',
    query: 'path',
    help: 'path and query exactly as in the request line',
  },
  origin: {
    part: 'request',
    kind: 'text',
    column: 'origin',
    isHidden: true,
    help: 'scheme and host of `url`',
  },
  httpVersion: { part: 'request', kind: 'text', column: 'http_version', help: 'such as `1.1`' },
  headers: { part: 'request', kind: 'headers', help: 'in the order they arrived' },
  trailers: { part: 'request', kind: 'headers', help: 'headers after a chunked body' },
  body: { part: 'request', kind: 'body', column: 'body_size', label: 'body', help: 'body as it arrived' },
  remoteAddress: {
    part: 'request',
    kind: 'text',
    column: 'remote_address',
    label: 'from',
    help: 'address of the sender',
  },
  state: {
    part: 'request',
    kind: 'enum',
    values: requestStates,
    column: 'state',
    help: '`truncated` at the size limit; `aborted` when the sender disconnected',
  },
  provider: {
    part: 'classification',
    kind: 'text',
    isOptional: true,
    column: 'provider',
    label: 'provider',
    query: 'provider',
    help: 'provider that sent it',
  },
  event: {
    part: 'classification',
    kind: 'text',
    isOptional: true,
    column: 'event',
    label: 'event',
    query: 'event',
    help: "event, by the provider's name for it",
  },
  eventId: {
    part: 'classification',
    kind: 'text',
    isOptional: true,
    column: 'event_id',
    label: 'event id',
    help: "the provider's id, the same on every redelivery",
  },
  'verification.result': {
    part: 'verification',
    kind: 'enum',
    values: verificationResults,
    column: 'verification',
    label: 'signature',
    query: 'signature',
    help: 'result of verifying its signature',
  },
  'verification.reason': {
    part: 'verification',
    kind: 'text',
    isOptional: true,
    column: 'verification_reason',
    help: 'why it is not valid',
  },
  redeliveryOf: {
    part: 'record',
    kind: 'id',
    isOptional: true,
    help: 'id of the first request with this `eventId`',
  },
  replyDeadlineMs: {
    part: 'classification',
    kind: 'number',
    isOptional: true,
    column: 'reply_deadline_ms',
    label: 'late',
    help: 'how long the provider waits for a reply',
  },
  refusal: {
    part: 'withholding',
    kind: 'enum',
    values: refusalCodes,
    isOptional: true,
    column: 'refusal',
    label: 'refused',
    help: 'why it must not be delivered',
  },
  handledBy: {
    part: 'withholding',
    kind: 'enum',
    values: handledByValues,
    isOptional: true,
    column: 'handled_by',
    label: 'handled',
    help: 'what replied in place of a target',
  },
  'reply.status': {
    part: 'reply',
    kind: 'number',
    isOptional: true,
    column: 'reply_status',
    label: 'reply',
    help: 'status of the reply to the sender',
  },
  'reply.by': {
    part: 'reply',
    kind: 'enum',
    values: replyAuthors,
    isOptional: true,
    column: 'reply_by',
    help: 'who decided the reply',
  },
  'reply.disconnectedAfterMs': {
    part: 'reply',
    kind: 'number',
    isOptional: true,
    column: 'disconnected_after_ms',
    label: 'sender',
    help: 'when the sender disconnected before its reply, from its headers',
  },
  deliveries: { part: 'record', kind: 'deliveries', label: 'waiting', help: 'one for each target' },
  attempts: { part: 'record', kind: 'attempts', help: 'attempts to deliver it, oldest first' },
} as const satisfies RequestFields;

/** The fields of a delivery, in the order of its JSON. */
export const deliveryFields = {
  target: { kind: 'text', help: 'target that must get it' },
  state: { kind: 'enum', values: deliveryStates, help: 'state of the delivery' },
  reason: {
    kind: 'enum',
    values: deliveryReasons,
    isOptional: true,
    help: 'why it ended without a response',
  },
  held: { kind: 'boolean', help: 'it is queued, and no attempt is under way' },
  retryAt: { kind: 'time', isOptional: true, help: 'when it is tried next; null: in its order' },
} as const satisfies FieldsOf<Delivery>;

/** A field with its name, the part of a record that has it, and its name there. */
export interface NamedField extends Field {
  readonly name: FieldName;
  readonly part: keyof RequestParts;
  readonly member: string;
}

/** The fields of a request as a list. */
export const requestFieldList: readonly NamedField[] = (Object.keys(requestFields) as FieldName[]).map(
  (name) => ({ ...requestFields[name], name, member: name.split('.').at(-1)! }),
);

/** The properties of a request that are recorded, without its attempts. */
export type RecordedRequest = Omit<RequestRecord, 'seq' | 'attempts'>;

/** Computes the fields that are never stored. */
function derivedOf({ request }: Pick<RecordedRequest, 'request'>) {
  return { url: urlOf(request) };
}

/** Divides a record into the parts that its stored fields name. */
export function storedPartsOf(record: RecordedRequest) {
  const { request, classification, reply } = record;
  const { verification } = classification;
  return { request, classification, verification, reply, withholding: record, record };
}

/** Divides a record into the parts that its fields name. */
export function partsOf(record: RecordedRequest) {
  return { derived: derivedOf(record), ...storedPartsOf(record) };
}

/** The objects that have the fields of a request. */
export type RequestParts = ReturnType<typeof partsOf>;

/** The value of a field in the parts of a record; undefined where it has none. */
export function fieldValue({ part, member }: NamedField, parts: RequestParts): unknown {
  return (parts[part] as Readonly<Record<string, unknown>>)[member];
}
