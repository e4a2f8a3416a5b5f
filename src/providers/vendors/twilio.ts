import { createHash } from 'node:crypto';
import { defineProvider } from '../core/define-provider.ts';
import type { Scheme } from '../core/scheme.ts';
import { invalid } from '../core/verdict.ts';
import { valueAt, withValueAt } from '../request/locator.ts';
import type { ParsedRequest, SignableRequest } from '../request/parsed-request.ts';
import { type HmacMessage, hmac } from '../schemes/hmac.ts';
import { equalInConstantTime } from '../signature/constant-time.ts';

/** The fields of a form are signed after the URL; the digest of any other body is in the URL. */
function signedText(url: (url: string) => string | undefined): HmacMessage {
  return (parsed) => {
    const address = url(parsed.url.replace(/#.*$/s, ''));
    return address === undefined ? undefined : [Buffer.from(address + fieldsText(parsed), 'utf8')];
  };
}

/** Sorted names, each with its values; repeated values count once. */
function fieldsText(parsed: ParsedRequest): string {
  const form = digestAt(parsed) === undefined ? parsed.form() : undefined;
  if (!form) return '';
  return [...new Set(form.keys())]
    .sort()
    .flatMap((name) => [...new Set(form.getAll(name))].sort().map((value) => name + value))
    .join('');
}

function digestAt(parsed: ParsedRequest): string | undefined {
  return valueAt(parsed, 'query:bodySHA256');
}

function withPort(url: string): string | undefined {
  const match = /^(https?):\/\/([^/?]+)(.*)$/is.exec(url);
  if (!match || /:\d+$/.test(match[2]!)) return undefined;
  return `${match[1]}://${match[2]}:${match[1]!.toLowerCase() === 'https' ? 443 : 80}${match[3]}`;
}

function withoutPort(url: string): string | undefined {
  const bare = url.replace(/^(https?:\/\/[^/?]+?):\d+(?=[/?]|$)/is, '$1');
  return bare === url ? undefined : bare;
}

/** Twilio signs the URL with escaped apostrophes in the query, but calls it without. */
function escaped(url: string | undefined): string | undefined {
  return url?.includes("'") ? url.replaceAll("'", '%27') : undefined;
}

const variant = {
  at: 'header:X-Twilio-Signature',
  algorithm: 'sha1',
  encoding: 'base64',
  signsUrl: true,
} as const;

/** Some products sign the port and some do not; the official libraries try both. */
const scheme = hmac({
  ...variant,
  message: signedText((url) => url),
  legacy: [
    { ...variant, message: signedText(withPort) },
    { ...variant, message: signedText(withoutPort) },
    { ...variant, message: signedText(escaped) },
    { ...variant, message: signedText((url) => escaped(withPort(url))) },
    { ...variant, message: signedText((url) => escaped(withoutPort(url))) },
  ],
});

function digestOf(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex');
}

const withDigest: Scheme = {
  ...scheme,
  verify(parsed, context) {
    const verdict = scheme.verify(parsed, context);
    const digest = digestAt(parsed);
    if (verdict.result !== 'valid' || digest === undefined) return verdict;
    if (equalInConstantTime(digest.toLowerCase(), digestOf(parsed.body))) return verdict;
    return invalid('mismatch', 'the signature is valid, but bodySHA256 does not match the body');
  },
  sign(request: SignableRequest, context) {
    const hasDigest = /[?&]bodySHA256=/.test(request.url);
    const digested = hasDigest ? withValueAt(request, 'query:bodySHA256', digestOf(request.body)) : request;
    return scheme.sign!(digested, context);
  },
};

export const twilio = defineProvider({
  name: 'twilio',
  title: 'Twilio',
  detect: ['header:X-Twilio-Signature'],
  event: [
    '{json:0.type}',
    '{json:type}',
    '{form:EventType}',
    'message.{form:MessageStatus}',
    'recording.{form:RecordingStatus}',
    'call.{form:CallStatus}',
    'message.{form:SmsStatus}',
  ],
  // A message or call keeps its id in all states.
  eventId: [
    '{header:I-Twilio-Idempotency-Token}',
    '{form:RecordingSid}.{form:RecordingStatus}',
    '{form:MessageSid}.{form:MessageStatus}',
    '{form:MessageSid}.{form:SmsStatus}',
    '{form:CallSid}.{form:CallStatus}',
    '{json:0.id}',
  ],
  freshIdAt: [
    'header:I-Twilio-Idempotency-Token',
    'form:RecordingSid',
    'form:MessageSid',
    'form:CallSid',
    'json:0.id',
  ],
  scheme: withDigest,
  replyDeadlineMs: 15_000,
  retries: 'once, if the connection fails',
  source: 'https://www.twilio.com/docs/usage/security',
  deliverySource: 'https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides',
  evidence: 'vector',
});
