import { gunzipSync } from 'node:zlib';
import { defineProvider } from '../core/define-provider.ts';
import { emptyReply, jsonReply } from '../core/handshake-replies.ts';
import { valueAtPath } from '../request/locator.ts';
import type { ParsedRequest } from '../request/parsed-request.ts';
import { hmac } from '../schemes/hmac.ts';
import { token } from '../schemes/token.ts';

/** The uncompressed body, which Stream signs. */
function unzipped({ body }: ParsedRequest): readonly Uint8Array[] | undefined {
  if (body[0] !== 0x1f || body[1] !== 0x8b) return [body];
  try {
    return [gunzipSync(body, { maxOutputLength: 16 * 1024 * 1024 })];
  } catch {
    return undefined;
  }
}

/** Chat and messaging. */
export const messaging = [
  defineProvider({
    name: 'telegram',
    title: 'Telegram',
    detect: ['header:X-Telegram-Bot-Api-Secret-Token', ['json:update_id', '!json:event', '!json:type']],
    eventId: '{json:update_id}',
    scheme: token({ at: 'header:X-Telegram-Bot-Api-Secret-Token' }),
    source: 'https://core.telegram.org/bots/api#setwebhook',
    evidence: 'unconfirmed',
  }),
  defineProvider({
    name: 'microsoft-teams',
    title: 'Microsoft Teams',
    detect: ['header:Authorization=HMAC *'],
    event: '{json:type}',
    eventId: '{json:id}',
    scheme: hmac({
      at: 'header:Authorization',
      envelope: { prefix: 'HMAC ' },
      encoding: 'base64',
      key: 'base64',
    }),
    source:
      'https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-outgoing-webhook',
  }),
  defineProvider({
    name: 'line',
    title: 'LINE',
    event: '{json:events.0.type}',
    eventId: '{json:events.0.webhookEventId}',
    scheme: hmac({ at: 'header:X-Line-Signature', encoding: 'base64' }),
    source: 'https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/',
    evidence: 'vector',
  }),
  defineProvider({
    name: 'viber',
    title: 'Viber',
    event: '{json:event}',
    eventId: '{json:message_token}',
    scheme: hmac({ at: 'header:X-Viber-Content-Signature', encoding: 'hex' }),
    handshake: {
      label: 'webhook',
      reply: (parsed) => (valueAtPath(parsed.json(), 'event') === 'webhook' ? emptyReply(200) : undefined),
      unsignedOnly: true,
    },
    source: 'https://developers.viber.com/docs/api/rest-bot-api/',
  }),
  defineProvider({
    name: 'lark-feishu',
    title: 'Lark / Feishu',
    detect: [
      'header:X-Lark-Signature',
      ['json:type=url_verification', 'json:challenge', 'json:token', '!header:X-Slack-Signature'],
    ],
    event: ['{json:header.event_type}', '{json:event.type}', '{json:type}'],
    eventId: '{json:header.event_id}',
    scheme: hmac({
      hash: true,
      at: 'header:X-Lark-Signature',
      encoding: 'hex',
      message: '{timestamp}{header:X-Lark-Request-Nonce}{secret}{body}',
      clock: { at: 'header:X-Lark-Request-Timestamp', unit: 's' },
    }),
    handshake: {
      label: 'url_verification',
      reply(parsed) {
        const json = parsed.json();
        const challenge = valueAtPath(json, 'challenge');
        const isCall = valueAtPath(json, 'type') === 'url_verification' && typeof challenge === 'string';
        return isCall ? jsonReply({ challenge }) : undefined;
      },
    },
    note: 'encrypted bodies are verified but not decrypted',
    source:
      'https://open.feishu.cn/document/server-docs/event-subscription-guide/event-subscription-configure-/request-url-configuration-case',
  }),
  defineProvider({
    name: 'webex',
    title: 'Webex',
    event: '{json:resource}.{json:event}',
    scheme: hmac({ at: 'header:X-Spark-Signature', algorithm: 'sha1', encoding: 'hex' }),
    source: 'https://developer.webex.com/docs/webhooks',
  }),
  defineProvider({
    name: 'sendbird',
    title: 'Sendbird',
    event: '{json:category}',
    detect: ['header:x-sendbird-signature'],
    scheme: hmac({ at: 'header:x-sendbird-signature', encoding: 'hex' }),
    source: 'https://sendbird.com/docs/chat/platform-api/v3/webhook/webhook-overview',
  }),
  defineProvider({
    name: 'getstream',
    title: 'Stream',
    detect: [['header:X-Signature', 'header:X-Api-Key']],
    event: '{json:type}',
    eventId: '{header:X-Webhook-Id}',
    scheme: hmac({ at: 'header:X-Signature', encoding: 'hex', message: unzipped }),
    note: 'the body is signed before compression',
    source: 'https://getstream.io/chat/docs/node/webhooks_overview/',
  }),
];
