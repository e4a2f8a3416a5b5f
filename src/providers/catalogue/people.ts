import { defineProvider } from '../core/define-provider.ts';
import { emptyReply, jsonReply } from '../core/handshake-replies.ts';
import { valueAt } from '../request/locator.ts';
import { basicAuth } from '../schemes/basic-auth.ts';
import { hmac } from '../schemes/hmac.ts';
import { unsigned } from '../schemes/unsigned.ts';
import { challengeMac } from '../signature/challenge-mac.ts';

const sha256 = { envelope: { prefix: 'sha256=' }, encoding: 'hex' } as const;

/** CRM and HR. */
export const people = [
  defineProvider({
    name: 'pipedrive',
    title: 'Pipedrive',
    detect: [
      ['json:meta.action', 'json:meta.entity'],
      ['json:meta.action', 'json:meta.object', 'json:meta.v'],
    ],
    event: ['{json:meta.action}.{json:meta.entity}', '{json:event}'],
    eventId: ['{json:meta.id}', '{json:meta.correlation_id}'],
    freshIdAt: ['json:meta.id'],
    scheme: basicAuth(),
    source: 'https://pipedrive.readme.io/docs/guide-for-webhooks-v2',
  }),
  defineProvider({
    name: 'close',
    title: 'Close',
    event: '{json:event.object_type}.{json:event.action}',
    eventId: '{json:event.id}',
    scheme: hmac({
      at: 'header:close-sig-hash',
      encoding: 'hex',
      message: '{timestamp}{body}',
      key: 'hex',
      clock: { at: 'header:close-sig-timestamp', unit: 's', tolerance: 300 },
    }),
    replyDeadlineMs: 15_000,
    source: 'https://developer.close.com/resources/webhook-subscriptions/',
  }),
  defineProvider({
    name: 'attio',
    title: 'Attio',
    detect: ['header:Attio-Signature', 'header:X-Attio-Signature'],
    event: '{json:events.0.event_type}',
    eventId: '{header:Idempotency-Key}',
    scheme: hmac({
      at: 'header:Attio-Signature',
      encoding: 'hex',
      legacy: [{ at: 'header:X-Attio-Signature', encoding: 'hex' }],
    }),
    source: 'https://docs.attio.com/rest-api/guides/webhooks',
  }),
  defineProvider({
    name: 'keap',
    title: 'Keap',
    detect: [
      ['json:event_key', 'json:object_keys.0.id'],
      ['json:event_key', 'json:object_type'],
    ],
    event: '{json:event_key}',
    scheme: unsigned('Keap does not sign requests'),
    handshake: {
      label: 'X-Hook-Secret',
      reply(parsed) {
        const [secret] = parsed.header('X-Hook-Secret');
        return secret === undefined ? undefined : emptyReply(200, [['X-Hook-Secret', secret]]);
      },
    },
    source: 'https://developer.infusionsoft.com/docs/rest/#tag/REST-Hooks',
  }),
  defineProvider({
    name: 'merge-dev',
    title: 'Merge',
    event: '{json:hook.event}',
    scheme: hmac({ at: 'header:X-Merge-Webhook-Signature', encoding: 'base64url=' }),
    replyDeadlineMs: 30_000,
    retries: 'up to 2 more times',
    source: 'https://docs.merge.dev/basics/webhooks/merge-webhooks/',
  }),
  defineProvider({
    name: 'deel',
    title: 'Deel',
    event: '{json:data.meta.event_type}',
    eventId: '{json:id}',
    scheme: hmac({ at: 'header:X-Deel-Signature', encoding: 'hex', message: 'POST{body}' }),
    source: 'https://developer.deel.com/docs/webhooks',
  }),
  defineProvider({
    name: 'ashby',
    title: 'Ashby',
    event: '{json:action}',
    eventId: '{json:webhookActionId}',
    scheme: hmac({ at: 'header:Ashby-Signature', ...sha256 }),
    source: 'https://developers.ashbyhq.com/docs/authenticating-webhooks',
  }),
  defineProvider({
    name: 'greenhouse',
    title: 'Greenhouse',
    detect: ['header:Greenhouse-Event-ID', ['header:Signature=sha256 *', 'json:action']],
    event: '{json:action}',
    eventId: '{header:Greenhouse-Event-ID}',
    scheme: hmac({ at: 'header:Signature', envelope: { prefix: 'sha256 ' }, encoding: 'hex' }),
    source: 'https://developers.greenhouse.io/webhooks.html',
  }),
  defineProvider({
    name: 'lever',
    title: 'Lever',
    detect: [['json:signature', 'json:token', 'json:triggeredAt', 'json:event']],
    event: '{json:event}',
    eventId: '{json:id}',
    scheme: hmac({
      at: 'json:signature',
      encoding: 'hex',
      message: '{json:token}{timestamp}',
      clock: { at: 'json:triggeredAt', unit: 'ms' },
    }),
    note: 'only a token and a timestamp are signed, not the event',
    source: 'https://hire.lever.co/developer/documentation#webhooks',
  }),
  defineProvider({
    name: 'workable',
    title: 'Workable',
    event: '{json:event_type}',
    eventId: '{json:id}',
    scheme: hmac({ at: 'header:X-Workable-Signature', encoding: 'hex' }),
    source: 'https://workable.readme.io/reference/webhooks',
  }),
  defineProvider({
    name: 'bamboohr',
    title: 'BambooHR',
    event: '{json:employees.0.action}',
    scheme: hmac({
      at: 'header:X-BambooHR-Signature',
      encoding: 'hex',
      message: '{body}{timestamp}',
      clock: { at: 'header:X-BambooHR-Timestamp', unit: 's' },
    }),
    source: 'https://documentation.bamboohr.com/docs/webhooks',
    evidence: 'unconfirmed',
  }),
  defineProvider({
    name: 'checkr',
    title: 'Checkr',
    event: '{json:type}',
    eventId: '{json:id}',
    scheme: hmac({ at: 'header:X-Checkr-Signature', encoding: 'hex' }),
    source: 'https://docs.checkr.com/#tag/Webhooks',
  }),
  defineProvider({
    name: 'linkedin',
    title: 'LinkedIn',
    detect: ['header:X-LI-Signature', ['method=GET', 'query:challengeCode']],
    event: '{json:type}',
    eventId: ['{json:notificationId}', '{json:notifications.0.notificationId}'],
    freshIdAt: ['json:notificationId'],
    scheme: hmac({
      at: 'header:X-LI-Signature',
      encoding: 'hex',
      message: 'hmacsha256={body}',
      legacy: [
        {
          at: 'header:X-LI-Signature',
          envelope: { prefix: 'hmacsha256=' },
          encoding: 'hex',
          message: 'hmacsha256={body}',
        },
      ],
    }),
    handshake: {
      label: 'challengeCode',
      reply(parsed, { secrets: [secret] }) {
        const challengeCode = valueAt(parsed, 'query:challengeCode');
        if (parsed.method !== 'GET' || challengeCode === undefined || secret === undefined) return undefined;
        const challengeResponse = challengeMac(challengeCode, secret, 'hex');
        return challengeResponse === undefined ? undefined : jsonReply({ challengeCode, challengeResponse });
      },
    },
    source: 'https://learn.microsoft.com/linkedin/shared/api-guide/webhook-validation',
  }),
  defineProvider({
    name: 'tiktok',
    title: 'TikTok',
    event: '{json:event}',
    scheme: hmac({
      at: 'header:TikTok-Signature',
      envelope: { fields: ',', signature: 's', timestamp: 't' },
      encoding: 'hex',
      message: '{timestamp}.{body}',
      clock: { unit: 's', tolerance: 300 },
    }),
    source: 'https://developers.tiktok.com/doc/webhooks-verification',
  }),
];
