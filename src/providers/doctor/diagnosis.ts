import type { Scheme } from '../core/scheme.ts';
import type { SignableRequest } from '../request/parsed-request.ts';

/** Why a signature does not hold, found by trying: with this explanation it does. */
export interface Diagnosis {
  /** For programs, such as `newline-added`. */
  readonly cause: string;
  /** What happened, in a sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
  /** More of the hint, a line each, where there is room for it. */
  readonly details?: readonly string[];
}

/** One explanation: with these instead, the signature would hold if it is the right one. */
export interface Hypothesis extends Diagnosis {
  readonly request?: SignableRequest;
  readonly secrets?: readonly string[];
  readonly scheme?: Scheme;
}
