import { createHash, createHmac } from 'node:crypto';
import { UserError } from '../../model/errors.ts';
import type { Scheme, SchemeContext } from '../core/scheme.ts';
import { invalid, unchecked, type Verdict, valid } from '../core/verdict.ts';
import { withValueAt } from '../request/locator.ts';
import { type ParsedRequest, parseLazily, type SignableRequest } from '../request/parsed-request.ts';
import { renderBytes, type Template } from '../request/template.ts';
import { equalInConstantTime } from '../signature/constant-time.ts';
import { canonicalText, type Encoding, encodeBytes } from '../signature/encoding.ts';
import {
  extractSignatures,
  locatorsWithSignature,
  type SignatureLocation,
  signedAt,
  withSignature,
} from '../signature/extract-signatures.ts';
import { decodeKey, type KeyForm } from '../signature/key.ts';
import { checkTimestamp, formatTimestamp } from '../signature/timestamp-policy.ts';

/** A provider's variant of HMAC, or of a plain hash over text that contains the secret. */
export interface HmacSpec extends Omit<SignatureLocation, 'needsTimestamp'> {
  readonly algorithm?: 'sha1' | 'sha256' | 'sha384' | 'sha512' | 'md5';
  /** Uses a plain hash; the message contains the secret. */
  readonly hash?: boolean;
  readonly encoding: Encoding;
  /**
   * The signed text, `{body}` unless given: `{body}`, `{timestamp}`, `{secret}`, `{header:X-Name}`, `{url}` …
   * Or a function, if a template is not enough; it returns undefined if the request has no such message.
   */
  readonly message?: HmacMessage;
  readonly key?: KeyForm | ((secret: string) => Uint8Array | undefined);
  /** The message is a function and covers the URL. */
  readonly signsUrl?: boolean;
  /**
   * Further variants, the strongest first: an older header, which counts only if no stronger one is there, or another form
   * of the message or key at the same locator. Signing renews every header that is there.
   */
  readonly legacy?: readonly HmacSpec[];
  /** Never accepted, because it is too weak or in the header of another vendor; renewed if it is there. */
  readonly renewOnly?: boolean;
}

/** The signed text as a template, or as a function that returns its parts. */
export type HmacMessage =
  | Template
  | ((parsed: ParsedRequest, named: MessageValues) => readonly Uint8Array[] | undefined);

/** Values that a message may contain besides those of the request. */
export interface MessageValues {
  readonly timestamp: string | undefined;
  readonly secret: string;
}

/** Scheme for HMAC over a template of the request, which most providers use. */
export function hmac(spec: HmacSpec): Scheme {
  const algorithm = spec.algorithm ?? 'sha256';
  const name = algorithm.toUpperCase().replace(/^SHA(\d)/, 'SHA$1');
  const { clock } = spec;
  const variants = [spec, ...(spec.legacy ?? [])].map((variant) => ({
    ...variant,
    needsTimestamp: needsTimestamp(variant),
  }));
  return {
    kind: spec.hash ? name : `HMAC-${name}`,
    needs: 'secret',
    signatureAt: [...new Set(variants.flatMap(({ at, orAt = [] }) => [at, ...orAt]))],
    signsUrl: spec.signsUrl ?? (typeof spec.message === 'string' && /\{(url|path)\}/.test(spec.message)),
    toleranceMs: clock?.tolerance === undefined ? undefined : clock.tolerance * 1000,
    signsWith: 'secret',
    signedAt: (parsed) =>
      signedAt(parsed, variants.find((variant) => hasSignature(parsed, variant)) ?? variants[0]!),
    verify: (parsed, context) => verifyHmac(parsed, variants, context),
    sign: (request, context) => signHmac(request, variants, context),
  };
}

type HmacVariant = HmacSpec & SignatureLocation;

function hasSignature(parsed: ParsedRequest, variant: HmacVariant): boolean {
  return locatorsWithSignature(parsed, variant).length > 0;
}

/** Verifies the variants at the strongest locator with a signature: the verdict of the first valid one, else of the first. */
function verifyHmac(
  parsed: ParsedRequest,
  variants: readonly HmacVariant[],
  context: SchemeContext,
): Verdict {
  const accepted = variants.filter(({ renewOnly }) => !renewOnly);
  const strongest = accepted.find((variant) => hasSignature(parsed, variant)) ?? accepted[0]!;
  let first: Verdict | undefined;
  for (const variant of accepted.filter(({ at }) => at === strongest.at)) {
    const verdict = verifyVariant(parsed, variant, context);
    // A signature of the wrong age has matched.
    if (verdict.result === 'valid' || verdict.code === 'too-old' || verdict.code === 'in-the-future') {
      return verdict;
    }
    first ??= verdict;
  }
  return first!;
}

