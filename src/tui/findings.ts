import type { RequestSummary } from '../model/request.ts';
import type { Session } from '../session/session.ts';

/** What explains why a signature does not hold, or why it did not help. */
export type Finding = NonNullable<Awaited<ReturnType<Session['verify']>>['finding']>;

/** Has the doctor look at the request that is read, once. `changed` is called when there is a finding. */
export function createFindings(session: Pick<Session, 'verify'>, changed: () => void) {
  let looked: { readonly key: string; finding?: Finding } | undefined;

  return {
    /** What is known by now of a request; undefined also where nothing is to be explained. */
    of(request: RequestSummary): Finding | undefined {
      if (!wantsExplaining(request)) return undefined;
      const key = [request.seq, request.attemptCount].join();
      if (looked?.key === key) return looked.finding;
      const own: NonNullable<typeof looked> = { key };
      looked = own;
      session.verify(request.id).then(
        ({ finding }) => {
          if (!finding || looked !== own) return;
          own.finding = finding;
          changed();
        },
        () => {}, // it was deleted meanwhile: nobody reads it any more
      );
      return undefined;
    },
  };
}

/** A signature that does not hold; or one that does, and the target would not have it. */
function wantsExplaining({ facts, lastAttempt }: RequestSummary): boolean {
  if (facts.provider === null) return false;
  const { result } = facts.verification;
  const status = lastAttempt?.status ?? 0;
  return result === 'invalid' || (result === 'valid' && status >= 400 && status < 500);
}
