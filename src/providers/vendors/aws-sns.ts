import { defineProvider } from '../core/define-provider.ts';
import { emptyReply } from '../core/handshake-replies.ts';
import type { Scheme } from '../core/scheme.ts';
import { invalid } from '../core/verdict.ts';
import { valueAt } from '../request/locator.ts';
import type { ParsedRequest } from '../request/parsed-request.ts';
import { publicKeySignature } from '../schemes/public-key-signature.ts';
import { type KeySource, keysOption } from '../signature/key-source.ts';

const notification = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'];
const confirmation = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];

/** The signed text: names and values of the existing fields, a line each. */
function signedText(parsed: ParsedRequest): readonly Uint8Array[] {
  const fields = valueAt(parsed, 'json:Type') === 'Notification' ? notification : confirmation;
  return fields.flatMap((name) => {
    const value = valueAt(parsed, `json:${name}`);
    return value === undefined ? [] : [Buffer.from(`${name}\n${value}\n`, 'utf8')];
  });
}

/** A URL in the request, if it belongs to SNS. */
function amazonUrl(parsed: ParsedRequest, locator: string): URL | undefined {
  const url = URL.parse(valueAt(parsed, locator) ?? '');
  const own = url?.protocol === 'https:' && url.port === '' && url.username === '';
  return own && /^sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/.test(url.hostname) ? url : undefined;
}

function certificateUrl(parsed: ParsedRequest): string | undefined {
  const url = amazonUrl(parsed, 'json:SigningCertURL') ?? amazonUrl(parsed, 'json:SigningCertUrl');
  return url?.pathname.endsWith('.pem') ? url.href : undefined;
}

/** Returns the URL that confirms a subscription when it is fetched; undefined unless it belongs to SNS. */
export function snsConfirmUrl(parsed: ParsedRequest): string | undefined {
  if (valueAt(parsed, 'json:Type') !== 'SubscriptionConfirmation') return undefined;
  return amazonUrl(parsed, 'json:SubscribeURL')?.href;
}

const keys: KeySource = {
  fetchable(parsed) {
    const url = certificateUrl(parsed);
    return url === undefined ? undefined : { url, option: keysOption };
  },
};

function schemeOf(algorithm: 'rsa-sha1' | 'rsa-sha256'): Scheme {
  return publicKeySignature({
    algorithm,
    at: 'json:Signature',
    encoding: 'base64',
    message: signedText,
    clock: { at: 'json:Timestamp', unit: 'iso' },
    keys,
  });
}

const schemes = { 1: schemeOf('rsa-sha1'), 2: schemeOf('rsa-sha256') } as const;

function versionOf(parsed: ParsedRequest): Scheme {
  return valueAt(parsed, 'json:SignatureVersion') === '2' ? schemes[2] : schemes[1];
}

const scheme: Scheme = {
  ...schemes[1],
  kind: 'RSA (SHA-1 or SHA-256)',
  needs: 'certificate',
  verify(parsed, context) {
    const named = valueAt(parsed, 'json:SigningCertURL') ?? valueAt(parsed, 'json:SigningCertUrl');
    if (named !== undefined && certificateUrl(parsed) === undefined) {
      return invalid('malformed', 'the certificate URL does not belong to Amazon SNS');
    }
    return versionOf(parsed).verify(parsed, context);
  },
  sign(request, context) {
    const version2 = /"SignatureVersion"\s*:\s*"2"/.test(Buffer.from(request.body).toString('utf8'));
    return schemes[version2 ? 2 : 1].sign!(request, context);
  },
};

export const awsSns = defineProvider({
  name: 'aws-sns',
  title: 'AWS SNS',
  detect: ['header:x-amz-sns-message-type', ['json:TopicArn', 'json:SigningCertURL', 'json:MessageId']],
  event: ['{header:x-amz-sns-message-type}', '{json:Type}'],
  eventId: ['{header:x-amz-sns-message-id}', '{json:MessageId}'],
  scheme,
  handshake: {
    label: 'SubscriptionConfirmation',
    reply: (parsed, { options }) =>
      options.confirmSns !== undefined && snsConfirmUrl(parsed) !== undefined ? emptyReply(200) : undefined,
  },
  retries: '3 times, 20 s apart, unless the subscription says otherwise',
  deliverySource: 'https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html',
  source: 'https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html',
  note: 'raw delivery is not signed',
});
