import { defineProvider } from '../core/define-provider.ts';
import { basicAuth } from '../schemes/basic-auth.ts';
import { hmac } from '../schemes/hmac.ts';
import { token } from '../schemes/token.ts';

const stripeLike = {
  envelope: { fields: ',', signature: 'v1', timestamp: 't' },
  encoding: 'hex',
  message: '{timestamp}.{body}',
} as const;

/** Monitoring and incidents. */
export const operations = [
  defineProvider({
    name: 'pagerduty',
    title: 'PagerDuty',
    detect: ['header:X-PagerDuty-Signature', ['header:X-Webhook-Subscription', 'header:X-Webhook-Id']],
    event: '{json:event.event_type}',
    eventId: ['{header:X-Webhook-Id}', '{json:event.id}'],
    scheme: hmac({
      at: 'header:X-PagerDuty-Signature',
      envelope: { list: ',', prefix: 'v1=' },
      encoding: 'hex',
    }),
    replyDeadlineMs: 5000,
    retries: 'for up to 48 hours',
    source: 'https://github.com/PagerDuty/developer-docs/blob/main/docs/webhooks/04-Signatures.md',
    deliverySource: 'https://github.com/PagerDuty/developer-docs/blob/main/docs/webhooks/02-Behavior.md',
  }),
  defineProvider({
    name: 'sentry',
    title: 'Sentry',
    detect: ['header:Sentry-Hook-Resource', 'header:Sentry-Hook-Signature'],
    event: ['{header:Sentry-Hook-Resource}.{json:action}', '{header:Sentry-Hook-Resource}'],
    eventId: '{header:Request-ID}',
    scheme: hmac({ at: 'header:Sentry-Hook-Signature', encoding: 'hex' }),
    replyDeadlineMs: 1000,
    retries: 'none',
    source: 'https://docs.sentry.io/organization/integrations/integration-platform/webhooks/',
  }),
  defineProvider({
    name: 'rootly',
    title: 'Rootly',
    event: '{json:event.type}',
    eventId: '{json:event.id}',
    scheme: hmac({
      at: 'header:X-Rootly-Signature',
      ...stripeLike,
      message: '{timestamp}{body}',
      clock: { unit: 's' },
    }),
    source: 'https://docs.rootly.com/configuration/webhooks',
  }),
  defineProvider({
    name: 'firehydrant',
    title: 'FireHydrant',
    event: '{json:event.resource_type}.{json:event.operation}',
    scheme: hmac({ at: 'header:fh-signature', encoding: 'hex' }),
    source: 'https://docs.firehydrant.com/docs/webhooks',
  }),
  defineProvider({
    name: 'grafana',
    title: 'Grafana Alerting',
    detect: [
      'header:X-Grafana-Alerting-Signature',
      ['json:receiver', 'json:orgId', 'json:externalURL', 'json:groupKey'],
    ],
    event: '{json:status}',
    scheme: hmac({ at: 'header:X-Grafana-Alerting-Signature', encoding: 'hex' }),
    note: 'with a timestamp header, {timestamp}:{body} is signed: use provider hmac for that',
    source:
      'https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/',
  }),
  defineProvider({
    name: 'datadog',
    title: 'Datadog',
    detect: [],
    event: '{json:event_type}',
    scheme: token({ at: 'header:Authorization', orOption: 'header' }),
    note: 'header name (option header) and body are configurable, so requests cannot be detected',
    source: 'https://docs.datadoghq.com/integrations/webhooks/',
    evidence: 'unconfirmed',
  }),
  defineProvider({
    name: 'new-relic',
    title: 'New Relic',
    detect: [],
    event: '{json:state}',
    eventId: '{json:issueId}',
    scheme: token({ at: 'header:Authorization', orOption: 'header' }),
    note: 'header name (option header) and body are configurable, so requests cannot be detected',
    source: 'https://docs.newrelic.com/docs/alerts/get-notified/notification-integrations/',
    evidence: 'unconfirmed',
  }),
  defineProvider({
    name: 'cloudflare-notifications',
    title: 'Cloudflare Notifications',
    event: '{json:alert_type}',
    eventId: '{json:alert_correlation_id}',
    scheme: token({ at: 'header:cf-webhook-auth' }),
    source: 'https://developers.cloudflare.com/notifications/get-started/configure-webhooks/',
  }),
  defineProvider({
    name: 'segment',
    title: 'Segment',
    detect: [
      ['header:X-Signature', 'json:messageId', 'json:type', 'json:writeKey'],
      ['header:X-Signature', 'json:messageId', 'json:type', 'json:sentAt'],
    ],
    event: ['{json:type}.{json:event}', '{json:type}'],
    eventId: '{json:messageId}',
    scheme: hmac({ at: 'header:X-Signature', algorithm: 'sha1', encoding: 'hex' }),
    source: 'https://segment.com/docs/connections/destinations/catalog/webhooks/',
  }),
  defineProvider({
    name: 'mixpanel',
    title: 'Mixpanel',
    detect: ['json:parameters.mixpanel_cohort_id'],
    event: '{json:action}',
    eventId: '{json:parameters.mixpanel_session_id}',
    scheme: basicAuth(),
    source: 'https://docs.mixpanel.com/docs/cohort-sync/webhooks',
    evidence: 'unconfirmed',
  }),
  defineProvider({
    name: 'autodesk-aps',
    title: 'Autodesk Platform Services',
    detect: ['header:x-adsk-signature', 'header:x-adsk-delivery-id'],
    event: '{json:hook.event}',
    eventId: '{header:x-adsk-delivery-id}',
    scheme: hmac({
      at: 'header:x-adsk-signature',
      envelope: { prefix: 'sha1hash=' },
      algorithm: 'sha1',
      encoding: 'hex',
    }),
    source: 'https://aps.autodesk.com/en/docs/webhooks/v1/developers_guide/event-callback-security/',
  }),
];
