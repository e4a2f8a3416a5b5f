import { defineProvider } from '../core/define-provider.ts';
import { textReply } from '../core/handshake-replies.ts';
import { hmac } from '../schemes/hmac.ts';
import { askTheVendor } from '../schemes/unsigned.ts';

/** Payment providers. */
export const payments = [
  defineProvider({
    name: 'square',
    title: 'Square',
    event: '{json:type}',
    eventId: '{json:event_id}',
    detect: ['header:x-square-hmacsha256-signature', 'header:x-square-signature'],
    scheme: hmac({
      at: 'header:x-square-hmacsha256-signature',
      encoding: 'base64',
      message: '{url}{body}',
      legacy: [
        { at: 'header:x-square-signature', algorithm: 'sha1', encoding: 'base64', message: '{url}{body}' },
      ],
    }),
    replyDeadlineMs: 10_000,
    retries: 'up to 11 times over 24 hours',
    source: 'https://developer.squareup.com/docs/webhooks/step3validate',
    evidence: 'vector',
  }),
  defineProvider({
    name: 'mollie-next',
    title: 'Mollie (next-gen)',
    event: '{json:type}',
    eventId: '{json:id}',
    scheme: hmac({
      at: 'header:X-Mollie-Signature',
      mayRepeat: true,
      envelope: { list: ',', prefix: 'sha256=' },
      encoding: 'hex',
    }),
    replyDeadlineMs: 15_000,
    retries: 'up to 10 times over 26 hours',
    source: 'https://docs.mollie.com/reference/webhooks-new',
  }),
  defineProvider({
    name: 'mollie',
    title: 'Mollie (classic)',
    detect: [
      ['form:id=tr_*', 'header:User-Agent=Mollie*'],
      ['form:id=*_*', 'header:User-Agent=Mollie*'],
    ],
    eventId: [],
    scheme: askTheVendor('Mollie does not sign these: fetch the object by its id from the API'),
    replyDeadlineMs: 15_000,
    retries: '10 more times over 26 hours',
    source: 'https://docs.mollie.com/reference/webhooks',
  }),
  defineProvider({
    name: 'coinbase-commerce',
    title: 'Coinbase Commerce',
    event: '{json:event.type}',
    eventId: '{json:event.id}',
    scheme: hmac({ at: 'header:X-CC-Webhook-Signature', encoding: 'hex' }),
    retries: 'for up to 3 days, at most 1 hour apart',
    source: 'https://docs.cdp.coinbase.com/commerce/introduction/webhooks',
    evidence: 'vector',
  }),
  defineProvider({
    name: 'gocardless',
    title: 'GoCardless',
    detect: [
      [
        'header:Webhook-Signature',
        '!header:webhook-id',
        '!header:Webhook-Signature=*=*',
        'json:meta.webhook_id',
      ],
      ['header:Webhook-Signature', 'header:User-Agent=gocardless*'],
    ],
    event: '{json:events.0.resource_type}.{json:events.0.action}',
    eventId: '{json:meta.webhook_id}',
    scheme: hmac({ at: 'header:Webhook-Signature', encoding: 'hex' }),
    source: 'https://developer.gocardless.com/api-reference/#webhooks-overview',
    evidence: 'vector',
  }),
  defineProvider({
    name: 'checkout-com',
    title: 'Checkout.com',
    event: '{json:type}',
    eventId: '{json:id}',
    scheme: hmac({ at: 'header:Cko-Signature', encoding: 'hex' }),
    source: 'https://www.checkout.com/docs/developer-resources/webhooks',
  }),
  defineProvider({
    name: 'affirm',
    title: 'Affirm',
    event: '{json:event}',
    scheme: hmac({
      at: 'header:X-Affirm-Signature',
      envelope: { fields: ',', signature: 'v0', timestamp: 't' },
      algorithm: 'sha512',
      encoding: 'hex',
      message: '{timestamp}.{body}',
      clock: { unit: 's', tolerance: 300 },
    }),
    source: 'https://docs.affirm.com/developers/docs/webhooks',
    evidence: 'unconfirmed',
  }),
  defineProvider({
    name: 'authorize-net',
    title: 'Authorize.Net',
    event: '{json:eventType}',
    eventId: '{json:notificationId}',
    scheme: hmac({
      at: 'header:X-ANET-Signature',
      envelope: { prefix: 'sha512=' },
      algorithm: 'sha512',
      encoding: 'HEX',
      legacy: [
        {
          at: 'header:X-ANET-Signature',
          envelope: { prefix: 'sha512=' },
          algorithm: 'sha512',
          encoding: 'HEX',
          key: 'hex',
        },
      ],
    }),
    note: 'sources disagree on whether the key is text or hex: both are tried',
    source: 'https://developer.authorize.net/api/reference/features/webhooks.html',
    evidence: 'unconfirmed',
  }),
  defineProvider({
    name: 'bolt',
    title: 'Bolt',
    event: '{json:type}',
    eventId: '{json:id}',
    scheme: hmac({
      at: 'header:X-Bolt-Hmac-Sha256',
      orAt: ['header:X-Bolt-Hmac-Sha256-Pending'],
      encoding: 'base64',
    }),
    source: 'https://help.bolt.com/developers/guides/webhooks/',
  }),
  defineProvider({
    name: 'primer',
    title: 'Primer',
    event: '{json:eventType}',
    scheme: hmac({
      at: 'header:X-Signature-Primary',
      orAt: ['header:X-Signature-Secondary'],
      encoding: 'base64',
    }),
    source: 'https://primer.io/docs/get-started/webhooks',
    evidence: 'unconfirmed',
  }),
  defineProvider({
    name: 'worldline',
    title: 'Worldline',
    detect: ['header:X-GCS-Signature', 'header:X-GCS-Webhooks-Endpoint-Verification'],
    event: '{json:type}',
    eventId: '{json:id}',
    scheme: hmac({ at: 'header:X-GCS-Signature', encoding: 'base64' }),
    handshake: {
      label: 'endpoint verification',
      reply(parsed) {
        const [word] = parsed.header('X-GCS-Webhooks-Endpoint-Verification');
        return parsed.method === 'GET' && word !== undefined ? textReply(word) : undefined;
      },
    },
    source: 'https://docs.direct.worldline-solutions.com/en/integration/api-developer-guide/webhooks',
  }),
];
