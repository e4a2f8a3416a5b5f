import { textAnswer } from '../answers.ts';
import { keysAt } from '../key-source.ts';
import { valueAt } from '../place.ts';
import { row } from '../row.ts';
import { basicAuth } from '../schemes/basic-auth.ts';
import { detachedJws } from '../schemes/detached-jws.ts';
import { hmac } from '../schemes/hmac.ts';
import { publicKeySignature } from '../schemes/public-key-signature.ts';
import { token } from '../schemes/token.ts';
import { unsigned } from '../schemes/unsigned.ts';

/** Mail and marketing. */
export const mail = [
  row({
    name: 'sendgrid',
    title: 'SendGrid',
    event: '{json:0.event}',
    deliveryId: '{json:0.sg_event_id}',
    scheme: publicKeySignature({
      algorithm: 'ecdsa-sha256',
      at: 'header:X-Twilio-Email-Event-Webhook-Signature',
      encoding: 'base64',
      message: '{timestamp}{body}',
      clock: { at: 'header:X-Twilio-Email-Event-Webhook-Timestamp', unit: 's' },
    }),
    source:
      'https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features',
    evidence: 'vector',
  }),
  row({
    name: 'mailgun',
    title: 'Mailgun',
    detect: [
      ['json:signature.signature', 'json:signature.token', 'json:event-data.event'],
      ['form:signature', 'form:token', 'form:timestamp'],
    ],
    event: ['{json:event-data.event}', '{form:event}', 'inbound.{form:recipient}'],
    deliveryId: ['{json:event-data.id}', '{form:Message-Id}', '{form:message-id}'],
    freshIdAt: ['json:event-data.id'],
    scheme: hmac({
      at: 'json:signature.signature',
      encoding: 'hex',
      message: '{timestamp}{json:signature.token}',
      clock: { at: 'json:signature.timestamp', unit: 's' },
      legacy: [
        {
          at: 'form:signature',
          encoding: 'hex',
          message: '{timestamp}{form:token}',
          clock: { at: 'form:timestamp', unit: 's' },
        },
      ],
    }),
    note: 'what happened is not signed, only a timestamp and a token',
    source: 'https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks',
  }),
  row({
    name: 'postmark',
    title: 'Postmark',
    detect: [
      ['json:RecordType', 'json:ServerID'],
      ['json:MessageStream', 'json:MessageID', 'json:OriginalRecipient'],
      'header:User-Agent=Postmark*',
    ],
    event: ['{json:RecordType}', 'Inbound.{json:MessageStream}'],
    deliveryId: ['{json:ID}', '{json:MessageID}.{json:RecordType}', '{json:MessageID}'],
    freshIdAt: ['json:ID', 'json:MessageID'],
    scheme: basicAuth(),
    source: 'https://postmarkapp.com/developer/webhooks/webhooks-overview',
    evidence: 'unconfirmed',
  }),
  row({
    name: 'mandrill',
    title: 'Mailchimp Transactional (Mandrill)',
    detect: ['header:X-Mandrill-Signature', 'form:mandrill_events'],
    event: '{form:mandrill_events>0.event}',
    deliveryId: '{form:mandrill_events>0._id}',
    scheme: hmac({
      at: 'header:X-Mandrill-Signature',
      algorithm: 'sha1',
      encoding: 'base64',
      signsUrl: true,
      message(reading) {
        const fields = [...(reading.form() ?? [])].sort(([one], [other]) =>
          one < other ? -1 : one > other ? 1 : 0,
        );
        return [Buffer.from(reading.url + fields.flat().join(''), 'utf8')];
      },
    }),
    source: 'https://mailchimp.com/developer/transactional/guides/track-respond-activity-webhooks/',
  }),
  row({
    name: 'mailchimp',
    title: 'Mailchimp',
    detect: [['form:type', 'form:fired_at', 'form:data[list_id]']],
    event: '{form:type}',
    scheme: unsigned('Mailchimp does not sign: give its address a secret part'),
    source: 'https://mailchimp.com/developer/marketing/guides/sync-audience-data-webhooks/',
    evidence: 'unconfirmed',
  }),
  row({
    name: 'brevo',
    title: 'Brevo',
    detect: [['json:event', 'json:message-id', 'json:ts_event']],
    event: '{json:event}',
    deliveryId: '{json:message-id}.{json:event}.{json:ts_event}',
    freshIdAt: ['json:message-id'],
    scheme: token({ at: 'header:Authorization', prefix: 'Bearer ', orOption: 'header' }),
    source: 'https://developers.brevo.com/docs/how-to-use-webhooks',
  }),
  row({
    name: 'mailersend',
    title: 'MailerSend',
    detect: [
      ['header:Signature', 'json:type=activity.*'],
      ['header:Signature', 'header:User-Agent=MailerSend*'],
    ],
    event: '{json:type}',
    deliveryId: '{json:data.id}',
    scheme: hmac({ at: 'header:Signature', encoding: 'hex' }),
    source: 'https://developers.mailersend.com/api/v1/webhooks.html',
  }),
  row({
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
  row({
    name: 'mailtrap',
    title: 'Mailtrap',
    event: '{json:events.0.event}',
    deliveryId: '{json:events.0.event_id}',
    scheme: hmac({ at: 'header:Mailtrap-Signature', encoding: 'hex' }),
    source: 'https://docs.mailtrap.io/email-api-smtp/advanced/webhooks',
  }),
  row({
    name: 'mailjet',
    title: 'Mailjet',
    detect: [
      ['json:event', 'json:MessageID', 'json:mj_campaign_id'],
      ['json:0.event', 'json:0.MessageID', 'json:0.mj_campaign_id'],
    ],
    event: ['{json:event}', '{json:0.event}'],
    deliveryId: ['{json:Message_GUID}.{json:event}', '{json:0.Message_GUID}.{json:0.event}'],
    freshIdAt: ['json:Message_GUID'],
    scheme: basicAuth(),
    source: 'https://dev.mailjet.com/email/guides/webhooks/',
    evidence: 'unconfirmed',
  }),
  row({
    name: 'sparkpost',
    title: 'SparkPost',
    detect: ['header:X-MessageSystems-Batch-ID', 'json:0.msys.message_event.type'],
    event: ['{json:0.msys.message_event.type}', '{json:0.msys.track_event.type}'],
    deliveryId: '{header:X-MessageSystems-Batch-ID}',
    scheme: basicAuth(),
    source: 'https://developers.sparkpost.com/api/webhooks/',
    evidence: 'unconfirmed',
  }),
  row({
    name: 'klaviyo',
    title: 'Klaviyo',
    detect: ['header:Klaviyo-Signature'],
    event: '{json:data.0.topic}',
    deliveryId: '{json:data.0.external_id}',
    scheme: hmac({
      at: 'header:Klaviyo-Signature',
      encoding: 'hex',
      message: '{body}{timestamp}',
      clock: { at: 'header:Klaviyo-Timestamp', unit: 's' },
    }),
    source: 'https://developers.klaviyo.com/en/docs/working_with_system_webhooks',
  }),
  row({
    name: 'customer-io',
    title: 'Customer.io',
    event: '{json:object_type}.{json:metric}',
    deliveryId: '{json:event_id}',
    scheme: hmac({
      at: 'header:X-CIO-Signature',
      encoding: 'hex',
      message: 'v0:{timestamp}:{body}',
      clock: { at: 'header:X-CIO-Timestamp', unit: 's' },
    }),
    source: 'https://docs.customer.io/journeys/webhooks/',
  }),
  row({
    name: 'knock',
    title: 'Knock',
    event: '{json:type}',
    deliveryId: '{json:id}',
    scheme: hmac({
      at: 'header:X-Knock-Signature',
      envelope: { fields: ',', signature: 's', timestamp: 't' },
      encoding: 'base64',
      message: '{timestamp}.{body}',
      clock: { unit: 'ms', tolerance: 300 },
    }),
    source: 'https://docs.knock.app/developer-tools/outbound-webhooks/overview',
  }),
  row({
    name: 'courier',
    title: 'Courier',
    event: '{json:type}',
    deliveryId: '{json:data.id}.{json:type}',
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
  row({
    name: 'constant-contact',
    title: 'Constant Contact',
    event: ['{json:topic}', '{json:event_type}'],
    scheme: detachedJws({
      at: 'header:X-CTCT-WEBHOOK-SIG',
      algorithm: 'RS256',
      rawPayload: true,
      header: { b64: false, crit: ['b64'] },
      keys: keysAt('https://developer.constantcontact.com/.well-known/jwks.json'),
    }),
    source: 'https://developer.constantcontact.com/',
    evidence: 'unconfirmed',
  }),
  row({
    name: 'activecampaign',
    title: 'ActiveCampaign',
    detect: [['form:type', 'form:date_time', 'form:initiated_from']],
    event: '{form:type}',
    scheme: unsigned('ActiveCampaign does not sign'),
    source: 'https://developers.activecampaign.com/page/webhooks',
    evidence: 'unconfirmed',
  }),
  row({
    name: 'kit-convertkit',
    title: 'Kit (ConvertKit)',
    detect: [['json:subscriber.id', 'json:subscriber.email_address', 'json:subscriber.state']],
    scheme: unsigned('Kit does not sign'),
    source: 'https://developers.kit.com/v4#webhooks',
    evidence: 'unconfirmed',
  }),
  row({
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
  row({
    name: 'nylas',
    title: 'Nylas',
    event: '{json:type}',
    deliveryId: '{json:id}',
    scheme: hmac({ at: 'header:X-Nylas-Signature', encoding: 'hex' }),
    note: 'its call to set up is known by a path that is configured for it',
    handshake: {
      called: 'challenge',
      answer(reading) {
        const challenge = valueAt(reading, 'query:challenge');
        return reading.method === 'GET' && challenge !== undefined ? textAnswer(challenge) : undefined;
      },
    },
    source: 'https://developer.nylas.com/docs/v3/notifications/',
  }),
  row({
    name: 'mautic',
    title: 'Mautic',
    detect: [['header:Webhook-Signature', '!header:webhook-id', 'body={"mautic.*']],
    scheme: hmac({ at: 'header:Webhook-Signature', encoding: 'base64' }),
    source: 'https://github.com/mautic/mautic/blob/5.x/app/bundles/WebhookBundle/Http/Client.php',
  }),
  row({
    name: 'zoho-mail',
    title: 'Zoho Mail',
    detect: [
      ['header:X-Hook-Signature=*=', 'json:messageId'],
      ['header:X-Hook-Signature', 'json:messageId', 'json:fromAddress'],
    ],
    deliveryId: '{json:messageId}',
    scheme: hmac({ at: 'header:X-Hook-Signature', encoding: 'base64' }),
    source: 'https://www.zoho.com/mail/help/dev-platform/webhook.html',
    evidence: 'unconfirmed',
  }),
];
