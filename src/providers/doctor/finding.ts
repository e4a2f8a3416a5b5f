import type { Phrase } from '../../model/phrase.ts';
import type { Scheme } from '../core/scheme.ts';
import type { Incoming } from '../request/parsed-request.ts';

/** Why a signature does not hold, found by trying: with this explanation it does. */
export interface Finding {
  /** For programs, such as `newline-added`. */
  readonly cause: string;
  /** What happened, in a sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string | Phrase;
  /** More of the hint, a line each, where there is room for it. */
  readonly details?: readonly string[];
}

/** One explanation: with these instead, the signature would hold if it is the right one. */
export interface Suspicion extends Finding {
  readonly request?: Incoming;
  readonly secrets?: readonly string[];
  readonly scheme?: Scheme;
}
