import type { Locator } from '../request/locator.ts';
import type { ParsedRequest, SignableRequest } from '../request/parsed-request.ts';
import type { Verdict } from './verdict.ts';

/** Input of a scheme besides the request. */
export interface SchemeContext {
  /** Shared secrets, tokens, public keys or certificates, as the vendor shows them; any may match (rotation). */
  readonly secrets: readonly string[];
  /** Further settings by name, such as PayPal's `webhookId`. */
  readonly options: Readonly<Record<string, string>>;
  /** Time of the verification, in ms since the epoch. */
  readonly now: number;
}

/** A URL to fetch before a request can be verified, and the option that takes its text. */
export interface Fetchable {
  readonly url: string;
  readonly option: string;
}

/** A signature scheme. Providers differ in its data. */
export interface Scheme {
  /** Name for people: `HMAC-SHA256`, `Ed25519`, `shared token` … */
  readonly kind: string;
  /** Kind of secret that the user configures. */
  readonly needs: 'secret' | 'token' | 'credentials' | 'public key' | 'certificate' | 'nothing';
  /** Names of required options. */
  readonly options?: readonly string[];
  /** Throws a UserError for invalid options. */
  checkOptions?(options: SchemeContext['options']): void;
  /** Locators of the signature or token; a request without any is unsigned. */
  readonly signatureAt: readonly Locator[];
  /** The request contains the secret itself, such as a token. */
  readonly signatureIsSecret?: boolean;
  /** Locators of the secret itself, which is masked in output. */
  readonly secretAt?: readonly Locator[];
  /** The URL is signed, so `--url` matters. */
  readonly signsUrl?: boolean;
  /** Maximum age of a signature in ms; older requests are rejected. */
  readonly toleranceMs?: number | undefined;
  /** The timestamp of the signature, in ms since the epoch. */
  signedAt?(parsed: ParsedRequest): number | undefined;
  /** Verifies the raw bytes, offline and in constant time. Never throws: bad input gives a verdict. */
  verify(parsed: ParsedRequest, context: SchemeContext): Verdict;
  /**
   * The resource to fetch to verify this request; `verify` is called again with its text in `options`. Its host is
   * the vendor's or configured, never chosen by the request.
   */
  fetchable?(parsed: ParsedRequest, options: SchemeContext['options']): Fetchable | undefined;
  /**
   * Returns the request with a signature made at `now` with the first secret, which replaces any other.
   * Throws a UserError if the secret is not a key for it. Absent if requests cannot be signed.
   */
  sign?(request: SignableRequest, context: SchemeContext): SignableRequest;
  /** `key`: only the vendor has the private key, so `secrets` must contain a test key. */
  readonly signsWith?: 'secret' | 'key';
}
