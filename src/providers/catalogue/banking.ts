import { defineProvider } from '../core/define-provider.ts';
import { emptyReply, headReply } from '../core/handshake-replies.ts';
import { valueAtPath } from '../request/locator.ts';
import { hmac } from '../schemes/hmac.ts';
import { jwt } from '../schemes/jwt.ts';
import { publicKeySignature } from '../schemes/public-key-signature.ts';

const stripeLike = {
  envelope: { fields: ',', signature: 'v1', timestamp: 't' },
  encoding: 'hex',
  message: '{timestamp}.{body}',
} as const;

/** Accounts, transfers and cards. */
export const banking = [
  defineProvider({
    name: 'plaid',
    title: 'Plaid',
    detect: ['header:Plaid-Verification'],
    event: '{json:webhook_type}.{json:webhook_code}',
    scheme: jwt({
      at: 'header:Plaid-Verification',
      algorithms: ['ES256'],
      bodyHash: { claim: 'request_body_sha256', encoding: 'hex' },
      tolerance: 300,
    }),
    note: 'the public key comes from /webhook_verification_key/get, which needs your client id: set the JWK as the secret',
    replyDeadlineMs: 10_000,
    retries: 'for up to 24 hours, with delays that start at 30 s and grow fourfold',
    source: 'https://plaid.com/docs/api/webhooks/webhook-verification/',
    deliverySource: 'https://support.plaid.com/hc/en-us/articles/40390675922967',
  }),
  defineProvider({
    name: 'coinbase-cdp',
    title: 'Coinbase Developer Platform',
    event: '{header:x-event-type}',
    eventId: '{header:x-event-id}',
    scheme: hmac({
      at: 'header:X-Hook0-Signature',
      envelope: { fields: ',', signature: 'v0', timestamp: 't' },
      encoding: 'hex',
      message: '{timestamp}.{body}',
      clock: { unit: 's', tolerance: 300 },
    }),
    note: 'the v1 signature, which also covers headers, is not checked',
    source: 'https://docs.cdp.coinbase.com/webhooks/verify-signatures',
  }),
  defineProvider({
    name: 'airwallex',
    title: 'Airwallex',
    detect: [['header:x-timestamp', 'header:x-signature', 'json:name', 'json:account_id']],
    event: '{json:name}',
    eventId: '{json:id}',
    scheme: hmac({
      at: 'header:x-signature',
      encoding: 'hex',
      message: '{timestamp}{body}',
      clock: { at: 'header:x-timestamp', unit: 'ms' },
    }),
    source: 'https://www.airwallex.com/docs/developer-tools/webhooks',
  }),
  defineProvider({
    name: 'revolut',
    title: 'Revolut',
    event: '{json:event}',
    scheme: hmac({
      at: 'header:Revolut-Signature',
      envelope: { list: ',', prefix: 'v1=' },
      encoding: 'hex',
      message: 'v1.{timestamp}.{body}',
      clock: { at: 'header:Revolut-Request-Timestamp', unit: 'ms', tolerance: 300 },
    }),
    source:
      'https://developer.revolut.com/docs/guides/accept-payments/tutorials/work-with-webhooks/verify-the-payload-signature',
  }),
  defineProvider({
    name: 'wise',
    title: 'Wise',
    detect: [['header:X-Signature-SHA256', 'header:X-Delivery-Id']],
    event: '{json:event_type}',
    eventId: '{header:X-Delivery-Id}',
    scheme: publicKeySignature({
      algorithm: 'rsa-sha256',
      at: 'header:X-Signature-SHA256',
      encoding: 'base64',
    }),
    handshake: {
      label: 'X-Test-Notification',
      reply: (parsed) => (parsed.header('X-Test-Notification')[0] === 'true' ? emptyReply(200) : undefined),
      unsignedOnly: true,
    },
    source: 'https://docs.wise.com/guides/developer/webhooks/event-handling',
    evidence: 'vector',
  }),
  defineProvider({
    name: 'circle',
    title: 'Circle',
    event: '{json:notificationType}',
    eventId: '{json:notificationId}',
    scheme: publicKeySignature({
      algorithm: 'ecdsa-sha256',
      at: 'header:X-Circle-Signature',
      encoding: 'base64',
    }),
    note: 'the API returns the public key for X-Circle-Key-Id: set it as the secret',
    handshake: {
      label: 'HEAD and webhooks.test',
      reply: (parsed) =>
        headReply(parsed) ??
        (valueAtPath(parsed.json(), 'notificationType') === 'webhooks.test' ? emptyReply(200) : undefined),
      anonymous: true,
      unsignedOnly: true,
    },
    source: 'https://developers.circle.com/w3s/webhook-notification-flows',
  }),
  defineProvider({
    name: 'ripple-collections',
    title: 'Ripple Collections',
    detect: [['header:X-Webhook-Signature=t=*', 'header:X-Webhook-Timestamp']],
    event: '{json:type}',
    scheme: hmac({
      at: 'header:X-Webhook-Signature',
      envelope: { fields: ',', signature: 'v1', timestamp: 't' },
      encoding: 'hex',
      message: '{timestamp}.{sha256:hex}',
      key: 'base64',
      clock: { unit: 'ms', tolerance: 300 },
    }),
    source: 'https://docs.ripple.com/',
    evidence: 'unconfirmed',
  }),
  defineProvider({
    name: 'dwolla',
    title: 'Dwolla',
    detect: ['header:X-Request-Signature-SHA-256'],
    event: ['{header:X-Dwolla-Topic}', '{json:topic}'],
    eventId: '{json:id}',
    scheme: hmac({ at: 'header:X-Request-Signature-SHA-256', encoding: 'hex' }),
    source: 'https://developers.dwolla.com/docs/working-with-webhooks',
  }),
  defineProvider({
    name: 'modern-treasury',
    title: 'Modern Treasury',
    detect: [['header:X-Signature', 'header:X-Topic']],
    event: ['{header:X-Topic}.{json:event}', '{header:X-Topic}'],
    eventId: ['{header:X-Event-ID}', '{header:X-Delivery-ID}'],
    freshIdAt: ['header:X-Event-ID'],
    scheme: hmac({ at: 'header:X-Signature', encoding: 'hex' }),
    source: 'https://docs.moderntreasury.com/platform/reference/verifying-webhooks',
    evidence: 'vector',
  }),
  defineProvider({
    name: 'unit',
    title: 'Unit',
    event: '{json:data.0.type}',
    eventId: '{json:data.0.id}',
    scheme: hmac({ at: 'header:x-unit-signature', algorithm: 'sha1', encoding: 'base64' }),
    source: 'https://www.unit.co/docs/api/webhooks/',
  }),
  defineProvider({
    name: 'mercury',
    title: 'Mercury',
    event: '{json:resourceType}.{json:operationType}',
    eventId: '{json:id}',
    scheme: hmac({
      at: 'header:Mercury-Signature',
      ...stripeLike,
      key: 'base64',
      clock: { unit: 's', tolerance: 300 },
    }),
    source: 'https://docs.mercury.com/docs/webhooks',
    evidence: 'unconfirmed',
  }),
  defineProvider({
    name: 'ramp',
    title: 'Ramp',
    event: '{json:type}',
    eventId: '{json:id}',
    scheme: hmac({ at: 'header:X-Ramp-Signature', encoding: 'hex' }),
    source: 'https://docs.ramp.com/developer-api/v1/webhooks',
    evidence: 'unconfirmed',
  }),
  defineProvider({
    name: 'quickbooks',
    title: 'QuickBooks (Intuit)',
    event: ['{json:eventNotifications.0.dataChangeEvent.entities.0.name}', '{json:0.type}'],
    eventId: ['{json:0.id}', '{header:intuit-t-id}'],
    scheme: hmac({ at: 'header:intuit-signature', encoding: 'base64' }),
    source: 'https://developer.intuit.com/app/developer/qbo/docs/develop/webhooks',
  }),
  defineProvider({
    name: 'finch',
    title: 'Finch',
    event: '{json:event_type}',
    eventId: '{header:Finch-Event-Id}',
    scheme: hmac({
      at: 'header:Finch-Signature',
      envelope: { list: ' ', prefix: 'v1,' },
      encoding: 'base64',
      message: '{header:Finch-Event-Id}.{timestamp}.{body}',
      key: 'base64',
      clock: { at: 'header:Finch-Timestamp', unit: 's', tolerance: 300 },
    }),
    source: 'https://developer.tryfinch.com/implementation-guide/Webhooks/Security-Best-Practices',
    evidence: 'vector',
  }),
];
