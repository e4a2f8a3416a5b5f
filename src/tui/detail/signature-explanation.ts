import type { RequestSummary } from '../../model/request.ts';
import type { Session } from '../../session/session.ts';

/** Explanation of an invalid signature, or of a valid one that the target rejected. */
export type SignatureExplanation = NonNullable<Awaited<ReturnType<Session['verify']>>['finding']>;

/** Explains the signature of the request in the detail. */
export interface SignatureExplainer {
  /** The explanation so far; undefined also if nothing needs one. */
  of(request: RequestSummary): SignatureExplanation | undefined;
}

/** Verifies each request once, again after another attempt; calls `changed` when there is an explanation. */
export function createSignatureExplainer(
  session: Pick<Session, 'verify'>,
  changed: () => void,
): SignatureExplainer {
  let current: { readonly key: string; explanation?: SignatureExplanation } | undefined;
  return {
    of(request) {
      if (!needsExplanation(request)) return undefined;
      const key = [request.seq, request.attemptCount].join();
      if (current?.key === key) return current.explanation;
      const own: NonNullable<typeof current> = { key };
      current = own;
      session.verify(request.seq).then(
        ({ finding }) => {
          if (!finding || current !== own) return;
          own.explanation = finding;
          changed();
        },
        () => {}, // it was deleted meanwhile
      );
      return undefined;
    },
  };
}

function needsExplanation({ classification, lastAttempt }: RequestSummary): boolean {
  if (classification.provider === null) return false;
  const { result } = classification.verification;
  const status = lastAttempt?.status ?? 0;
  return result === 'invalid' || (result === 'valid' && status >= 400 && status < 500);
}
