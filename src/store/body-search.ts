import type { HeaderList } from '../model/headers.ts';
import type { RequestSummary } from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import { createYielder } from '../model/yield-to-event-loop.ts';
import type { Database } from './driver.ts';
import { headersFromText } from './rows.ts';

export interface BodySearchOptions {
  /** Returns the match in a body, such as an id; undefined if there is none. */
  readonly matches: (bytes: Uint8Array, headers: HeaderList) => string | undefined;
  /** Only requests recorded before this one; all unless given. */
  readonly before?: Seq | undefined;
  readonly project?: string | undefined;
  /** The most requests to look at; 20,000 unless given. */
  readonly mostRequests?: number | undefined;
  /** The longest time to look, in ms; 2,000 unless given. */
  readonly mostMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A request whose body contains the text. */
export interface BodyMatch {
  readonly request: RequestSummary;
  readonly match: string;
}

/** Larger bodies are left out: to read them would take longer than a turn. */
const mostBodyBytes = 64 * 1024;

/** The number of rows that are read at once, two MB at most. */
const pageRows = 32;

const defaults = { mostRequests: 20_000, mostMs: 2_000 };

interface Row {
  readonly seq: Seq;
  readonly headers: string;
  readonly body: Uint8Array | null;
}

/** Looks through bodies, newest first, in turns of some milliseconds: capture never waits for it. */
export function createBodySearch(db: Database, summary: (seq: Seq) => RequestSummary | undefined) {
  const page = db.prepare(
    `SELECT r.seq, c.headers, CASE WHEN r.body_size <= ${mostBodyBytes} THEN c.body END AS body
     FROM requests r JOIN contents c ON c.request = r.seq JOIN sessions s ON s.id = r.session
     WHERE r.seq < ? AND (? IS NULL OR s.project = ?) ORDER BY r.seq DESC LIMIT ${pageRows}`,
  );

  return async function* search(options: BodySearchOptions): AsyncGenerator<BodyMatch> {
    const { matches, project: name = null, signal } = options;
    const { mostRequests = defaults.mostRequests, mostMs = defaults.mostMs } = options;
    const turns = createYielder(signal);
    const end = performance.now() + mostMs;
    let before = options.before ?? Number.MAX_SAFE_INTEGER;
    let left = mostRequests;
    while (left > 0) {
      if (!(await turns.next()) || performance.now() > end) return;
      const rows = page.all(before, name, name) as Row[];
      for (const { seq, headers, body } of rows.slice(0, left)) {
        if (!(await turns.next())) return;
        const match = body === null ? undefined : matches(body, headersFromText(headers));
        const request = match === undefined ? undefined : summary(seq);
        if (request && match !== undefined) yield { request, match };
      }
      if (rows.length < pageRows) return;
      left -= rows.length;
      before = rows.at(-1)!.seq;
    }
  };
}
