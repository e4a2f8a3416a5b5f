import { createHmac } from 'node:crypto';
import { emptyAnswer, jsonAnswer } from '../answers.ts';
import { at, valueAt } from '../place.ts';
import { row } from '../row.ts';
import { basicAuth } from '../schemes/basic-auth.ts';
import { hmac } from '../schemes/hmac.ts';
import { jwt } from '../schemes/jwt.ts';
import { token } from '../schemes/token.ts';
import { unsigned } from '../schemes/unsigned.ts';

const sha256 = { envelope: { prefix: 'sha256=' }, encoding: 'hex' } as const;

/** Tasks, documents, customers and colleagues. */
export const work = [
  row({
    name: 'linear',
    title: 'Linear',
    event: ['{header:Linear-Event}.{json:action}', '{json:type}.{json:action}'],
    deliveryId: '{header:Linear-Delivery}',
    scheme: hmac({
      at: 'header:Linear-Signature',
      encoding: 'hex',
      clock: { at: 'json:webhookTimestamp', unit: 'ms', tolerance: 60 },
    }),
    note: 'the timestamp is in the body, so that signing anew writes it there',
    source: 'https://linear.app/developers/webhooks',
  }),
  row({
    name: 'notion',
    title: 'Notion',
    detect: ['header:X-Notion-Signature', ['json:verification_token=secret_*', '!json:type']],
    event: '{json:type}',
    deliveryId: '{json:id}',
    scheme: hmac({ at: 'header:X-Notion-Signature', ...sha256 }),
    handshake: {
      called: 'verification_token',
      answer(reading) {
        const word = at(reading.json(), 'verification_token');
        return typeof word === 'string' && word.startsWith('secret_') ? emptyAnswer(200) : undefined;
      },
    },
    note: 'the first request carries the secret: paste its verification_token into the settings of the integration',
    source: 'https://developers.notion.com/reference/webhooks',
  }),
  row({
    name: 'trello',
    title: 'Trello',
    event: '{json:action.type}',
    deliveryId: '{json:action.id}',
    scheme: hmac({
      at: 'header:X-Trello-Webhook',
      algorithm: 'sha1',
      encoding: 'base64',
      message: '{body}{url}',
    }),
    source: 'https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/',
  }),
  row({
    name: 'clickup',
    title: 'ClickUp',
    detect: [['header:X-Signature', 'json:webhook_id', 'json:event', '!json:meta.event_name']],
    event: '{json:event}',
    deliveryId: '{json:history_items.0.id}',
    scheme: hmac({ at: 'header:X-Signature', encoding: 'hex' }),
    source: 'https://developer.clickup.com/docs/webhooksignature',
  }),
  row({
    name: 'monday',
    title: 'monday.com',
    detect: [
      ['json:event.type', 'json:event.triggerUuid'],
      ['json:event.type', 'json:event.boardId'],
      ['json:challenge', '!json:type', '!json:token', '!json:event', '!header:Twitch-Eventsub-Message-Type'],
    ],
    event: '{json:event.type}',
    deliveryId: '{json:event.triggerUuid}',
    scheme: jwt({
      at: 'header:Authorization',
      algorithms: ['HS256'],
      url: { claim: 'aud' },
      life: 300,
    }),
    handshake: {
      called: 'challenge',
      answer(reading) {
        const json = reading.json();
        const challenge = at(json, 'challenge');
        return typeof challenge === 'string' && at(json, 'event') === undefined
          ? jsonAnswer({ challenge })
          : undefined;
      },
    },
    note: 'the body is not signed; webhooks made in the UI have no token at all',
    source: 'https://developer.monday.com/apps/docs/integration-authorization',
  }),
  row({
    name: 'todoist',
    title: 'Todoist',
    event: '{json:event_name}',
    deliveryId: '{header:X-Todoist-Delivery-ID}',
    scheme: hmac({ at: 'header:X-Todoist-Hmac-SHA256', encoding: 'base64' }),
    source: 'https://developer.todoist.com/api/v1/#tag/Webhooks',
  }),
  row({
    name: 'shortcut',
    title: 'Shortcut',
    detect: ['header:Payload-Signature', 'header:Clubhouse-Signature'],
    event: '{json:actions.0.entity_type}.{json:actions.0.action}',
    deliveryId: '{json:id}',
    scheme: hmac({
      at: 'header:Payload-Signature',
      encoding: 'hex',
      legacy: [{ at: 'header:Clubhouse-Signature', encoding: 'hex' }],
    }),
    source: 'https://developer.shortcut.com/api/webhook/v1',
  }),
  row({
    name: 'docusign',
    title: 'DocuSign',
    detect: ['header:X-DocuSign-Signature-1'],
    event: '{json:event}',
    deliveryId: '{json:data.envelopeId}.{json:generatedDateTime}',
    freshIdAt: ['json:data.envelopeId'],
    scheme: hmac({
      at: 'header:X-DocuSign-Signature-1',
      orAt: Array.from({ length: 99 }, (_, index) => `header:X-DocuSign-Signature-${index + 2}`),
      encoding: 'base64',
    }),
    note: 'the key looks like base64 and is used as text',
    source: 'https://developers.docusign.com/platform/webhooks/connect/hmac/',
  }),
  row({
    name: 'adobe-sign',
    title: 'Adobe Acrobat Sign',
    event: '{json:event}',
    deliveryId: '{json:webhookNotificationId}',
    scheme: token({ at: 'header:X-AdobeSign-ClientId' }),
    handshake: {
      called: 'X-AdobeSign-ClientId',
      answer(reading) {
        const [id] = reading.header('X-AdobeSign-ClientId');
        return reading.method === 'GET' && id !== undefined
          ? emptyAnswer(200, [['X-AdobeSign-ClientId', id]])
          : undefined;
      },
    },
    note: 'the client id has to be in the answer to each delivery as well',
    source: 'https://developer.adobe.com/acrobat-sign/docs/overview/acrobat_sign_events/',
  }),
  row({
    name: 'pandadoc',
    title: 'PandaDoc',
    detect: [['query:signature', 'json:0.event', 'json:0.data.id']],
    event: '{json:0.event}',
    deliveryId: '{json:0.data.id}.{json:0.event}',
    freshIdAt: ['json:0.data.id'],
    scheme: hmac({ at: 'query:signature', encoding: 'hex' }),
    source: 'https://developers.pandadoc.com/reference/webhooks-verification',
  }),
  row({
    name: 'box',
    title: 'Box',
    detect: ['header:BOX-SIGNATURE-PRIMARY', 'header:BOX-DELIVERY-ID'],
    event: '{json:trigger}',
    deliveryId: '{header:BOX-DELIVERY-ID}',
    scheme: hmac({
      at: 'header:BOX-SIGNATURE-PRIMARY',
      orAt: ['header:BOX-SIGNATURE-SECONDARY'],
      encoding: 'base64',
      message: '{body}{timestamp}',
      clock: { at: 'header:BOX-DELIVERY-TIMESTAMP', unit: 'iso', tolerance: 600 },
    }),
    source: 'https://developer.box.com/guides/webhooks/v2/signatures-v2/',
    evidence: 'vector',
  }),
  row({
    name: 'frame-io',
    title: 'Frame.io',
    event: '{json:type}',
    scheme: hmac({
      at: 'header:X-Frameio-Signature',
      envelope: { prefix: 'v0=' },
      encoding: 'hex',
      message: 'v0:{timestamp}:{body}',
      clock: { at: 'header:X-Frameio-Request-Timestamp', unit: 's', tolerance: 300 },
    }),
    source: 'https://developer.frame.io/docs/automations-webhooks/webhooks-overview',
  }),
  row({
    name: 'figma',
    title: 'Figma',
    detect: [['json:passcode', 'json:event_type', 'json:webhook_id']],
    event: '{json:event_type}',
    scheme: token({ at: 'json:passcode' }),
    note: 'the passcode is in the body',
    source: 'https://developers.figma.com/docs/rest-api/webhooks-security/',
  }),
  row({
    name: 'calendly',
    title: 'Calendly',
    event: '{json:event}',
    scheme: hmac({
      at: 'header:Calendly-Webhook-Signature',
      envelope: { fields: ',', signature: 'v1', timestamp: 't' },
      encoding: 'hex',
      message: '{timestamp}.{body}',
      clock: { unit: 's', tolerance: 180 },
    }),
    source: 'https://developer.calendly.com/api-docs/4c305798a61d3-webhook-signatures',
  }),
  row({
    name: 'cal-com',
    title: 'Cal.com',
    event: '{json:triggerEvent}',
    scheme: hmac({ at: 'header:X-Cal-Signature-256', encoding: 'hex' }),
    source: 'https://cal.com/docs/developing/guides/automation/webhooks',
  }),
  row({
    name: 'cronofy',
    title: 'Cronofy',
    event: '{json:notification.type}',
    scheme: hmac({
      at: 'header:Cronofy-HMAC-SHA256',
      envelope: { list: ',', prefix: '' },
      encoding: 'base64',
    }),
    source: 'https://docs.cronofy.com/developers/api/push-notifications/authentication/',
  }),
  row({
    name: 'acuity',
    title: 'Acuity Scheduling',
    event: '{form:action}',
    scheme: hmac({ at: 'header:X-Acuity-Signature', encoding: 'base64' }),
    source: 'https://developers.acuityscheduling.com/docs/webhooks',
  }),
  row({
    name: 'google-calendar',
    title: 'Google Calendar / Drive',
    detect: ['header:X-Goog-Channel-ID'],
    event: '{header:X-Goog-Resource-State}',
    deliveryId: '{header:X-Goog-Channel-ID}.{header:X-Goog-Message-Number}',
    freshIdAt: ['header:X-Goog-Message-Number'],
    scheme: token({ at: 'header:X-Goog-Channel-Token' }),
    source: 'https://developers.google.com/workspace/calendar/api/guides/push',
    evidence: 'unconfirmed',
  }),
  row({
    name: 'pipedrive',
    title: 'Pipedrive',
    detect: [
      ['json:meta.action', 'json:meta.entity'],
      ['json:meta.action', 'json:meta.object', 'json:meta.v'],
    ],
    event: ['{json:meta.action}.{json:meta.entity}', '{json:event}'],
    deliveryId: ['{json:meta.id}', '{json:meta.correlation_id}'],
    freshIdAt: ['json:meta.id'],
    scheme: basicAuth(),
    source: 'https://pipedrive.readme.io/docs/guide-for-webhooks-v2',
  }),
  row({
    name: 'close',
    title: 'Close',
    event: '{json:event.object_type}.{json:event.action}',
    deliveryId: '{json:event.id}',
    scheme: hmac({
      at: 'header:close-sig-hash',
      encoding: 'hex',
      message: '{timestamp}{body}',
      key: 'hex',
      clock: { at: 'header:close-sig-timestamp', unit: 's', tolerance: 300 },
    }),
    source: 'https://developer.close.com/resources/webhook-subscriptions/',
  }),
  row({
    name: 'attio',
    title: 'Attio',
    detect: ['header:Attio-Signature', 'header:X-Attio-Signature'],
    event: '{json:events.0.event_type}',
    deliveryId: '{header:Idempotency-Key}',
    scheme: hmac({
      at: 'header:Attio-Signature',
      encoding: 'hex',
      legacy: [{ at: 'header:X-Attio-Signature', encoding: 'hex' }],
    }),
    source: 'https://docs.attio.com/rest-api/guides/webhooks',
  }),
  row({
    name: 'keap',
    title: 'Keap',
    detect: [
      ['json:event_key', 'json:object_keys.0.id'],
      ['json:event_key', 'json:object_type'],
    ],
    event: '{json:event_key}',
    scheme: unsigned('Keap does not sign'),
    handshake: {
      called: 'X-Hook-Secret',
      answer(reading) {
        const [secret] = reading.header('X-Hook-Secret');
        return secret === undefined ? undefined : emptyAnswer(200, [['X-Hook-Secret', secret]]);
      },
    },
    source: 'https://developer.infusionsoft.com/docs/rest/#tag/REST-Hooks',
  }),
  row({
    name: 'gong',
    title: 'Gong',
    detect: [['json:callData.metaData.id']],
    deliveryId: '{json:callData.metaData.id}',
    scheme: jwt({
      at: 'header:Authorization',
      prefix: 'Bearer ',
      algorithms: ['RS256'],
      bodyHash: { claim: 'body_sha256', encoding: 'hex' },
      url: { claim: 'webhook_url' },
    }),
    source: 'https://help.gong.io/docs/create-a-webhook-rule',
    evidence: 'unconfirmed',
  }),
  row({
    name: 'merge-dev',
    title: 'Merge',
    event: '{json:hook.event}',
    scheme: hmac({ at: 'header:X-Merge-Webhook-Signature', encoding: 'base64url=' }),
    source: 'https://docs.merge.dev/basics/webhooks/merge-webhooks/',
  }),
  row({
    name: 'deel',
    title: 'Deel',
    event: '{json:data.meta.event_type}',
    deliveryId: '{json:id}',
    scheme: hmac({ at: 'header:X-Deel-Signature', encoding: 'hex', message: 'POST{body}' }),
    source: 'https://developer.deel.com/docs/webhooks',
  }),
  row({
    name: 'ashby',
    title: 'Ashby',
    event: '{json:action}',
    deliveryId: '{json:webhookActionId}',
    scheme: hmac({ at: 'header:Ashby-Signature', ...sha256 }),
    source: 'https://developers.ashbyhq.com/docs/authenticating-webhooks',
  }),
  row({
    name: 'greenhouse',
    title: 'Greenhouse',
    detect: ['header:Greenhouse-Event-ID', ['header:Signature=sha256 *', 'json:action']],
    event: '{json:action}',
    deliveryId: '{header:Greenhouse-Event-ID}',
    scheme: hmac({ at: 'header:Signature', envelope: { prefix: 'sha256 ' }, encoding: 'hex' }),
    source: 'https://developers.greenhouse.io/webhooks.html',
  }),
  row({
    name: 'lever',
    title: 'Lever',
    detect: [['json:signature', 'json:token', 'json:triggeredAt', 'json:event']],
    event: '{json:event}',
    deliveryId: '{json:id}',
    scheme: hmac({
      at: 'json:signature',
      encoding: 'hex',
      message: '{json:token}{timestamp}',
      clock: { at: 'json:triggeredAt', unit: 'ms' },
    }),
    note: 'what happened is not signed, only a token and a timestamp',
    source: 'https://hire.lever.co/developer/documentation#webhooks',
  }),
  row({
    name: 'workable',
    title: 'Workable',
    event: '{json:event_type}',
    deliveryId: '{json:id}',
    scheme: hmac({ at: 'header:X-Workable-Signature', encoding: 'hex' }),
    source: 'https://workable.readme.io/reference/webhooks',
  }),
  row({
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
  row({
    name: 'checkr',
    title: 'Checkr',
    event: '{json:type}',
    deliveryId: '{json:id}',
    scheme: hmac({ at: 'header:X-Checkr-Signature', encoding: 'hex' }),
    source: 'https://docs.checkr.com/#tag/Webhooks',
  }),
  row({
    name: 'linkedin',
    title: 'LinkedIn',
    detect: ['header:X-LI-Signature', ['method=GET', 'query:challengeCode']],
    event: '{json:type}',
    deliveryId: ['{json:notificationId}', '{json:notifications.0.notificationId}'],
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
      called: 'challengeCode',
      answer(reading, { secrets: [secret] }) {
        const challengeCode = valueAt(reading, 'query:challengeCode');
        if (reading.method !== 'GET' || challengeCode === undefined || secret === undefined) return undefined;
        const challengeResponse = createHmac('sha256', secret).update(challengeCode).digest('hex');
        return jsonAnswer({ challengeCode, challengeResponse });
      },
    },
    source: 'https://learn.microsoft.com/linkedin/shared/api-guide/webhook-validation',
  }),
  row({
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
  row({
    name: 'dub',
    title: 'Dub',
    event: '{json:event}',
    deliveryId: '{json:id}',
    scheme: hmac({ at: 'header:Dub-Signature', encoding: 'hex' }),
    source: 'https://dub.co/docs/concepts/webhooks/verify-webhook-requests',
  }),
  row({
    name: 'fireflies',
    title: 'Fireflies.ai',
    detect: [['header:x-hub-signature=sha256=*', 'json:meetingId', 'json:eventType']],
    event: '{json:eventType}',
    deliveryId: '{json:meetingId}',
    scheme: hmac({ at: 'header:x-hub-signature', ...sha256 }),
    source: 'https://docs.fireflies.ai/graphql-api/webhooks',
  }),
  row({
    name: 'circleback',
    title: 'Circleback',
    detect: [
      ['header:x-signature', 'json:actionItems.0.id'],
      ['header:x-signature', 'json:notes', 'json:meetingUrl'],
    ],
    deliveryId: '{json:id}',
    scheme: hmac({ at: 'header:x-signature', encoding: 'hex' }),
    source: 'https://circleback.ai/docs/webhook-integration',
    evidence: 'unconfirmed',
  }),
  row({
    name: 'zapier',
    title: 'Zapier',
    detect: ['header:User-Agent=Zapier'],
    scheme: token({ at: 'header:Authorization', orOption: 'header' }),
    note: 'the header is chosen by the user: option header',
    source: 'https://help.zapier.com/hc/en-us/articles/8496326446989',
    evidence: 'unconfirmed',
  }),
];
