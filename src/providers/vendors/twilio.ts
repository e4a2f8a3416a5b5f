import { createHash } from 'node:crypto';
import { defineProvider } from '../core/define-provider.ts';
import type { Scheme } from '../core/scheme.ts';
import { invalid } from '../core/verdict.ts';
import { valueAt, withValueAt } from '../request/locator.ts';
import type { ParsedRequest, SignableRequest } from '../request/parsed-request.ts';
import { type HmacMessage, hmac } from '../schemes/hmac.ts';
import { equalInConstantTime } from '../signature/constant-time.ts';

/** A form is signed field by field behind the address; any other body by its digest, which is in the address. */
function signedText(url: (url: string) => string | undefined): HmacMessage {
  return (parsed) => {
    const address = url(parsed.url.replace(/#.*$/s, ''));
    return address === undefined ? undefined : [Buffer.from(address + fieldsText(parsed), 'utf8')];
  };
}

/** Names in the order of their characters, each with its values: a value that comes twice counts once. */
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

/** Twilio escapes apostrophes in the query, and calls the address without doing so. */
function escaped(url: string | undefined): string | undefined {
  return url?.includes("'") ? url.replaceAll("'", '%27') : undefined;
}

const variant = {
  at: 'header:X-Twilio-Signature',
  algorithm: 'sha1',
  encoding: 'base64',
  signsUrl: true,
} as const;

/** Whether the port is in what was signed depends on the product, as the official libraries know. */
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
  // A message and a call have one id through all their states.
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
