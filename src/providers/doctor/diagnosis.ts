import type { Phrase } from '../../model/phrase.ts';
import type { Scheme } from '../core/scheme.ts';
import type { SignableRequest } from '../request/parsed-request.ts';

/** An explanation of an invalid signature, found by trying: the signature would be valid without this cause. */
export interface Diagnosis {
  /** Code for programs, such as `newline-added`. */
  readonly cause: string;
  /** The cause, in a sentence. */
  readonly message: string;
  /** The remedy. */
  readonly hint: string | Phrase;
  /** Further lines of the hint, shown if there is room. */
  readonly details?: readonly string[];
}

/** A possible explanation: if it is right, the signature is valid with these inputs instead. */
export interface Hypothesis extends Diagnosis {
  readonly request?: SignableRequest;
  readonly secrets?: readonly string[];
  readonly scheme?: Scheme;
}
