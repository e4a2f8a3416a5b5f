import { createHmac, sign as signBytes, verify as verifyBytes } from 'node:crypto';
import { UserError } from '../../model/errors.ts';
import type { Scheme, SchemeContext } from '../core/scheme.ts';
import { invalid, noSignature, unchecked, type Verdict, valid } from '../core/verdict.ts';
import { valueAt, valuesAt, withValueAt } from '../request/locator.ts';
import { parseLazily, type SignableRequest } from '../request/parsed-request.ts';
import { renderBytes } from '../request/template.ts';
import { equalInConstantTime } from '../signature/constant-time.ts';
import { decodeBase64, decodeKey, type KeyForm } from '../signature/key.ts';
import { parseEd25519PrivateKey, parseEd25519PublicKey } from '../signature/public-key.ts';
import { checkTimestamp, formatTimestamp, type TimestampPolicy } from '../signature/timestamp-policy.ts';

export interface StandardWebhooksSpec {
  /** `webhook` or `svix`: what the three headers begin with. */
  readonly prefix: string;
  /** How the secret is read; base64 after `whsec_` unless given. */
  readonly key?: KeyForm | ((secret: string) => Uint8Array | undefined);
  /** Other ways of reading it that count as well. */
  readonly orKeys?: readonly KeyForm[];
  /** Signs its own three headers alone. */
  readonly isTwin?: boolean;
}

/** Senders may give both sets of headers, of which signing renews both. */
const twins: Readonly<Record<string, string>> = { svix: 'webhook', webhook: 'svix' };

/**
 * Standard Webhooks: `{id}.{timestamp}.{body}`, HMAC-SHA256 as `v1,…` or Ed25519 as `v1a,…`, several at once
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
 */
export function standardWebhooks({
  prefix,
  key = 'base64 after whsec_',
  orKeys = [],
  isTwin = false,
}: StandardWebhooksSpec): Scheme {
  const at = `header:${prefix}-signature`;
  const idAt = `header:${prefix}-id`;
  const clock: TimestampPolicy = { at: `header:${prefix}-timestamp`, unit: 's', tolerance: 300 };
  const keyOf = typeof key === 'function' ? key : (secret: string) => decodeKey(secret, key);
  const signedParts = (request: SignableRequest) =>
    renderBytes(parseLazily(request), `{${idAt}}.{${clock.at}}.{body}`, {});

  function holds(request: SignableRequest, signature: string, secret: string): boolean | undefined {
    if (signature.startsWith('v1a,')) {
      const publicKey = parseEd25519PublicKey(secret);
      const bytes = decodeBase64(signature.slice(4));
      return publicKey && bytes && verifyBytes(null, Buffer.concat(signedParts(request)), publicKey, bytes);
    }
    if (/^wh[ps]k_/.test(secret)) return undefined;
    const keys = [keyOf(secret), ...orKeys.map((form) => decodeKey(secret, form))];
    const usable = keys.filter((bytes) => bytes !== undefined);
    return usable.length === 0
      ? undefined
      : usable.some((bytes) => equalInConstantTime(signature, macOf(request, bytes)));
  }

  function macOf(request: SignableRequest, bytes: Uint8Array): string {
    const mac = createHmac('sha256', bytes);
    for (const part of signedParts(request)) mac.update(part);
    return `v1,${mac.digest('base64')}`;
  }

  function signedAlone(
    request: SignableRequest,
    { secrets: [secret = ''], now }: SchemeContext,
  ): SignableRequest {
    const dated = withValueAt(request, clock.at!, formatTimestamp(now, clock.unit));
    const privateKey = secret.startsWith('whsk_') ? parseEd25519PrivateKey(secret) : undefined;
    if (privateKey) {
      const bytes = signBytes(null, Buffer.concat(signedParts(dated)), privateKey);
      return withValueAt(dated, at, `v1a,${bytes.toString('base64')}`);
    }
    const bytes = keyOf(secret);
    if (!bytes) throw new UserError('secret-missing', 'The secret is not base64 after whsec_.');
    return withValueAt(dated, at, macOf(dated, bytes));
  }

  return {
    kind: 'Standard Webhooks (HMAC-SHA256, Ed25519)',
    needs: 'secret',
    signatureAt: [at],
    toleranceMs: clock.tolerance! * 1000,
    signsWith: 'secret',
    signedAt(parsed) {
      const text = valueAt(parsed, clock.at!);
      return text !== undefined && /^\d+$/.test(text) ? Number(text) * 1000 : undefined;
    },
    verify(parsed, { secrets, now }: SchemeContext): Verdict {
      const signatures = valuesAt(parsed, at)
        .join(' ')
        .split(' ')
        .filter((each) => /^v1a?,/.test(each));
      if ((valueAt(parsed, at) ?? '') === '') return noSignature(`there is no ${prefix}-signature`);
      for (const locator of [at, idAt, clock.at!]) {
        const { length } = valuesAt(parsed, locator);
        if (length === 0) return invalid('malformed', `there is no ${locator.replace(':', ' ')}`);
        if (length > 1) return invalid('duplicate-signature', `${locator.replace(':', ' ')} came twice`);
      }
      if (signatures.length === 0) return invalid('malformed', `${prefix}-signature has no v1 or v1a in it`);
      if (secrets.length === 0) return unchecked('no-secret', 'no secret is configured');
      let usable = false;
      for (const [index, secret] of secrets.entries()) {
        for (const signature of signatures) {
          const isValid = holds(parsed, signature, secret);
          if (isValid) return checkTimestamp(valueAt(parsed, clock.at!), clock, now) ?? valid(index);
          usable ||= isValid === false;
        }
      }
      if (!usable) return unchecked('bad-secret', 'the secret is no key for any of the signatures');
      return invalid('mismatch', 'the signature does not match');
    },
    sign(request, context) {
      const signed = signedAlone(request, context);
      const twin = isTwin ? undefined : twins[prefix];
      if (twin === undefined || parseLazily(signed).header(`${twin}-signature`).length === 0) return signed;
      return standardWebhooks({ prefix: twin, key, orKeys, isTwin: true }).sign!(signed, context);
    },
  };
}
