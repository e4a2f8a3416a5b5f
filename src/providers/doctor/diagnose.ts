import { operation, option, phrase } from '../../model/phrase.ts';
import { createYielder } from '../../model/yield-to-event-loop.ts';
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

/** A request with an invalid signature, and the settings of its verification. */
export interface DiagnosisInput {
  readonly provider: Provider;
  readonly request: SignableRequest;
  readonly context: SchemeContext;
  /** Secrets configured for other providers. */
  readonly otherSecrets?: ReadonlyMap<string, readonly string[]> | undefined;
}

/** Larger bodies are not tried in other forms, since every try reads all of it. */
const maxTriedBytes = 2 * 1024 * 1024;

/**
 * Finds the explanation with which an invalid signature becomes valid; undefined if there is none, as with a wrong
 * secret. Tries a bounded number of forms of the body, the secret and the URL.
 */
export function diagnose(input: DiagnosisInput, verdict: Verdict): Diagnosis | undefined {
  for (const diagnosis of diagnosisSteps(input, verdict)) if (diagnosis) return diagnosis;
  return undefined;
}

/** Like `diagnose`, but yields to the event loop every few milliseconds, so that a listener in this process keeps capturing. */
export async function diagnoseInSlices(
  input: DiagnosisInput,
  verdict: Verdict,
): Promise<Diagnosis | undefined> {
  const yielder = createYielder();
  for (const diagnosis of diagnosisSteps(input, verdict)) {
    if (diagnosis) return diagnosis;
    await yielder.next();
  }
  return undefined;
}

/** Yields once for each explanation that is tried: undefined if it does not apply. */
function* diagnosisSteps(input: DiagnosisInput, verdict: Verdict): Generator<Diagnosis | undefined> {
  if (verdict.code === 'too-old' || verdict.code === 'in-the-future') yield timestampDiagnosis(verdict.code);
  const { provider, request, context } = input;
  const isByOptions = provider.name === 'hmac' && verdict.code === 'malformed';
  if (verdict.code !== 'mismatch' && verdict.code !== 'bad-secret' && !isByOptions) return;
  // The age of the signature must not hide the cause.
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
  // A shared token does not depend on the body.
  if (provider.scheme.signatureIsSecret || request.body.length > maxTriedBytes) return;
  yield* bodyHypotheses(request);
  yield* formHypotheses(request);
}

/** The diagnosis of a signature that is valid but too old or in the future. */
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
    hint: phrase`Any verifier rejects it when it is sent again unchanged: use ${operation('replay', option('resign'))}. To verify it at its own time: ${operation('verify', option('at'))}.`,
  };
}
