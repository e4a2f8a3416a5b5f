import type { Seq } from '../model/seq.ts';
import type { Attempts } from './attempts.ts';
import type { Bodies } from './bodies.ts';
import type { Database } from './driver.ts';
import type { RequestIndex } from './request-index.ts';
import type { Requests } from './requests.ts';

interface Tables {
  readonly requests: Requests;
  readonly attempts: Attempts;
  readonly bodies: Bodies;
  readonly index: RequestIndex;
}

/** In a transaction: removes requests with all their rows; returns the number of requests. */
export function createRemoval(db: Database, { requests, attempts, bodies, index }: Tables) {
  const bodyIds = db
    .prepare(
      `SELECT body_id FROM contents WHERE request = @request AND body_id IS NOT NULL
       UNION SELECT w.body_id FROM responses w JOIN attempts a ON a.seq = w.attempt
       WHERE a.request = @request AND w.body_id IS NOT NULL`,
    )
    .pluck();
  const deletions = [
    'DELETE FROM responses WHERE attempt IN (SELECT seq FROM attempts WHERE request = ?)',
    'DELETE FROM attempts WHERE request = ?',
    'DELETE FROM deliveries WHERE request = ?',
    'DELETE FROM contents WHERE request = ?',
    'DELETE FROM requests WHERE seq = ?',
  ].map((sql) => db.prepare(sql));

  return (seqs: readonly Seq[]): number => {
    let count = 0;
    for (const seq of seqs) {
      const request = requests.summary(seq);
      if (!request) continue;
      requests.reserveUpTo(seq);
      attempts.reserveUpTo(attempts.ofRequest(seq).at(-1)?.seq ?? 0);
      for (const id of bodyIds.all({ request: seq }) as number[]) bodies.remove(id);
      requests.forgetEventId(seq);
      index.remove(request.id, seq);
      for (const deletion of deletions) deletion.run(seq);
      count++;
    }
    return count;
  };
}
