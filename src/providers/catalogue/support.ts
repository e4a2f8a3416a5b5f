import { defineProvider } from '../core/define-provider.ts';
import { headReply, textReply } from '../core/handshake-replies.ts';
import { choice } from '../schemes/choice.ts';
import { hmac } from '../schemes/hmac.ts';

/** Customer support. */
export const support = [
  defineProvider({
    name: 'crisp',
    title: 'Crisp',
    event: '{json:event}',
    scheme: hmac({
      at: 'header:X-Crisp-Signature',
      encoding: 'hex',
      message: '[{timestamp};{body}]',
      clock: { at: 'header:X-Crisp-Request-Timestamp', unit: 'ms' },
    }),
    source: 'https://docs.crisp.chat/guides/web-hooks/signing-web-hooks/',
  }),
  defineProvider({
    name: 'front',
    title: 'Front',
    detect: ['header:X-Front-Signature', 'header:X-Front-Challenge'],
    event: '{json:type}',
    eventId: '{json:id}',
    scheme: choice(
      [
        {
          when: ['header:X-Front-Signature', '!header:X-Front-Request-Timestamp'],
          scheme: hmac({ at: 'header:X-Front-Signature', algorithm: 'sha1', encoding: 'base64' }),
        },
      ],
      hmac({
        at: 'header:X-Front-Signature',
        encoding: 'base64',
        message: '{timestamp}:{body}',
        clock: { at: 'header:X-Front-Request-Timestamp', unit: 'ms', tolerance: 300 },
      }),
    ),
    handshake: {
      label: 'X-Front-Challenge',
      reply(parsed) {
        const [challenge] = parsed.header('X-Front-Challenge');
        return challenge === undefined ? undefined : textReply(challenge);
      },
    },
    source: 'https://dev.frontapp.com/docs/application-webhooks',
  }),
  defineProvider({
    name: 'intercom',
    title: 'Intercom',
    detect: [
      ['json:type=notification_event', 'json:topic', 'json:app_id'],
      ['header:X-Hub-Signature=sha1=*', 'header:User-Agent=intercom-*'],
    ],
    event: '{json:topic}',
    eventId: '{json:id}',
    scheme: hmac({
      at: 'header:X-Hub-Signature',
      envelope: { prefix: 'sha1=' },
      algorithm: 'sha1',
      encoding: 'hex',
    }),
    handshake: { label: 'HEAD', reply: headReply, anonymous: true },
    source: 'https://developers.intercom.com/docs/references/webhooks/webhook-models',
  }),
  defineProvider({
    name: 'zendesk',
    title: 'Zendesk',
    detect: ['header:X-Zendesk-Webhook-Signature', 'header:X-Zendesk-Webhook-Id'],
    event: '{json:type}',
    eventId: '{header:X-Zendesk-Webhook-Invocation-Id}',
    scheme: hmac({
      at: 'header:X-Zendesk-Webhook-Signature',
      encoding: 'base64',
      message: '{timestamp}{body}',
      clock: { at: 'header:X-Zendesk-Webhook-Signature-Timestamp', unit: 'iso' },
    }),
    source: 'https://developer.zendesk.com/documentation/webhooks/verifying/',
  }),
  defineProvider({
    name: 'help-scout',
    title: 'Help Scout',
    detect: ['header:X-HelpScout-Signature', 'header:X-HelpScout-Event'],
    event: '{header:X-HelpScout-Event}',
    scheme: hmac({ at: 'header:X-HelpScout-Signature', algorithm: 'sha1', encoding: 'base64' }),
    source: 'https://developer.helpscout.com/webhooks/',
  }),
];
