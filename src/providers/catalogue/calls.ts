import { defineProvider } from '../core/define-provider.ts';
import { valueAt } from '../request/locator.ts';
import type { ParsedRequest } from '../request/parsed-request.ts';
import { hmac } from '../schemes/hmac.ts';
import { jwt } from '../schemes/jwt.ts';
import { publicKeySignature } from '../schemes/public-key-signature.ts';
import { standardWebhooks } from '../schemes/standard-webhooks.ts';
import { strongest } from '../schemes/strongest.ts';
import { token } from '../schemes/token.ts';

const openPhone = hmac({
  at: 'header:openphone-signature',
  envelope: { parts: ';', head: ['hmac', '1'] },
  encoding: 'base64',
  message: '{timestamp}.{body}',
  key: 'base64',
  clock: { unit: 'ms' },
});

/** The URL without its query, as Plivo signs it. */
function baseOf(parsed: ParsedRequest): string {
  return parsed.url.replace(/[?#].*$/s, '');
}

function sortedPairs(fields: URLSearchParams | undefined, between: string, join: string): string {
  return [...(fields ?? [])]
    .map(([name, value]) => [name, value] as const)
    .sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))
    .map(([name, value]) => name + between + value)
    .join(join);
}

function plivoText(parsed: ParsedRequest): string {
  const query = sortedPairs(parsed.parsedUrl()?.searchParams, '=', '&');
  const form = parsed.method === 'POST' ? sortedPairs(parsed.form(), '', '') : '';
  const nonce = valueAt(parsed, 'header:X-Plivo-Signature-V3-Nonce') ?? '';
  const target = query === '' && form === '' ? baseOf(parsed) : `${baseOf(parsed)}?${query}`;
  const rest = form === '' ? '' : `${query === '' ? '' : '.'}${form}`;
  return `${target}${rest}.${nonce}`;
}

