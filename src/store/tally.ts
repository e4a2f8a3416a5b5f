import type { Seq } from '../model/seq.ts';
import { optionalNumberCell, optionalTextCell } from './cell.ts';
import type { Database } from './driver.ts';

/** Requests that are alike in their newest attempt and in whether they are held. */
export interface TalliedRequests {
  readonly count: number;
  /** The newest attempt; undefined: there was none. */
  readonly lastAttempt:
    | { readonly status: number | undefined; readonly errorCode: string | undefined }
    | undefined;
  readonly isHeld: boolean;
}

/** A range of requests in the order of recording. */
export interface TallyOptions {
  readonly from: Seq;
  /** The last one. */
  readonly to: Seq;
  /** Only those of this project. */
  readonly project?: string | undefined;
}

interface TallyRow {
  readonly count: number;
  readonly attempt: number | null;
  readonly status: unknown;
  readonly error_code: unknown;
  readonly is_held: number;
}

/** Counts the requests of a range: some hundreds in a millisecond. */
export function createTally(db: Database) {
  const rows = db.prepare(
    `SELECT count(*) AS count, a.seq IS NOT NULL AS attempt, a.status, a.error_code,
       EXISTS (SELECT 1 FROM deliveries WHERE request = r.seq AND state = 'pending' AND held = 1) AS is_held
     FROM requests r LEFT JOIN attempts a ON a.seq = (
       SELECT seq FROM attempts WHERE request = r.seq ORDER BY number DESC LIMIT 1)
     WHERE r.seq BETWEEN @from AND @to
       AND (@project IS NULL OR r.session IN (SELECT id FROM sessions WHERE project = @project))
     GROUP BY 2, 3, 4, 5`,
  );
  return ({ from, to, project }: TallyOptions): TalliedRequests[] =>
    (rows.all({ from, to, project: project ?? null }) as TallyRow[]).map(talliedOf);
}

function talliedOf({ count, attempt, status, error_code, is_held }: TallyRow): TalliedRequests {
  return {
    count,
    lastAttempt:
      attempt === 1
        ? {
            status: optionalNumberCell(status) ?? undefined,
            errorCode: optionalTextCell(error_code) ?? undefined,
          }
        : undefined,
    isHeld: is_held === 1,
  };
}
