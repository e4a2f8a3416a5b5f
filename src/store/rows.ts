import { attemptKinds } from '../model/attempt.ts';
import type { Body } from '../model/body.ts';
import { type Classification, unclassified, type Verification } from '../model/classification.ts';
import { type NamedField, requestFieldList } from '../model/fields.ts';
import { flatFromHeaders, type HeaderList, headersFromFlat } from '../model/headers.ts';
import { type RefusalCode, refusalCodes } from '../model/refusal.ts';
import { noReply, type ReplySummary, replyAuthors } from '../model/reply.ts';
import type { AttemptSummary, CapturedRequest, RequestSummary, Withholding } from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import {
  idCell,
  isTextList,
  jsonCell,
  momentCell,
  numberCell,
  optionalMomentCell,
  optionalNumberCell,
  optionalTextCell,
  optionalWordCell,
  textCell,
  wordCell,
} from './cell.ts';
import type { SqlValue } from './database.ts';

/** A row of a query: cells of any type, by the names of their columns. */
export type Row = Readonly<Record<string, unknown>>;

/** A part of a request: the columns to select, and what their cells are read as. */
export interface RowPart<T> {
  readonly columns: string;
  /** Returns the part, or adds its properties to an object. */
  readonly read: (row: Row, into?: object) => T;
}

type ReadCell = (cell: unknown, row: Row) => unknown;

/** Returns the reader of a field's cells: the kind of the field says what a cell must be. */
function cellReader({ name, kind, values = [], isOptional }: NamedField): ReadCell {
  // Unlike other unknown words, an unknown refusal is not dropped: the request must not be delivered.
  if (name === 'refusal') return refusalCell;
  switch (kind) {
    case 'id':
      return (cell, row) => idCell(cell, row['seq']);
    case 'text':
      return isOptional ? optionalTextCell : textCell;
    case 'enum':
      return isOptional ? (cell) => optionalWordCell(cell, values) : (cell) => wordCell(cell, values);
    case 'number':
    case 'body':
      return isOptional ? optionalNumberCell : numberCell;
    case 'time':
      return isOptional ? optionalMomentCell : momentCell;
    case 'boolean':
      return (cell) => cell === 1;
    case 'headers':
    case 'deliveries':
    case 'attempts':
      throw new Error(`${name} has no column of its own`);
  }
}

/** The fields that have a column, in the order of the table. */
const columnFields = requestFieldList.filter(({ column }) => column !== undefined);

const ownFields = columnFields.filter(({ table }) => table === undefined);

/** The fields that are columns of `requests`, each part's together: its object is looked up once. */
const ownParts = [...new Set(ownFields.map(({ part }) => part))].map((part) => ({
  part,
  fields: ownFields
    .filter((field) => field.part === part)
    .map(({ member, kind, column }) => ({ member, kind, column: column! })),
}));

/** The columns of the table `requests` that fields have, in the order of `addCells`. */
export const ownColumns = ownParts.flatMap(({ fields }) => fields.map(({ column }) => column));

/** Adds the values of a request for its columns. */
export function addCells(cells: SqlValue[], parts: Readonly<Record<string, unknown>>): void {
  for (const { part, fields } of ownParts) {
    const values = parts[part] as Readonly<Record<string, unknown>>;
    for (const { member, kind } of fields) {
      const value = values[member];
      if (value === undefined) cells.push(null);
      else if (kind === 'body') cells.push((value as Body).size);
      else cells.push(kind === 'boolean' ? Number(value) : (value as SqlValue));
    }
  }
}