/** Calls and text messages. */
export const calls = [
  defineProvider({
    name: 'quo-openphone',
    title: 'Quo (OpenPhone)',
    detect: ['header:openphone-signature'],
    event: '{json:type}',
    eventId: '{json:id}',
    scheme: strongest([standardWebhooks({ prefix: 'webhook' }), openPhone], openPhone),
    source: 'https://support.quo.com/core-concepts/integrations/webhooks',
  }),
  defineProvider({
    name: 'telnyx',
    title: 'Telnyx',
    event: '{json:data.event_type}',
    eventId: '{json:data.id}',
    scheme: publicKeySignature({
      algorithm: 'ed25519',
      at: 'header:telnyx-signature-ed25519',
      encoding: 'base64',
      message: '{timestamp}|{body}',
      clock: { at: 'header:telnyx-timestamp', unit: 's', tolerance: 300 },
    }),
    source: 'https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks',
  }),
  defineProvider({
    name: 'plivo',
    title: 'Plivo',
    detect: ['header:X-Plivo-Signature-V3', 'header:X-Plivo-Signature-V2'],
    event: ['{form:Event}', '{form:CallStatus}', '{form:Status}', '{form:Type}'],
    eventId: ['{form:CallUUID}', '{form:MessageUUID}'],
    scheme: strongest([
      hmac({
        at: 'header:X-Plivo-Signature-V3',
        orAt: ['header:X-Plivo-Signature-MA-V3'],
        envelope: { list: ',', prefix: '' },
        encoding: 'base64',
        signsUrl: true,
        message: (parsed) => [Buffer.from(plivoText(parsed), 'utf8')],
      }),
      hmac({
        at: 'header:X-Plivo-Signature-V2',
        encoding: 'base64',
        signsUrl: true,
        message: (parsed) => [
          Buffer.from(baseOf(parsed) + (valueAt(parsed, 'header:X-Plivo-Signature-V2-Nonce') ?? ''), 'utf8'),
        ],
      }),
    ]),
    note: 'V2 (messages) signs only the URL',
    source: 'https://www.plivo.com/docs/voice/concepts/signature-validation',
    evidence: 'vector',
  }),
  defineProvider({
    name: 'messagebird',
    title: 'MessageBird',
    detect: ['header:MessageBird-Signature-JWT'],
    event: ['{json:type}', '{query:status}'],
    scheme: jwt({
      at: 'header:MessageBird-Signature-JWT',
      algorithms: ['HS256', 'HS384', 'HS512'],
      issuer: 'MessageBird',
      bodyHash: { claim: 'payload_hash', encoding: 'hex' },
      url: { claim: 'url_hash', hashed: true },
      leeway: 5,
      life: 60,
    }),
    source: 'https://developers.messagebird.com/api/#verifying-http-requests',
    evidence: 'vector',
  }),
  defineProvider({
    name: 'bird',
    title: 'Bird',
    detect: [
      ['header:messagebird-signature', 'header:messagebird-request-timestamp', 'json:service', 'json:event'],
    ],
    event: '{json:service}.{json:event}',
    eventId: '{json:payload.id}.{json:event}',
    freshIdAt: ['json:payload.id'],
    scheme: hmac({
      at: 'header:messagebird-signature',
      encoding: 'base64',
      message: '{timestamp}\n{url}\n{sha256:raw}',
      clock: { at: 'header:messagebird-request-timestamp', unit: 's' },
    }),
    retries: 'with increasing delays for 8 hours',
    source: 'https://docs.bird.com/api/notifications-api/api-reference/webhooks/verifying-a-webhook',
  }),
  defineProvider({
    name: 'vonage',
    title: 'Vonage',
    detect: [
      ['header:Authorization=Bearer ey*.*.*', 'json:message_uuid'],
      ['header:Authorization=Bearer ey*.*.*', 'json:conversation_uuid'],
    ],
    event: ['{json:message_type}', '{json:status}'],
    eventId: [
      '{json:message_uuid}.{json:status}',
      '{json:message_uuid}',
      '{json:uuid}.{json:status}',
      '{json:uuid}',
    ],
    freshIdAt: ['json:message_uuid', 'json:uuid'],
    scheme: jwt({
      at: 'header:Authorization',
      prefix: 'Bearer ',
      algorithms: ['HS256'],
      bodyHash: { claim: 'payload_hash', encoding: 'hex' },
      tolerance: 300,
    }),
    source: 'https://developer.vonage.com/en/getting-started/concepts/webhooks',
  }),
  defineProvider({
    name: 'vonage-sms',
    title: 'Vonage SMS',
    detect: [
      ['query:sig', 'query:msisdn', 'query:messageId'],
      ['form:sig', 'form:msisdn', 'form:messageId'],
    ],
    event: ['{query:status}', '{form:status}'],
    eventId: ['{query:messageId}', '{form:messageId}'],
    scheme: hmac({
      hash: true,
      algorithm: 'md5',
      at: 'query:sig',
      encoding: 'hex',
      message: (parsed, { secret }) => [Buffer.from(vonageText(parsed) + secret, 'utf8')],
      clock: { at: 'query:timestamp', unit: 's' },
      legacy: (['query:sig', 'form:sig'] as const).flatMap((locator) =>
        (['md5', 'sha1', 'sha256', 'sha512'] as const).map((algorithm) => ({
          algorithm,
          at: locator,
          encoding: 'hex' as const,
          message: (parsed: ParsedRequest) => [Buffer.from(vonageText(parsed), 'utf8')],
        })),
      ),
    }),
    note: 'an account setting selects one of five signing methods: all are tried',
    source: 'https://developer.vonage.com/en/getting-started/concepts/signing-messages',
    evidence: 'unconfirmed',
  }),
  defineProvider({
    name: 'sinch',
    title: 'Sinch',
    event: ['{json:trigger}', '{json:event.type}'],
    eventId: ['{json:message.id}', '{json:event.id}'],
    scheme: hmac({
      at: 'header:x-sinch-webhook-signature',
      encoding: 'base64',
      message: '{body}.{header:x-sinch-webhook-signature-nonce}.{timestamp}',
      clock: { at: 'header:x-sinch-webhook-signature-timestamp', unit: 's', tolerance: 300 },
    }),
    source: 'https://developers.sinch.com/docs/conversation/callbacks',
  }),
  defineProvider({
    name: 'livekit',
    title: 'LiveKit',
    detect: ['header:Content-Type=application/webhook+json*'],
    event: '{json:event}',
    eventId: '{json:id}',
    scheme: jwt({
      at: 'header:Authorization',
      algorithms: ['HS256'],
      bodyHash: { claim: 'sha256', encoding: 'base64' },
      leeway: 10,
      life: 300,
    }),
    source: 'https://docs.livekit.io/home/server/webhooks/',
  }),
  defineProvider({
    name: 'vapi',
    title: 'Vapi',
    detect: [
      'header:x-vapi-secret',
      ['json:message.type', 'json:message.call.id', 'json:message.call.assistantId'],
    ],
    event: '{json:message.type}',
    eventId: '{json:message.call.id}.{json:message.type}.{json:message.timestamp}',
    freshIdAt: ['json:message.call.id'],
    scheme: token({ at: 'header:x-vapi-secret', orOption: 'header' }),
    source: 'https://docs.vapi.ai/server-url/server-authentication',
  }),
  defineProvider({
    name: 'retell',
    title: 'Retell AI',
    event: '{json:event}',
    eventId: '{json:call.call_id}.{json:event}',
    freshIdAt: ['json:call.call_id'],
    scheme: hmac({
      at: 'header:x-retell-signature',
      envelope: { fields: ',', signature: 'd', timestamp: 'v' },
      encoding: 'hex',
      message: '{body}{timestamp}',
      clock: { unit: 'ms', tolerance: 300 },
    }),
    source: 'https://docs.retellai.com/features/secure-webhook',
  }),
];

/** All other fields by name, each with & before it; & and = in values become _. */
function vonageText(parsed: ParsedRequest): string {
  const fields = parsed.form()?.has('sig')
    ? parsed.form()!
    : (parsed.parsedUrl()?.searchParams ?? new URLSearchParams());
  return [...fields]
    .filter(([name]) => name !== 'sig')
    .sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))
    .map(([name, value]) => `&${name}=${value.replace(/[&=]/g, '_')}`)
    .join('');
}
