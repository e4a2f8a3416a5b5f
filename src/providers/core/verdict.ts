import { unsignedMark, type Verification } from '../../model/classification.ts';

/** Reason of a verdict, for programs. */
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

/** Result of a verification. */
export interface Verdict extends Verification {
  readonly code: VerdictCode;
  /** Index of the secret that matched. */
  readonly secretIndex?: number | undefined;
}

/** The verdict on a valid signature. */
export function valid(secretIndex?: number): Verdict {
  return { result: 'valid', reason: null, code: 'valid', secretIndex };
}

/** The verdict on an invalid signature; `reason` is shown after "invalid: ". */
export function invalid(code: VerdictCode, reason: string): Verdict {
  return { result: 'invalid', reason, code };
}

/** The verdict on an unsigned request; `missing` names the missing signature, such as `no token in header X-Token`. */
export function noSignature(missing: string): Verdict {
  return unchecked('no-signature', `${unsignedMark}: ${missing}`);
}

/** The verdict if the signature could not be checked. */
export function unchecked(code: VerdictCode, reason: string): Verdict {
  return { result: 'unchecked', reason, code };
}
