import { defineProvider } from '../core/define-provider.ts';
import { hmac } from '../schemes/hmac.ts';
import { jwt } from '../schemes/jwt.ts';
import { token } from '../schemes/token.ts';

const sha256 = { envelope: { prefix: 'sha256=' }, encoding: 'hex' } as const;

/** Calendars and meetings. */
export const calendars = [
  defineProvider({
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
  defineProvider({
    name: 'cal-com',
    title: 'Cal.com',
    event: '{json:triggerEvent}',
    scheme: hmac({ at: 'header:X-Cal-Signature-256', encoding: 'hex' }),
    source: 'https://cal.com/docs/developing/guides/automation/webhooks',
  }),
  defineProvider({
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
  defineProvider({
    name: 'acuity',
    title: 'Acuity Scheduling',
    event: '{form:action}',
    scheme: hmac({ at: 'header:X-Acuity-Signature', encoding: 'base64' }),
    source: 'https://developers.acuityscheduling.com/docs/webhooks',
  }),
  defineProvider({
    name: 'google-calendar',
    title: 'Google Calendar / Drive',
    detect: ['header:X-Goog-Channel-ID'],
    event: '{header:X-Goog-Resource-State}',
    eventId: '{header:X-Goog-Channel-ID}.{header:X-Goog-Message-Number}',
    freshIdAt: ['header:X-Goog-Message-Number'],
    scheme: token({ at: 'header:X-Goog-Channel-Token' }),
    source: 'https://developers.google.com/workspace/calendar/api/guides/push',
    evidence: 'unconfirmed',
  }),
  defineProvider({
    name: 'gong',
    title: 'Gong',
    detect: [['json:callData.metaData.id']],
    eventId: '{json:callData.metaData.id}',
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
  defineProvider({
    name: 'fireflies',
    title: 'Fireflies.ai',
    detect: [['header:x-hub-signature=sha256=*', 'json:meetingId', 'json:eventType']],
    event: '{json:eventType}',
    eventId: '{json:meetingId}',
    scheme: hmac({ at: 'header:x-hub-signature', ...sha256 }),
    source: 'https://docs.fireflies.ai/graphql-api/webhooks',
  }),
  defineProvider({
    name: 'circleback',
    title: 'Circleback',
    detect: [
      ['header:x-signature', 'json:actionItems.0.id'],
      ['header:x-signature', 'json:notes', 'json:meetingUrl'],
    ],
    eventId: '{json:id}',
    scheme: hmac({ at: 'header:x-signature', encoding: 'hex' }),
    source: 'https://circleback.ai/docs/webhook-integration',
    evidence: 'unconfirmed',
  }),
];
