import { defineProvider } from '../core/define-provider.ts';
import { valueAt } from '../request/locator.ts';
import { hmac } from '../schemes/hmac.ts';
import { token } from '../schemes/token.ts';

const stripeLike = {
  envelope: { fields: ',', signature: 'v1', timestamp: 't' },
  encoding: 'hex',
  message: '{timestamp}.{body}',
} as const;

/** Payment providers of single countries. */
export const paymentsByCountry = [
  defineProvider({
    name: 'razorpay',
    title: 'Razorpay',
    event: '{json:event}',
    eventId: '{header:x-razorpay-event-id}',
    scheme: hmac({ at: 'header:X-Razorpay-Signature', encoding: 'hex' }),
    retries: 'for 24 hours with exponential backoff',
    source: 'https://razorpay.com/docs/webhooks/validate-test/',
    deliverySource: 'https://razorpay.com/docs/webhooks/best-practices/',
    evidence: 'vector',
  }),
  defineProvider({
    name: 'paystack',
    title: 'Paystack',
    event: '{json:event}',
    eventId: '{json:data.id}',
    scheme: hmac({ at: 'header:x-paystack-signature', algorithm: 'sha512', encoding: 'hex' }),
    source: 'https://paystack.com/docs/payments/webhooks/',
  }),
  defineProvider({
    name: 'flutterwave-v3',
    title: 'Flutterwave v3',
    event: '{json:event}',
    eventId: '{json:data.id}',
    scheme: token({ at: 'header:verif-hash' }),
    source: 'https://developer.flutterwave.com/v3.0/docs/webhooks',
  }),
  defineProvider({
    name: 'flutterwave-v4',
    title: 'Flutterwave v4',
    event: '{json:type}',
    eventId: '{json:id}',
    scheme: hmac({ at: 'header:flutterwave-signature', encoding: 'base64' }),
    source: 'https://developer.flutterwave.com/docs/webhooks',
    evidence: 'unconfirmed',
  }),
  defineProvider({
    name: 'xendit',
    title: 'Xendit',
    event: '{json:event}',
    eventId: '{header:webhook-id}',
    detect: ['header:x-callback-token'],
    scheme: token({ at: 'header:x-callback-token' }),
    retries: 'up to 6 times with increasing delays',
    source: 'https://docs.xendit.co/docs/handling-webhooks',
  }),
  defineProvider({
    name: 'mercado-pago',
    title: 'Mercado Pago',
    detect: [['header:x-signature=*ts=*v1=*', 'header:x-request-id']],
    event: ['{json:action}', '{query:type}', '{query:topic}'],
    eventId: '{json:id}',
    scheme: hmac({
      at: 'header:x-signature',
      envelope: { fields: ',', signature: 'v1', timestamp: 'ts' },
      encoding: 'hex',
      // Missing parts are left out together with their names.
      message(parsed, { timestamp }) {
        const id = valueAt(parsed, 'query:data.id')?.toLowerCase();
        const requestId = valueAt(parsed, 'header:x-request-id');
        const parts = [id && `id:${id};`, requestId && `request-id:${requestId};`, `ts:${timestamp};`];
        return [Buffer.from(parts.filter((part) => part).join(''), 'utf8')];
      },
      clock: { unit: 'ms' },
    }),
    note: 'the body is not signed',
    source: 'https://www.mercadopago.com/developers/en/docs/your-integrations/notifications/webhooks',
  }),
  defineProvider({
    name: 'cashfree',
    title: 'Cashfree',
    detect: [['header:x-webhook-signature', 'header:x-webhook-timestamp', '!header:x-webhook-signature=t=*']],
    event: '{json:type}',
    eventId: '{header:x-idempotency-key}',
    scheme: hmac({
      at: 'header:x-webhook-signature',
      encoding: 'base64',
      message: '{timestamp}{body}',
      clock: { at: 'header:x-webhook-timestamp', unit: 'ms' },
    }),
    source: 'https://www.cashfree.com/docs/api-reference/vrs/webhook-signature-verification',
  }),
  defineProvider({
    name: 'midtrans',
    title: 'Midtrans',
    detect: [['json:signature_key', 'json:transaction_status', 'json:order_id']],
    event: '{json:transaction_status}',
    eventId: '{json:transaction_id}.{json:transaction_status}',
    freshIdAt: ['json:transaction_id'],
    scheme: hmac({
      hash: true,
      algorithm: 'sha512',
      at: 'json:signature_key',
      encoding: 'hex',
      message: '{json:order_id}{json:status_code}{json:gross_amount}{secret}',
    }),
    note: 'only three fields are signed',
    source: 'https://docs.midtrans.com/docs/https-notification-webhooks',
  }),
  defineProvider({
    name: 'monnify',
    title: 'Monnify',
    event: '{json:eventType}',
    scheme: hmac({ at: 'header:monnify-signature', algorithm: 'sha512', encoding: 'hex' }),
    source: 'https://developers.monnify.com/docs/webhooks',
  }),
  defineProvider({
    name: 'iyzico',
    title: 'iyzico',
    event: '{json:iyziEventType}',
    eventId: '{json:iyziReferenceCode}',
    scheme: hmac({
      at: 'header:X-IYZ-SIGNATURE-V3',
      encoding: 'hex',
      message:
        '{secret}{json:iyziEventType}{json:paymentId}{json:iyziPaymentId}{json:token}{json:paymentConversationId}{json:status}',
    }),
    note: 'only some fields are signed; subscriptions sign others, which are not tried',
    source: 'https://docs.iyzico.com/en/advanced/webhook',
    evidence: 'unconfirmed',
  }),
  defineProvider({
    name: 'dlocal',
    title: 'dLocal',
    detect: [['header:Authorization=V2-HMAC-SHA256*', 'header:X-Login', 'header:X-Date']],
    event: '{json:status}',
    eventId: '{json:id}.{json:status}',
    freshIdAt: ['json:id'],
    scheme: hmac({
      at: 'header:Authorization',
      envelope: { prefix: 'V2-HMAC-SHA256, Signature: ' },
      encoding: 'hex',
      message: '{header:X-Login}{header:X-Date}{body}',
    }),
    source: 'https://docs.dlocal.com/reference/security-request-signature',
  }),
  defineProvider({
    name: 'omise',
    title: 'Opn Payments (Omise)',
    event: '{json:key}',
    eventId: '{json:id}',
    scheme: hmac({
      at: 'header:Omise-Signature',
      envelope: { list: ',', prefix: '' },
      encoding: 'hex',
      message: '{timestamp}.{body}',
      key: 'base64',
      clock: { at: 'header:Omise-Signature-Timestamp', unit: 's', tolerance: 300 },
    }),
    source: 'https://docs.omise.co/api-webhooks',
    evidence: 'unconfirmed',
  }),
  defineProvider({
    name: 'fintoc',
    title: 'Fintoc',
    event: '{json:type}',
    eventId: '{json:id}',
    scheme: hmac({ at: 'header:Fintoc-Signature', ...stripeLike, clock: { unit: 's', tolerance: 300 } }),
    source: 'https://docs.fintoc.com/docs/webhooks',
    evidence: 'unconfirmed',
  }),
];