function verifyVariant(
  parsed: ParsedRequest,
  variant: HmacVariant,
  { secrets, now }: SchemeContext,
): Verdict {
  const signatures = extractSignatures(parsed, variant);
  if ('result' in signatures) return signatures;
  if (secrets.length === 0) return unchecked('no-secret', 'no secret is configured');
  let usable = false;
  for (const [index, secret] of secrets.entries()) {
    for (const { signature, timestamp } of signatures) {
      const expected = macOf(parsed, variant, { timestamp, secret });
      if (expected === undefined) continue;
      usable = true;
      if (
        equalInConstantTime(
          canonicalText(signature, variant.encoding),
          canonicalText(expected, variant.encoding),
        )
      ) {
        return (variant.clock && checkTimestamp(timestamp, variant.clock, now)) ?? valid(index);
      }
    }
  }
  if (!usable) return unchecked('bad-secret', `the secret is not ${formText(variant)}`);
  return invalid('mismatch', 'the signature does not match');
}

function formText({ key }: HmacSpec): string {
  return typeof key === 'string' ? key : 'a key of the required form';
}

function needsTimestamp({ message, envelope }: HmacSpec): boolean {
  if (typeof message === 'string' && message.includes('{timestamp}')) return true;
  return envelope !== undefined && 'fields' in envelope && envelope.timestamp !== undefined;
}

/** Undefined if the secret is not a key or the request has no message. */
function macOf(parsed: ParsedRequest, spec: HmacSpec, named: MessageValues): string | undefined {
  const { algorithm = 'sha256', message = '{body}', key = 'text' } = spec;
  const bytes = typeof key === 'function' ? key(named.secret) : decodeKey(named.secret, key);
  const parts =
    typeof message === 'string' ? renderBytes(parsed, message, { ...named }) : message(parsed, named);
  if (!bytes || !parts) return undefined;
  const mac = spec.hash ? createHash(algorithm) : createHmac(algorithm, bytes);
  for (const part of parts) mac.update(part);
  return encodeBytes(mac.digest(), spec.encoding);
}

/** Renews all signatures that are there; if there are none, adds the strongest that fits the body. */
function signHmac(
  request: SignableRequest,
  variants: readonly HmacVariant[],
  context: SchemeContext,
): SignableRequest {
  const parsed = parseLazily(request);
  const present = variants.filter((variant) => hasSignature(parsed, variant));
  const firstAt = (variant: HmacVariant, index: number) =>
    present.findIndex(({ at }) => at === variant.at) === index;
  const made = present.filter(firstAt);
  const fitting =
    made.length > 0 ? made : [variants.find((variant) => fitsBody(parsed, variant)) ?? variants[0]!];
  return fitting.reduce((signing, variant) => signVariant(signing, variant, context), request);
}

function fitsBody(parsed: ParsedRequest, { at }: HmacVariant): boolean {
  if (at.startsWith('json:')) return parsed.json() !== undefined;
  return !at.startsWith('form:') || parsed.form() !== undefined;
}

function signVariant(
  request: SignableRequest,
  variant: HmacVariant,
  { secrets, now }: SchemeContext,
): SignableRequest {
  const { clock, at, orAt = [] } = variant;
  const timestamp = formatTimestamp(now, clock?.unit ?? 's');
  const dated = clock?.at === undefined ? request : withValueAt(request, clock.at, timestamp);
  const locators = [at, ...orAt];
  const present = locatorsWithSignature(parseLazily(dated), variant);
  return (present.length === 0 ? [at] : present).reduce((signing, locator) => {
    // With several locators there is one for each key.
    const secret = secrets[locators.indexOf(locator)] ?? secrets[0] ?? '';
    const mac = macOf(parseLazily(signing), variant, { timestamp, secret });
    if (mac === undefined) throw new UserError('secret-missing', `The secret is not ${formText(variant)}.`);
    return withSignature(signing, { ...variant, at: locator }, mac, timestamp);
  }, dated);
}
