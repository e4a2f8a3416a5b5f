import type { Classification } from '../model/classification.ts';
import type { Seq } from '../model/seq.ts';
import { textCell } from './cell.ts';
import type { Database } from './driver.ts';
import { classificationOf, type SummaryRow } from './rows.ts';

/** What of a request can be told without looking anything else up. */
export interface ScannedRequest {
  readonly seq: Seq;
  readonly method: string;
  readonly requestTarget: string;
  readonly classification: Classification;
}

export interface ScanOptions {
  readonly before: Seq;
  readonly limit: number;
  readonly project?: string | undefined;
}

/** Goes through requests by the hundred, newest first: for whoever looks for some among a million. */
export function createScan(db: Database) {
  const rows = db.prepare(
    `SELECT r.seq, r.method, r.request_target, r.provider, r.event, r.event_id, r.verification,
       r.verification_reason, r.reply_deadline_ms
     FROM requests r
     WHERE r.seq < @before AND (@name IS NULL OR r.session IN (SELECT id FROM sessions WHERE project = @name))
     ORDER BY r.seq DESC LIMIT @limit`,
  );
  return function scan({ before, limit, project: name }: ScanOptions): ScannedRequest[] {
    return (rows.all({ before, limit, name: name ?? null }) as SummaryRow[]).map((row) => ({
      seq: row.seq,
      method: textCell(row.method),
      requestTarget: textCell(row.request_target),
      classification: classificationOf(row),
    }));
  };
}
