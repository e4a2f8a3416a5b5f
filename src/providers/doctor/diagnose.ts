import { createTurns } from '../../model/turns.ts';
import type { Provider } from '../core/provider.ts';
import type { SchemeContext } from '../core/scheme.ts';
import type { Verdict } from '../core/verdict.ts';
import type { SignableRequest } from '../request/parsed-request.ts';
import { parseLazily } from '../request/parsed-request.ts';
import { bodyHypotheses } from './body.ts';
import type { Diagnosis, Hypothesis } from './diagnosis.ts';
import { formHypotheses } from './forms.ts';
import { hmacHypotheses } from './hmac-options.ts';
import { secretHypotheses } from './secret.ts';
import { secretKindDiagnosis } from './secret-kind.ts';
import { urlHypotheses } from './url.ts';

export interface DiagnosisInput {
  readonly provider: Provider;
  readonly request: SignableRequest;
  readonly context: SchemeContext;
  /** Secrets configured for other providers. */
  readonly otherSecrets?: ReadonlyMap<string, readonly string[]> | undefined;
}

/** Bodies that are tried in many forms are no larger than this: each try reads all of it. */
const maxTriedBytes = 2 * 1024 * 1024;

/**
 * Names the explanation that makes an invalid signature valid; undefined where none does, as with a wrong secret:
 * nothing is guessed. Tries forms of body, secret and address, bounded in number.
 */
export function diagnose(input: DiagnosisInput, verdict: Verdict): Diagnosis | undefined {
  for (const diagnosis of diagnosisSteps(input, verdict)) if (diagnosis) return diagnosis;
  return undefined;
}

/** The same in turns of some milliseconds, so that a listener in this process goes on capturing. */
export async function diagnoseInSlices(
  input: DiagnosisInput,
  verdict: Verdict,
): Promise<Diagnosis | undefined> {
  const turns = createTurns();
  for (const diagnosis of diagnosisSteps(input, verdict)) {
    if (diagnosis) return diagnosis;
    await turns.next();
  }
  return undefined;
}

/** One step for each explanation that is tried: undefined where it is not that one. */
function* diagnosisSteps(input: DiagnosisInput, verdict: Verdict): Generator<Diagnosis | undefined> {
  if (verdict.code === 'too-old' || verdict.code === 'in-the-future') yield timestampDiagnosis(verdict.code);
  const { provider, request, context } = input;
  const isByOptions = provider.name === 'hmac' && verdict.code === 'malformed';
  if (verdict.code !== 'mismatch' && verdict.code !== 'bad-secret' && !isByOptions) return;
  // How old it is, is another question.
  const signedAt = provider.scheme.signedAt?.(parseLazily(request)) ?? context.now;
  for (const hypothesis of hypotheses(input)) {
    const { request: other = request, secrets = context.secrets, scheme = provider.scheme } = hypothesis;
    const { result } = scheme.verify(parseLazily(other), { ...context, secrets, now: signedAt });
    const { cause, message, hint } = hypothesis;
    yield result === 'valid' ? { cause, message, hint } : undefined;
  }
  yield secretKindDiagnosis(context.secrets, provider.scheme.needs === 'secret');
}

function* hypotheses({ provider, request, context, otherSecrets }: DiagnosisInput): Generator<Hypothesis> {
  yield* secretHypotheses(provider, context.secrets, otherSecrets);
  if (provider.name === 'hmac') yield* hmacHypotheses(request, context.options);
  if (provider.scheme.signsUrl) yield* urlHypotheses(request);
  // A shared token says nothing of the body.
  if (provider.scheme.signatureIsSecret || request.body.length > maxTriedBytes) return;
  yield* bodyHypotheses(request);
  yield* formHypotheses(request);
}

/** Says what to do about a signature that is genuine and out of time. */
export function timestampDiagnosis(code: 'too-old' | 'in-the-future'): Diagnosis {
  if (code === 'in-the-future') {
    return {
      cause: 'clock',
      message: 'The signature is valid, but its timestamp is in the future.',
      hint: 'The clock of this machine or of the sender is wrong: compare it with `date -u`.',
    };
  }
  return {
    cause: 'old-timestamp',
    message: 'The signature is valid, but its timestamp is too old.',
    hint: 'Any verifier rejects it when it is sent again unchanged: use replay --resign. To verify it at its own time: verify --at.',
  };
}
