import { unsignedMark, type Verification } from '../../model/facts.ts';

/** Why a verification ended as it did, for programs. */
export type VerdictCode =
  | 'valid'
  | 'mismatch'
  | 'too-old'
  | 'in-the-future'
  | 'duplicate-signature'
  | 'malformed'
  | 'no-signature'
  | 'no-secret'
  | 'bad-secret'
  | 'no-option'
  | 'too-large'
  | 'incomplete'
  | 'needs-network'
  | 'never-signed'
  | 'unknown-provider';

/** What came of a verification: a result, never a throw. */
export interface Verdict extends Verification {
  readonly code: VerdictCode;
  /** Which of the secrets given makes it hold, from 0. */
  readonly secretIndex?: number | undefined;
}

export function valid(secretIndex?: number): Verdict {
  return { result: 'valid', reason: null, code: 'valid', secretIndex };
}

export function invalid(code: VerdictCode, reason: string): Verdict {
  return { result: 'invalid', reason, code };
}

/** Nothing proves who sent it; `missing`: what is not there, in the middle of a sentence. */
export function noSignature(missing: string): Verdict {
  return unchecked('no-signature', `${unsignedMark}: ${missing}`);
}

export function unchecked(code: VerdictCode, reason: string): Verdict {
  return { result: 'unchecked', reason, code };
}
