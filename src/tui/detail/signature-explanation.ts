import type { RequestSummary } from '../../model/request.ts';
import { type SignatureAdvice, signatureAdvice } from '../../operations/signature-advice.ts';
import type { Report } from '../../operations/verify.ts';
import type { Session } from '../../session/session.ts';

/** Explains the signature of the request in the detail. */
export interface SignatureExplainer {
  /** The explanation so far; undefined also if nothing needs one. */
  of(request: RequestSummary): SignatureAdvice | undefined;
  /** Verifies the request again when it is asked for. */
  forget(): void;
}

/** Verifies each request once, again after another attempt; calls `changed` when there is an explanation. */
export function createSignatureExplainer(
  session: Pick<Session, 'verify'>,
  changed: () => void,
): SignatureExplainer {
  let current: { readonly key: string; explanation?: SignatureAdvice } | undefined;
  return {
    of(request) {
      if (!needsExplanation(request)) return undefined;
      const key = [request.seq, request.attemptCount].join();
      if (current?.key === key) return current.explanation;
      const own: NonNullable<typeof current> = { key };
      current = own;
      session.verify(request.seq).then(
        (report) => {
          const explanation = explanationOf(report, request);
          if (!explanation || current !== own) return;
          own.explanation = explanation;
          changed();
        },
        () => {}, // it was deleted meanwhile
      );
      return undefined;
    },
    forget() {
      current = undefined;
    },
  };
}

function explanationOf(report: Report, { classification }: RequestSummary): SignatureAdvice | undefined {
  const advice = signatureAdvice(report);
  if (advice || report.verdict.result !== 'valid') return advice;
  return classification.verification.result === 'valid'
    ? undefined
    : { message: 'Valid with the secret that is set now.', hint: 'New requests are verified with it.' };
}

function needsExplanation({ classification, lastAttempt }: RequestSummary): boolean {
  if (classification.provider === null) return false;
  const { result } = classification.verification;
  const status = lastAttempt?.status ?? 0;
  return result !== 'valid' || (status >= 400 && status < 500);
}
