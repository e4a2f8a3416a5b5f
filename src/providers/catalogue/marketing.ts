import { defineProvider } from '../core/define-provider.ts';
import { detachedJws } from '../schemes/detached-jws.ts';
import { hmac } from '../schemes/hmac.ts';
import { token } from '../schemes/token.ts';
import { unsigned } from '../schemes/unsigned.ts';
import { keysAtUrl } from '../signature/key-source.ts';

/** Campaigns and notifications. */
export const marketing = [
  defineProvider({
    name: 'mailchimp',
    title: 'Mailchimp',
    detect: [['form:type', 'form:fired_at', 'form:data[list_id]']],
    event: '{form:type}',
    scheme: unsigned('Mailchimp does not sign requests: use a secret URL'),
    source: 'https://mailchimp.com/developer/marketing/guides/sync-audience-data-webhooks/',
    evidence: 'unconfirmed',
  }),
  defineProvider({
    name: 'brevo',
    title: 'Brevo',
    detect: [['json:event', 'json:message-id', 'json:ts_event']],
    event: '{json:event}',
    eventId: '{json:message-id}.{json:event}.{json:ts_event}',
    freshIdAt: ['json:message-id'],
    scheme: token({ at: 'header:Authorization', prefix: 'Bearer ', orOption: 'header' }),
    source: 'https://developers.brevo.com/docs/how-to-use-webhooks',
  }),
  defineProvider({
    name: 'mailerlite',
    title: 'MailerLite',
    detect: [
      ['header:Signature', 'json:type=subscriber.*'],
      ['header:Signature', 'json:type=campaign.*'],
      ['header:Signature', 'json:events.0.type=subscriber.*'],
    ],
    event: ['{json:type}', '{json:events.0.type}'],
    scheme: hmac({ at: 'header:Signature', encoding: 'hex' }),
    source: 'https://developers.mailerlite.com/docs/webhooks.html',
  }),
  defineProvider({
    name: 'klaviyo',
    title: 'Klaviyo',
    detect: ['header:Klaviyo-Signature'],
    event: '{json:data.0.topic}',
    eventId: '{json:data.0.external_id}',
    scheme: hmac({
      at: 'header:Klaviyo-Signature',
      encoding: 'hex',
      message: '{body}{timestamp}',
      clock: { at: 'header:Klaviyo-Timestamp', unit: 's' },
    }),
    source: 'https://developers.klaviyo.com/en/docs/working_with_system_webhooks',
  }),
  defineProvider({
    name: 'customer-io',
    title: 'Customer.io',
    event: '{json:object_type}.{json:metric}',
    eventId: '{json:event_id}',
    scheme: hmac({
      at: 'header:X-CIO-Signature',
      encoding: 'hex',
      message: 'v0:{timestamp}:{body}',
      clock: { at: 'header:X-CIO-Timestamp', unit: 's' },
    }),
    source: 'https://docs.customer.io/journeys/webhooks/',
  }),
  defineProvider({
    name: 'knock',
    title: 'Knock',
    event: '{json:type}',
    eventId: '{json:id}',
    scheme: hmac({
      at: 'header:X-Knock-Signature',
      envelope: { fields: ',', signature: 's', timestamp: 't' },
      encoding: 'base64',
      message: '{timestamp}.{body}',
      clock: { unit: 'ms', tolerance: 300 },
    }),
    source: 'https://docs.knock.app/developer-tools/outbound-webhooks/overview',
  }),
  defineProvider({
    name: 'courier',
    title: 'Courier',
    event: '{json:type}',
    eventId: '{json:data.id}.{json:type}',
    freshIdAt: ['json:data.id'],
    scheme: hmac({
      at: 'header:courier-signature',
      envelope: { fields: ',', signature: 'signature', timestamp: 't' },
      encoding: 'hex',
      message: '{timestamp}.{body}',
      clock: { unit: 'ms' },
    }),
    source: 'https://www.courier.com/docs/platform/workspaces/outbound-webhooks',
  }),
  defineProvider({
    name: 'constant-contact',
    title: 'Constant Contact',
    event: ['{json:topic}', '{json:event_type}'],
    scheme: detachedJws({
      at: 'header:X-CTCT-WEBHOOK-SIG',
      algorithm: 'RS256',
      rawPayload: true,
      header: { b64: false, crit: ['b64'] },
      keys: keysAtUrl('https://developer.constantcontact.com/.well-known/jwks.json'),
    }),
    source: 'https://developer.constantcontact.com/',
    evidence: 'unconfirmed',
  }),
  defineProvider({
    name: 'activecampaign',
    title: 'ActiveCampaign',
    detect: [['form:type', 'form:date_time', 'form:initiated_from']],
    event: '{form:type}',
    scheme: unsigned('ActiveCampaign does not sign requests'),
    source: 'https://developers.activecampaign.com/page/webhooks',
    evidence: 'unconfirmed',
  }),
  defineProvider({
    name: 'kit-convertkit',
    title: 'Kit (ConvertKit)',
    detect: [['json:subscriber.id', 'json:subscriber.email_address', 'json:subscriber.state']],
    scheme: unsigned('Kit does not sign requests'),
    source: 'https://developers.kit.com/v4#webhooks',
    evidence: 'unconfirmed',
  }),
  defineProvider({
    name: 'airship',
    title: 'Airship',
    event: '{json:type}',
    scheme: hmac({
      at: 'header:X-UA-SIGNATURE',
      encoding: 'hex',
      message: '{timestamp}:{body}',
      clock: { at: 'header:X-UA-TIMESTAMP', unit: 's', tolerance: 300 },
    }),
    source: 'https://docs.airship.com/',
    evidence: 'unconfirmed',
  }),
  defineProvider({
    name: 'mautic',
    title: 'Mautic',
    detect: [['header:Webhook-Signature', '!header:webhook-id', 'body={"mautic.*']],
    scheme: hmac({ at: 'header:Webhook-Signature', encoding: 'base64' }),
    source: 'https://github.com/mautic/mautic/blob/5.x/app/bundles/WebhookBundle/Http/Client.php',
  }),
];
