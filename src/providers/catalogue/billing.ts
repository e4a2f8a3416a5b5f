import { row } from '../row.ts';
import { basicAuth } from '../schemes/basic-auth.ts';
import { hmac } from '../schemes/hmac.ts';
import { token } from '../schemes/token.ts';

/** Subscriptions and invoices. */
export const billing = [
  row({
    name: 'paddle',
    title: 'Paddle',
    event: '{json:event_type}',
    deliveryId: ['{json:notification_id}', '{json:event_id}'],
    freshIdAt: ['json:notification_id', 'json:event_id'],
    scheme: hmac({
      at: 'header:Paddle-Signature',
      envelope: { fields: ';', signature: 'h1', timestamp: 'ts' },
      encoding: 'hex',
      message: '{timestamp}:{body}',
      clock: { unit: 's', tolerance: 5, futurePasses: true },
    }),
    source: 'https://developer.paddle.com/webhooks/signature-verification',
    evidence: 'vector',
  }),
  row({
    name: 'lemon-squeezy',
    title: 'Lemon Squeezy',
    detect: [['header:X-Event-Name', 'header:X-Signature']],
    event: ['{header:X-Event-Name}', '{json:meta.event_name}'],
    deliveryId: '{json:meta.webhook_id}',
    scheme: hmac({ at: 'header:X-Signature', encoding: 'hex' }),
    source: 'https://docs.lemonsqueezy.com/help/webhooks/signing-requests',
  }),
  row({
    name: 'chargify',
    title: 'Maxio (Chargify)',
    event: '{form:event}',
    deliveryId: ['{header:X-Chargify-Webhook-Id}', '{form:id}'],
    freshIdAt: ['header:X-Chargify-Webhook-Id'],
    scheme: hmac({ at: 'header:X-Chargify-Webhook-Signature-Hmac-Sha-256', encoding: 'hex' }),
    source: 'https://docs.maxio.com/hc/en-us/articles/24294865804301-Webhooks',
  }),
  row({
    name: 'chargebee',
    title: 'Chargebee',
    detect: [
      'header:User-Agent=ChargeBee*',
      ['json:object=event', 'json:event_type', 'json:api_version', 'json:webhook_status'],
    ],
    event: '{json:event_type}',
    deliveryId: '{json:id}',
    scheme: basicAuth(),
    source: 'https://www.chargebee.com/docs/2.0/webhook_settings.html',
  }),
  row({
    name: 'recurly',
    title: 'Recurly',
    event: '{json:event_type}',
    deliveryId: ['{header:recurly-notification-id}', '{json:id}'],
    freshIdAt: ['header:recurly-notification-id'],
    scheme: hmac({
      at: 'header:recurly-signature',
      envelope: { parts: ',', head: [] },
      encoding: 'hex',
      message: '{timestamp}.{body}',
      clock: { unit: 'ms', tolerance: 300 },
    }),
    note: 'sources differ on the unit of its timestamp',
    retries: 'up to 10 times with growing gaps',
    source: 'https://docs.recurly.com/recurly-subscriptions/docs/webhooks-signature-verification',
  }),
  row({
    name: 'orb',
    title: 'Orb',
    event: '{json:type}',
    deliveryId: '{json:id}',
    scheme: hmac({
      at: 'header:X-Orb-Signature',
      envelope: { list: ' ', prefix: 'v1=' },
      encoding: 'hex',
      message: 'v1:{timestamp}:{body}',
      clock: { at: 'header:X-Orb-Timestamp', unit: 'iso without zone', tolerance: 300 },
    }),
    source: 'https://docs.withorb.com/integrations-and-exports/webhooks',
    evidence: 'vector',
  }),
  row({
    name: 'fastspring',
    title: 'FastSpring',
    detect: [['header:X-FS-Signature', '!header:X-FS-Signature=sha256=*']],
    event: '{json:events.0.type}',
    deliveryId: '{json:events.0.id}',
    scheme: hmac({ at: 'header:X-FS-Signature', encoding: 'base64' }),
    source: 'https://developer.fastspring.com/reference/message-security',
  }),
  row({
    name: 'revenuecat',
    title: 'RevenueCat',
    detect: [['json:api_version', 'json:event.type', 'json:event.app_user_id']],
    event: '{json:event.type}',
    deliveryId: '{json:event.id}',
    scheme: token({ at: 'header:Authorization' }),
    source: 'https://www.revenuecat.com/docs/integrations/webhooks',
  }),
];
