import { createHmac, type KeyObject, sign as signBytes, verify as verifyBytes } from 'node:crypto';
import { UserError } from '../../model/errors.ts';
import type { Scheme, SchemeContext } from '../core/scheme.ts';
import { invalid, noSignature, unchecked, type Verdict, valid } from '../core/verdict.ts';
import { type Locator, locatorText, valueAt, valuesAt, withValueAt } from '../request/locator.ts';
import { type ParsedRequest, parseLazily, type SignableRequest } from '../request/parsed-request.ts';
import { renderBytes, type Template } from '../request/template.ts';
import { equalInConstantTime } from '../signature/constant-time.ts';
import { decodeBase64, decodeKey, type KeyForm } from '../signature/key.ts';
import { parseEd25519PrivateKey, parseEd25519PublicKey } from '../signature/public-key.ts';
import { checkTimestamp, formatTimestamp } from '../signature/timestamp-policy.ts';

/** The variant of Standard Webhooks that a provider uses. */
export interface StandardWebhooksSpec {
  /** Prefix of the three headers: `webhook` or `svix`. */
  readonly prefix: string;
  /** Form of the secret; `base64 after whsec_` unless given. */
  readonly key?: KeyForm | ((secret: string) => Uint8Array | undefined);
  /** Further forms of the secret that are accepted. */
  readonly orKeys?: readonly KeyForm[];
}

/** The spec with what is derived from it once. */
interface Variant {
  readonly prefix: string;
  readonly signatureAt: Locator;
  readonly idAt: Locator;
  readonly timestampAt: Locator;
  readonly message: Template;
  /** The keys that a secret may stand for; the first one signs. */
  keysOf(secret: string): readonly (Uint8Array | undefined)[];
}

/** Some senders set both sets of headers, so signing renews both. */
const twins: Readonly<Record<string, string>> = { svix: 'webhook', webhook: 'svix' };

const clock = { unit: 's', tolerance: 300 } as const;

/**
 * Standard Webhooks: `{id}.{timestamp}.{body}`, HMAC-SHA256 as `v1,…` or Ed25519 as `v1a,…`, several at once
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
 */
export function standardWebhooks(spec: StandardWebhooksSpec): Scheme {
  const variant = variantOf(spec);
  const twinPrefix = twins[spec.prefix];
  const twin = twinPrefix === undefined ? undefined : variantOf({ ...spec, prefix: twinPrefix });
  return {
    kind: 'Standard Webhooks (HMAC-SHA256, Ed25519)',
    needs: 'secret',
    signatureAt: [variant.signatureAt],
    toleranceMs: clock.tolerance * 1000,
    signsWith: 'secret',
    signedAt(parsed) {
      const text = valueAt(parsed, variant.timestampAt);
      return text !== undefined && /^\d+$/.test(text) ? Number(text) * 1000 : undefined;
    },
    verify: (parsed, context) => verify(parsed, variant, context),
    sign(request, context) {
      const signed = sign(request, variant, context);
      if (!twin || valuesAt(parseLazily(signed), twin.signatureAt).length === 0) return signed;
      return sign(signed, twin, context);
    },
  };
}

function variantOf({ prefix, key = 'base64 after whsec_', orKeys = [] }: StandardWebhooksSpec): Variant {
  const [idAt, timestampAt] = [`header:${prefix}-id`, `header:${prefix}-timestamp`];
  return {
    prefix,
    signatureAt: `header:${prefix}-signature`,
    idAt,
    timestampAt,
    message: `{${idAt}}.{${timestampAt}}.{body}`,
    keysOf: (secret) => [
      typeof key === 'function' ? key(secret) : decodeKey(secret, key),
      ...orKeys.map((form) => decodeKey(secret, form)),
    ],
  };
}

function verify(parsed: ParsedRequest, variant: Variant, { secrets, now }: SchemeContext): Verdict {
  const found = signaturesIn(parsed, variant);
  if ('result' in found) return found;
  if (secrets.length === 0) return unchecked('no-secret', 'no secret is configured');
  let usable = false;
  for (const [index, secret] of secrets.entries()) {
    for (const signature of found) {
      const isValid = matches(parsed, variant, signature, secret);
      if (isValid) return checkTimestamp(valueAt(parsed, variant.timestampAt), clock, now) ?? valid(index);
      usable ||= isValid === false;
    }
  }
  if (!usable) return unchecked('bad-secret', 'the secret does not fit any of the signatures');
  return invalid('mismatch', 'the signature does not match');
}

/** The signatures of known versions, or the verdict on a request that lacks a header or repeats one. */
function signaturesIn(parsed: ParsedRequest, variant: Variant): readonly string[] | Verdict {
  const { prefix, signatureAt, idAt, timestampAt } = variant;
  const values = valuesAt(parsed, signatureAt);
  if ((values[0] ?? '') === '') return noSignature(`no signature in ${locatorText(signatureAt)}`);
  for (const locator of [signatureAt, idAt, timestampAt]) {
    const { length } = valuesAt(parsed, locator);
    if (length === 0) return invalid('malformed', `${locatorText(locator)} is missing`);
    if (length > 1) return invalid('duplicate-signature', `${locatorText(locator)} appears twice`);
  }
  const signatures = values[0]!.split(' ').filter((each) => /^v1a?,/.test(each));
  if (signatures.length > 0) return signatures;
  return invalid('malformed', `header ${prefix}-signature has no v1 or v1a signature`);
}

/** Tests whether a signature matches; undefined if the secret is not a key for it. */
function matches(
  parsed: ParsedRequest,
  variant: Variant,
  signature: string,
  secret: string,
): boolean | undefined {
  if (signature.startsWith('v1a,')) {
    const publicKey = parseEd25519PublicKey(secret);
    const bytes = decodeBase64(signature.slice(4));
    return publicKey && bytes && verifyBytes(null, messageOf(parsed, variant), publicKey, bytes);
  }
  if (/^wh[ps]k_/.test(secret)) return undefined;
  const keys = variant.keysOf(secret).filter((bytes) => bytes !== undefined);
  if (keys.length === 0) return undefined;
  return keys.some((bytes) => equalInConstantTime(signature, macOf(parsed, variant, bytes)));
}

function sign(
  request: SignableRequest,
  variant: Variant,
  { secrets: [secret = ''], now }: SchemeContext,
): SignableRequest {
  const dated = withValueAt(request, variant.timestampAt, formatTimestamp(now, clock.unit));
  const privateKey = secret.startsWith('whsk_') ? parseEd25519PrivateKey(secret) : undefined;
  return withValueAt(
    dated,
    variant.signatureAt,
    signatureOf(parseLazily(dated), variant, secret, privateKey),
  );
}

function signatureOf(
  parsed: ParsedRequest,
  variant: Variant,
  secret: string,
  privateKey: KeyObject | undefined,
): string {
  if (privateKey) return `v1a,${signBytes(null, messageOf(parsed, variant), privateKey).toString('base64')}`;
  const [key] = variant.keysOf(secret);
  if (!key) throw new UserError('secret-missing', 'The secret is not base64 after whsec_.');
  return macOf(parsed, variant, key);
}

function messageOf(parsed: ParsedRequest, { message }: Variant): Uint8Array {
  return Buffer.concat(renderBytes(parsed, message, {}));
}

function macOf(parsed: ParsedRequest, { message }: Variant, key: Uint8Array): string {
  const mac = createHmac('sha256', key);
  for (const part of renderBytes(parsed, message, {})) mac.update(part);
  return `v1,${mac.digest('base64')}`;
}