/** Reads those fields of a request's row that `isWanted` selects, all of one part, as an object. */
function rowPart<T>(isWanted: (field: NamedField) => boolean): RowPart<T> {
  const wanted = columnFields.filter(isWanted);
  const fields = wanted.map((field) => ({
    member: field.kind === 'body' ? 'bodySize' : field.member,
    column: field.column!,
    readCell: cellReader(field),
    isText: field.kind === 'text',
    isNumber: field.kind === 'number' || field.kind === 'body',
    isOptional: field.isOptional === true,
  }));
  return {
    columns: wanted.map(({ column, table }) => `${table === 'sessions' ? 's' : 'r'}.${column}`).join(', '),
    read(row, into = {}) {
      const part = into as Record<string, unknown>;
      for (const { member, column, readCell, isText, isNumber, isOptional } of fields) {
        const cell = row[column];
        // Most cells are what they should be: without a call for each, a scan takes a tenth less time.
        const isPlain =
          typeof cell === 'string' ? isText : cell === null ? isOptional : isNumber && Number.isFinite(cell);
        part[member] = isPlain ? cell : readCell(cell, row);
      }
      return part as T;
    },
  };
}

/** A request as it arrived, without headers and body. */
export type Arrived = Omit<CapturedRequest, 'headers' | 'trailers' | 'body'> & {
  readonly bodySize: number;
};

export const arrived = rowPart<Arrived>(({ part }) => part === 'request');

/** The properties of a request that a scan reads of it, beside its classification. */
export const scanned = rowPart<Pick<Arrived, 'method' | 'requestTarget'>>(
  ({ name }) => name === 'method' || name === 'requestTarget',
);

export const withholding = rowPart<Withholding>(({ part }) => part === 'withholding');

const classificationFields = rowPart<Omit<Classification, 'verification'>>(
  ({ part }) => part === 'classification',
);

const verificationFields = rowPart<Verification>(({ part }) => part === 'verification');

/** A classification; that of a request recorded before there was any has no verification. */
export const classification: RowPart<Classification> = {
  columns: `${classificationFields.columns}, ${verificationFields.columns}`,
  read(row) {
    const isKnown = row['verification'] !== null;
    const verification = isKnown ? verificationFields.read(row) : unclassified.verification;
    const part = { verification };
    classificationFields.read(row, part);
    return part as Classification;
  },
};

/** Headers as the text in a row. */
export function headersToText(headers: HeaderList): string {
  return JSON.stringify(flatFromHeaders(headers));
}

export function headersFromText(text: unknown): HeaderList {
  return text === null ? [] : headersFromFlat(jsonCell(text, isTextList, 'A header field'));
}

/** The reply of a request's row, or of an attempt's, which has no `disconnected_after_ms`. */
export function replyOf(row: Row): ReplySummary {
  const disconnectedAfterMs = optionalNumberCell(row['disconnected_after_ms']);
  if (disconnectedAfterMs !== null) return { ...noReply, disconnectedAfterMs };
  return {
    status: optionalNumberCell(row['reply_status']),
    by: optionalWordCell(row['reply_by'], replyAuthors),
  };
}

/** The reason that a request must not be delivered; an unknown one counts as well. */
export function refusalCell(value: unknown): RefusalCode | null {
  return value === null || value === undefined ? null : wordCell(value, refusalCodes);
}

/** A request as a list shows it; `firstIdOf` finds the id of the first request with the same event id. */
export function summaryOf(
  row: Row,
  firstIdOf: (seq: Seq, classification: Classification) => string | undefined,
): RequestSummary {
  const seq = row['seq'] as Seq;
  const known = classification.read(row);
  const summary = {
    seq,
    reply: replyOf(row),
    classification: known,
    redeliveryOf: firstIdOf(seq, known),
    attemptCount: numberCell(row['attempt_count']),
    lastAttempt: lastAttemptOf(row),
    isHeld: row['is_held'] === 1,
  };
  arrived.read(row, summary);
  withholding.read(row, summary);
  return summary as typeof summary & Arrived & Withholding;
}

function lastAttemptOf(row: Row): AttemptSummary | undefined {
  if (row['last_kind'] === null) return undefined;
  return {
    kind: wordCell(row['last_kind'], attemptKinds),
    target: textCell(row['last_target']),
    startedAt: momentCell(row['last_started_at']),
    ms: numberCell(row['last_ms']),
    status: optionalNumberCell(row['last_status']) ?? undefined,
    errorCode: optionalTextCell(row['last_error_code']) ?? undefined,
    bodySize: optionalNumberCell(row['last_body_size']) ?? undefined,
  };
}
