import { operation, option, phrase } from '../../model/phrase.ts';
import { createYielder } from '../../model/yield-to-event-loop.ts';
import type { Provider } from '../core/provider.ts';
import type { Context } from '../core/scheme.ts';
import type { Verdict } from '../core/verdict.ts';
import type { Incoming } from '../request/parsed-request.ts';
import { readingOf } from '../request/parsed-request.ts';
import { bodySuspicions } from './body.ts';
import type { Finding, Suspicion } from './finding.ts';
import { formSuspicions } from './forms.ts';
import { hmacSuspicions } from './hmac-options.ts';
import { secretSuspicions } from './secret.ts';
import { secretKindFinding } from './secret-kind.ts';
import { urlSuspicions } from './url.ts';

export interface Patient {
  readonly provider: Provider;
  readonly request: Incoming;
  readonly context: Context;
  /** Secrets configured for other providers. */
  readonly otherSecrets?: ReadonlyMap<string, readonly string[]> | undefined;
}

/** Bodies that are tried in many forms are no larger than this: each try reads all of it. */
const largestTriedBytes = 2 * 1024 * 1024;

/**
 * Names the explanation that makes an invalid signature valid; undefined where none does, as with a wrong secret:
 * nothing is guessed. Tries forms of body, secret and address, bounded in number.
 */
export function diagnose(patient: Patient, verdict: Verdict): Finding | undefined {
  for (const finding of diagnosis(patient, verdict)) if (finding) return finding;
  return undefined;
}

/** The same in turns of some milliseconds, so that a listener in this process goes on capturing. */
export async function diagnoseInTurns(patient: Patient, verdict: Verdict): Promise<Finding | undefined> {
  const turns = createYielder();
  for (const finding of diagnosis(patient, verdict)) {
    if (finding) return finding;
    await turns.next();
  }
  return undefined;
}

/** One step for each explanation that is tried: undefined where it is not that one. */
function* diagnosis(patient: Patient, verdict: Verdict): Generator<Finding | undefined> {
  if (verdict.code === 'too-old' || verdict.code === 'in-the-future') yield outOfTimeFinding(verdict.code);
  const { provider, request, context } = patient;
  const isByOptions = provider.name === 'hmac' && verdict.code === 'malformed';
  if (verdict.code !== 'mismatch' && verdict.code !== 'bad-secret' && !isByOptions) return;
  // How old it is, is another question.
  const signedAt = provider.scheme.signedAt?.(readingOf(request)) ?? context.now;
  for (const suspicion of suspicions(patient)) {
    const { request: other = request, secrets = context.secrets, scheme = provider.scheme } = suspicion;
    const { result } = scheme.verify(readingOf(other), { ...context, secrets, now: signedAt });
    const { cause, message, hint } = suspicion;
    yield result === 'valid' ? { cause, message, hint } : undefined;
  }
  yield secretKindFinding(context.secrets, provider.scheme.needs === 'secret');
}

function* suspicions({ provider, request, context, otherSecrets }: Patient): Generator<Suspicion> {
  yield* secretSuspicions(provider, context.secrets, otherSecrets);
  if (provider.name === 'hmac') yield* hmacSuspicions(request, context.options);
  if (provider.scheme.signsUrl) yield* urlSuspicions(request);
  // A shared token says nothing of the body.
  if (provider.scheme.proofIsSecret || request.body.length > largestTriedBytes) return;
  yield* bodySuspicions(request);
  yield* formSuspicions(request);
}

/** Says what to do about a signature that is genuine and out of time. */
export function outOfTimeFinding(code: 'too-old' | 'in-the-future'): Finding {
  if (code === 'in-the-future') {
    return {
      cause: 'clock',
      message: 'The signature is genuine, but its time is ahead.',
      hint: "This machine's clock, or the sender's, is wrong: compare it with `date -u`.",
    };
  }
  return {
    cause: 'old-timestamp',
    message: 'The signature is genuine, but its time has passed.',
    hint: phrase`Sent again as it is, any verifier refuses it: ${operation('replay', option('resign'))} signs it anew. As of its own time: ${operation('verify', option('at'))}.`,
  };
}
