import { createHash, createHmac } from 'node:crypto';
import { UserError } from '../../model/errors.ts';
import { defineProvider } from '../core/define-provider.ts';
import { textReply } from '../core/handshake-replies.ts';
import type { Scheme } from '../core/scheme.ts';
import { invalid, noSignature, unchecked, valid } from '../core/verdict.ts';
import { valueAt, valuesAt, withValueAt } from '../request/locator.ts';
import { equalInConstantTime } from '../signature/constant-time.ts';

const at = 'form:bt_signature';
const payloadAt = 'form:bt_payload';

/** `public|private`: the two keys of an API user. */
function pairOf(secret: string): readonly [string, string] | undefined {
  const bar = secret.indexOf('|');
  return bar > 0 ? [secret.slice(0, bar), secret.slice(bar + 1)] : undefined;
}

function macOf(text: string, privateKey: string): string {
  const key = createHash('sha1').update(privateKey).digest();
  return createHmac('sha1', key).update(text).digest('hex');
}

const scheme: Scheme = {
  kind: 'HMAC-SHA1 (key pair)',
  needs: 'credentials',
  signatureAt: [at],
  signsWith: 'secret',
  verify(parsed, { secrets }) {
    const signatures = valuesAt(parsed, at);
    const [signature = ''] = signatures;
    const payload = valueAt(parsed, payloadAt);
    if (signature === '') return noSignature('no bt_signature in the form');
    if (signatures.length > 1) return invalid('duplicate-signature', 'form field bt_signature appears twice');
    if (payload === undefined) return invalid('malformed', 'form field bt_payload is missing');
    const pairs = signature.split('&').map((pair) => pairOf(pair));
    if (pairs.every((pair) => pair === undefined)) {
      return invalid('malformed', 'form field bt_signature is not in the expected format');
    }
    if (secrets.length === 0) return unchecked('no-secret', 'no key pair is configured');
    const keys = secrets.map(pairOf);
    if (keys.every((pair) => pair === undefined)) {
      return unchecked('bad-secret', 'the secret is not in the form public|private');
    }
    for (const [index, pair] of keys.entries()) {
      const theirs = pairs.find((each) => each?.[0] === pair?.[0])?.[1];
      if (!pair || theirs === undefined) continue;
      // The official libraries accept that a form has lost a line break.
      if ([payload, `${payload}\n`].some((text) => equalInConstantTime(theirs, macOf(text, pair[1]))))
        return valid(index);
    }
    return invalid('mismatch', 'the signature does not match');
  },
  sign(request, { secrets: [secret = ''] }) {
    const pair = pairOf(secret);
    if (!pair) throw new UserError('secret-missing', 'The secret is not in the form public|private.');
    const payload = new URLSearchParams(Buffer.from(request.body).toString('utf8')).get('bt_payload') ?? '';
    return withValueAt(request, at, `${pair[0]}|${macOf(payload, pair[1])}`);
  },
};

export const braintree = defineProvider({
  name: 'braintree',
  title: 'Braintree',
  detect: [
    ['form:bt_signature', 'form:bt_payload'],
    ['method=GET', 'query:bt_challenge'],
  ],
  scheme,
  handshake: {
    label: 'bt_challenge',
    reply(parsed, { secrets }) {
      const challenge = valueAt(parsed, 'query:bt_challenge');
      const pair = secrets.map(pairOf).find((each) => each !== undefined);
      if (parsed.method !== 'GET' || challenge === undefined || !pair) return undefined;
      return /^[\da-f]{20,32}$/.test(challenge)
        ? textReply(`${pair[0]}|${macOf(challenge, pair[1])}`)
        : undefined;
    },
  },
  source: 'https://developer.paypal.com/braintree/docs/guides/webhooks/parse/node',
  evidence: 'sdk',
  note: 'the event is in the base64 XML of bt_payload and is not read',
});
