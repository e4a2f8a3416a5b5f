import { defineProvider } from '../core/define-provider.ts';
import { emptyReply, headReply, textReply } from '../core/handshake-replies.ts';
import { valueAt } from '../request/locator.ts';
import type { ParsedRequest } from '../request/parsed-request.ts';
import { basicAuth } from '../schemes/basic-auth.ts';
import { hmac } from '../schemes/hmac.ts';
import { publicKeySignature } from '../schemes/public-key-signature.ts';

function mandrillText(parsed: ParsedRequest, url: string): Uint8Array[] {
  const fields = [...(parsed.form() ?? [])].sort(([one], [other]) =>
    one < other ? -1 : one > other ? 1 : 0,
  );
  return [Buffer.from(url + fields.flat().join(''), 'utf8')];
}

/** The URL as it was registered: its user and password are signed, but arrive as Basic authentication (RFC 7617). */
function withCredentials({ url, header }: ParsedRequest): string {
  const [value = ''] = header('Authorization');
  const encoded = /^basic +(\S+)$/i.exec(value)?.[1];
  if (encoded === undefined || /^https?:\/\/[^/?#]*@/i.test(url)) return url;
  const credentials = Buffer.from(encoded, 'base64').toString('utf8');
  return url.replace(/^https?:\/\//i, (scheme) => `${scheme}${credentials}@`);
}

/** Email. */
export const mail = [
  defineProvider({
    name: 'sendgrid',
    title: 'SendGrid',
    event: '{json:0.event}',
    eventId: '{json:0.sg_event_id}',
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
  defineProvider({
    name: 'mailgun',
    title: 'Mailgun',
    detect: [
      ['json:signature.signature', 'json:signature.token', 'json:event-data.event'],
      ['form:signature', 'form:token', 'form:timestamp'],
    ],
    event: ['{json:event-data.event}', '{form:event}', 'inbound.{form:recipient}'],
    eventId: ['{json:event-data.id}', '{form:Message-Id}', '{form:message-id}'],
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
    note: 'only a timestamp and a token are signed, not the event',
    source: 'https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks',
  }),
  defineProvider({
    name: 'postmark',
    title: 'Postmark',
    detect: [
      ['json:RecordType', 'json:ServerID'],
      ['json:MessageStream', 'json:MessageID', 'json:OriginalRecipient'],
      'header:User-Agent=Postmark*',
    ],
    event: ['{json:RecordType}', 'Inbound.{json:MessageStream}'],
    eventId: ['{json:ID}', '{json:MessageID}.{json:RecordType}', '{json:MessageID}'],
    freshIdAt: ['json:ID', 'json:MessageID'],
    scheme: basicAuth(),
    source: 'https://postmarkapp.com/developer/webhooks/webhooks-overview',
    evidence: 'unconfirmed',
  }),
  defineProvider({
    name: 'mandrill',
    title: 'Mailchimp Transactional (Mandrill)',
    detect: ['header:X-Mandrill-Signature', 'form:mandrill_events'],
    event: '{form:mandrill_events>0.event}',
    eventId: '{form:mandrill_events>0._id}',
    scheme: hmac({
      at: 'header:X-Mandrill-Signature',
      algorithm: 'sha1',
      encoding: 'base64',
      signsUrl: true,
      message: (parsed) => mandrillText(parsed, withCredentials(parsed)),
      legacy: [
        {
          at: 'header:X-Mandrill-Signature',
          algorithm: 'sha1',
          encoding: 'base64',
          message: (parsed) => mandrillText(parsed, parsed.url),
        },
      ],
    }),
    handshake: {
      label: 'HEAD and an empty event list',
      reply: (parsed) =>
        headReply(parsed) ?? (parsed.form()?.get('mandrill_events') === '[]' ? emptyReply(200) : undefined),
      anonymous: true,
      unsignedOnly: true,
    },
    source: 'https://mailchimp.com/developer/transactional/guides/track-respond-activity-webhooks/',
  }),
  defineProvider({
    name: 'mailersend',
    title: 'MailerSend',
    detect: [
      ['header:Signature', 'json:type=activity.*'],
      ['header:Signature', 'header:User-Agent=MailerSend*'],
    ],
    event: '{json:type}',
    eventId: '{json:data.id}',
    scheme: hmac({ at: 'header:Signature', encoding: 'hex' }),
    source: 'https://developers.mailersend.com/api/v1/webhooks.html',
  }),
  defineProvider({
    name: 'mailtrap',
    title: 'Mailtrap',
    event: '{json:events.0.event}',
    eventId: '{json:events.0.event_id}',
    scheme: hmac({ at: 'header:Mailtrap-Signature', encoding: 'hex' }),
    source: 'https://docs.mailtrap.io/email-api-smtp/advanced/webhooks',
  }),
  defineProvider({
    name: 'mailjet',
    title: 'Mailjet',
    detect: [
      ['json:event', 'json:MessageID', 'json:mj_campaign_id'],
      ['json:0.event', 'json:0.MessageID', 'json:0.mj_campaign_id'],
    ],
    event: ['{json:event}', '{json:0.event}'],
    eventId: ['{json:Message_GUID}.{json:event}', '{json:0.Message_GUID}.{json:0.event}'],
    freshIdAt: ['json:Message_GUID'],
    scheme: basicAuth(),
    source: 'https://dev.mailjet.com/email/guides/webhooks/',
    evidence: 'unconfirmed',
  }),
  defineProvider({
    name: 'sparkpost',
    title: 'SparkPost',
    detect: ['header:X-MessageSystems-Batch-ID', 'json:0.msys.message_event.type'],
    event: ['{json:0.msys.message_event.type}', '{json:0.msys.track_event.type}'],
    eventId: '{header:X-MessageSystems-Batch-ID}',
    scheme: basicAuth(),
    handshake: {
      label: 'empty batch',
      reply: (parsed) => (JSON.stringify(parsed.json()) === '[{"msys":{}}]' ? emptyReply(200) : undefined),
      unsignedOnly: true,
    },
    source: 'https://developers.sparkpost.com/api/webhooks/',
    evidence: 'unconfirmed',
  }),
  defineProvider({
    name: 'nylas',
    title: 'Nylas',
    event: '{json:type}',
    eventId: '{json:id}',
    scheme: hmac({ at: 'header:X-Nylas-Signature', encoding: 'hex' }),
    note: 'its setup request is detected only on a path set with --provider-path',
    handshake: {
      anonymous: true,
      label: 'challenge',
      reply(parsed) {
        const challenge = valueAt(parsed, 'query:challenge');
        return parsed.method === 'GET' && challenge !== undefined ? textReply(challenge) : undefined;
      },
    },
    source: 'https://developer.nylas.com/docs/v3/notifications/',
  }),
  defineProvider({
    name: 'zoho-mail',
    title: 'Zoho Mail',
    detect: [
      ['header:X-Hook-Signature=*=', 'json:messageId'],
      ['header:X-Hook-Signature', 'json:messageId', 'json:fromAddress'],
    ],
    eventId: '{json:messageId}',
    scheme: hmac({ at: 'header:X-Hook-Signature', encoding: 'base64' }),
    source: 'https://www.zoho.com/mail/help/dev-platform/webhook.html',
    evidence: 'unconfirmed',
  }),
];
