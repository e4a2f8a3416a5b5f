import { defineProvider } from '../core/define-provider.ts';
import { emptyReply, headReply, jsonReply } from '../core/handshake-replies.ts';
import { valueAtPath } from '../request/locator.ts';
import { hmac } from '../schemes/hmac.ts';
import { jwt } from '../schemes/jwt.ts';
import { token } from '../schemes/token.ts';

const sha256 = { envelope: { prefix: 'sha256=' }, encoding: 'hex' } as const;

/** Tasks and projects. */
export const work = [
  defineProvider({
    name: 'linear',
    title: 'Linear',
    event: ['{header:Linear-Event}.{json:action}', '{json:type}.{json:action}'],
    eventId: '{header:Linear-Delivery}',
    scheme: hmac({
      at: 'header:Linear-Signature',
      encoding: 'hex',
      clock: { at: 'json:webhookTimestamp', unit: 'ms', tolerance: 60 },
    }),
    note: 'the timestamp is in the body, so signing again changes the body',
    source: 'https://linear.app/developers/webhooks',
    evidence: 'sdk',
  }),
  defineProvider({
    name: 'notion',
    title: 'Notion',
    detect: ['header:X-Notion-Signature', ['json:verification_token=secret_*', '!json:type']],
    event: '{json:type}',
    eventId: '{json:id}',
    scheme: hmac({ at: 'header:X-Notion-Signature', ...sha256 }),
    handshake: {
      label: 'verification_token',
      reply(parsed) {
        const word = valueAtPath(parsed.json(), 'verification_token');
        return typeof word === 'string' && word.startsWith('secret_') ? emptyReply(200) : undefined;
      },
    },
    note: 'the first request carries the secret: paste its verification_token into the integration settings',
    source: 'https://developers.notion.com/reference/webhooks',
    evidence: 'sdk',
  }),
  defineProvider({
    name: 'trello',
    title: 'Trello',
    event: '{json:action.type}',
    eventId: '{json:action.id}',
    scheme: hmac({
      at: 'header:X-Trello-Webhook',
      algorithm: 'sha1',
      encoding: 'base64',
      message: '{body}{url}',
    }),
    handshake: { label: 'HEAD', reply: headReply, anonymous: true },
    source: 'https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/',
  }),
  defineProvider({
    name: 'clickup',
    title: 'ClickUp',
    detect: [['header:X-Signature', 'json:webhook_id', 'json:event', '!json:meta.event_name']],
    event: '{json:event}',
    eventId: '{json:history_items.0.id}',
    scheme: hmac({ at: 'header:X-Signature', encoding: 'hex' }),
    source: 'https://developer.clickup.com/docs/webhooksignature',
  }),
  defineProvider({
    name: 'monday',
    title: 'monday.com',
    detect: [
      ['json:event.type', 'json:event.triggerUuid'],
      ['json:event.type', 'json:event.boardId'],
      ['json:challenge', '!json:type', '!json:token', '!json:event', '!header:Twitch-Eventsub-Message-Type'],
    ],
    event: '{json:event.type}',
    eventId: '{json:event.triggerUuid}',
    scheme: jwt({
      at: 'header:Authorization',
      algorithms: ['HS256'],
      url: { claim: 'aud' },
      life: 300,
    }),
    handshake: {
      label: 'challenge',
      reply(parsed) {
        const json = parsed.json();
        const challenge = valueAtPath(json, 'challenge');
        return typeof challenge === 'string' && valueAtPath(json, 'event') === undefined
          ? jsonReply({ challenge })
          : undefined;
      },
    },
    note: 'the body is not signed; webhooks made in the UI have no token',
    replyDeadlineMs: 180_000,
    retries: 'every minute for 30 minutes',
    source: 'https://developer.monday.com/apps/docs/integration-authorization',
  }),
  defineProvider({
    name: 'todoist',
    title: 'Todoist',
    event: '{json:event_name}',
    eventId: '{header:X-Todoist-Delivery-ID}',
    scheme: hmac({ at: 'header:X-Todoist-Hmac-SHA256', encoding: 'base64' }),
    source: 'https://developer.todoist.com/api/v1/#tag/Webhooks',
  }),
  defineProvider({
    name: 'shortcut',
    title: 'Shortcut',
    detect: ['header:Payload-Signature', 'header:Clubhouse-Signature'],
    event: '{json:actions.0.entity_type}.{json:actions.0.action}',
    eventId: '{json:id}',
    scheme: hmac({
      at: 'header:Payload-Signature',
      encoding: 'hex',
      legacy: [{ at: 'header:Clubhouse-Signature', encoding: 'hex' }],
    }),
    source: 'https://developer.shortcut.com/api/webhook/v1',
  }),
  defineProvider({
    name: 'zapier',
    title: 'Zapier',
    detect: ['header:User-Agent=Zapier'],
    scheme: token({ at: 'header:Authorization', orOption: 'header' }),
    note: 'the header name is configurable: option header',
    source: 'https://help.zapier.com/hc/en-us/articles/8496326446989',
    evidence: 'unconfirmed',
  }),
];
