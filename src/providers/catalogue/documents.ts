import { defineProvider } from '../core/define-provider.ts';
import { emptyReply } from '../core/handshake-replies.ts';
import { hmac } from '../schemes/hmac.ts';
import { token } from '../schemes/token.ts';

/** Documents, signatures and designs. */
export const documents = [
  defineProvider({
    name: 'docusign',
    title: 'DocuSign',
    detect: ['header:X-DocuSign-Signature-1'],
    event: '{json:event}',
    eventId: '{json:data.envelopeId}.{json:generatedDateTime}',
    freshIdAt: ['json:data.envelopeId'],
    scheme: hmac({
      at: 'header:X-DocuSign-Signature-1',
      orAt: Array.from({ length: 99 }, (_, index) => `header:X-DocuSign-Signature-${index + 2}`),
      encoding: 'base64',
    }),
    note: 'the key looks like base64 but is used as text',
    source: 'https://developers.docusign.com/platform/webhooks/connect/hmac/',
  }),
  defineProvider({
    name: 'adobe-sign',
    title: 'Adobe Acrobat Sign',
    event: '{json:event}',
    eventId: '{json:webhookNotificationId}',
    scheme: token({ at: 'header:X-AdobeSign-ClientId' }),
    handshake: {
      label: 'X-AdobeSign-ClientId',
      reply(parsed) {
        const [id] = parsed.header('X-AdobeSign-ClientId');
        return parsed.method === 'GET' && id !== undefined
          ? emptyReply(200, [['X-AdobeSign-ClientId', id]])
          : undefined;
      },
    },
    note: 'the reply to each delivery must contain the client id too',
    source: 'https://developer.adobe.com/acrobat-sign/docs/overview/acrobat_sign_events/',
  }),
  defineProvider({
    name: 'pandadoc',
    title: 'PandaDoc',
    detect: [['query:signature', 'json:0.event', 'json:0.data.id']],
    event: '{json:0.event}',
    eventId: '{json:0.data.id}.{json:0.event}',
    freshIdAt: ['json:0.data.id'],
    scheme: hmac({ at: 'query:signature', encoding: 'hex' }),
    source: 'https://developers.pandadoc.com/reference/webhooks-verification',
  }),
  defineProvider({
    name: 'box',
    title: 'Box',
    detect: ['header:BOX-SIGNATURE-PRIMARY', 'header:BOX-DELIVERY-ID'],
    event: '{json:trigger}',
    // The id in the header differs on every retry.
    eventId: '{json:id}',
    scheme: hmac({
      at: 'header:BOX-SIGNATURE-PRIMARY',
      orAt: ['header:BOX-SIGNATURE-SECONDARY'],
      encoding: 'base64',
      message: '{body}{timestamp}',
      clock: { at: 'header:BOX-DELIVERY-TIMESTAMP', unit: 'iso', tolerance: 600 },
    }),
    replyDeadlineMs: 30_000,
    retries: 'up to 12 times over 2 hours',
    source: 'https://developer.box.com/guides/webhooks/v2/signatures-v2/',
    deliverySource: 'https://developer.box.com/guides/webhooks/v2',
    evidence: 'vector',
  }),
  defineProvider({
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
  defineProvider({
    name: 'figma',
    title: 'Figma',
    detect: [['json:passcode', 'json:event_type', 'json:webhook_id']],
    event: '{json:event_type}',
    scheme: token({ at: 'json:passcode' }),
    note: 'the passcode is in the body',
    source: 'https://developers.figma.com/docs/rest-api/webhooks-security/',
  }),
];
