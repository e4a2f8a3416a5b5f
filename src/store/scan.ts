import type { Classification } from '../model/classification.ts';
import type { Seq } from '../model/seq.ts';
import type { Database } from './driver.ts';
import { classification, type Row, scanned } from './rows.ts';

/** The properties of a request that are read without looking anything else up. */
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

/** Reads requests by the hundred, newest first: to find some among a million. */
export function createScan(db: Database) {
  const rows = db.prepare(
    `SELECT r.seq, ${scanned.columns}, ${classification.columns}
     FROM requests r
     WHERE r.seq < @before AND (@project IS NULL OR r.session IN (SELECT id FROM sessions WHERE project = @project))
     ORDER BY r.seq DESC LIMIT @limit`,
  );
  return ({ before, limit, project }: ScanOptions): ScannedRequest[] =>
    (rows.all({ before, limit, project: project ?? null }) as Row[]).map(scannedOf);
}

function scannedOf(row: Row): ScannedRequest {
  const found = { seq: row['seq'] as Seq, classification: classification.read(row) };
  return scanned.read(row, found) as ScannedRequest;
}
