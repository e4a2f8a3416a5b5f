import type { Locator } from '../request/locator.ts';
import type { ParsedRequest, SignableRequest } from '../request/parsed-request.ts';
import type { Verdict } from './verdict.ts';

/** What a scheme is given besides the request. */
export interface SchemeContext {
  /** Shared secrets, tokens, public keys or certificates, as the vendor hands them out; any may fit (rotation). */
  readonly secrets: readonly string[];
  /** What a scheme needs besides, by name, such as PayPal's `webhookId`. */
  readonly options: Readonly<Record<string, string>>;
  /** The moment as of which time limits are judged, in ms since the epoch. */
  readonly now: number;
}

/** What has to be fetched before a request can be verified, and the option that takes its text. */
export interface Fetchable {
  readonly url: string;
  readonly option: string;
}

/** One way of signing, as code; what differs from vendor to vendor is its data. */
export interface Scheme {
  /** For people: `HMAC-SHA256`, `Ed25519`, `shared token` … */
  readonly kind: string;
  /** What the user has to give. */
  readonly needs: 'secret' | 'token' | 'credentials' | 'public key' | 'certificate' | 'nothing';
  /** Names of options it can't do without. */
  readonly options?: readonly string[];
  /** Throws a UserError for options that make no sense. */
  checkOptions?(options: SchemeContext['options']): void;
  /** Where what proves the sender stands: what a copy without signature lacks. */
  readonly signatureAt: readonly Locator[];
  /** Whether the proof is the secret itself. */
  readonly signatureIsSecret?: boolean;
  /** Where the secret itself stands, to be masked where people look. */
  readonly secretAt?: readonly Locator[];
  /** Whether the address is signed, so that `--url` matters. */
  readonly signsUrl?: boolean;
  /** Of how many ms of age a request is refused. */
  readonly toleranceMs?: number | undefined;
  /** When the request says that it was signed, in ms since the epoch. */
  signedAt?(parsed: ParsedRequest): number | undefined;
  /** Raw bytes, offline, constant-time; bad input is a verdict, never a throw. */
  verify(parsed: ParsedRequest, context: SchemeContext): Verdict;
  /**
   * What must be fetched to verify this request; the verifier calls again with it in `options`. Its host is one of the
   * vendor's own or configured, never one that the request chooses.
   */
  fetchable?(parsed: ParsedRequest, options: SchemeContext['options']): Fetchable | undefined;
  /**
   * The request with a signature made at `now` with the first secret, in place of any it had.
   * Throws a UserError if the secret is no key for it. Absent where nothing can be signed.
   */
  sign?(request: SignableRequest, context: SchemeContext): SignableRequest;
  /** `key`: only the vendor holds the private key; a test key of one's own goes in `secrets`. */
  readonly signsWith?: 'secret' | 'key';
}
