import { defineProvider } from '../core/define-provider.ts';
import { emptyReply } from '../core/handshake-replies.ts';
import { hmac } from '../schemes/hmac.ts';
import { jwt } from '../schemes/jwt.ts';
import { unsigned } from '../schemes/unsigned.ts';

/** Shops and sales. */
export const commerce = [
  defineProvider({
    name: 'shopify',
    title: 'Shopify',
    detect: ['header:X-Shopify-Topic', 'header:X-Shopify-Hmac-Sha256', 'header:shopify-hmac-sha256'],
    event: ['{header:X-Shopify-Topic}', '{header:shopify-topic}'],
    eventId: ['{header:X-Shopify-Webhook-Id}', '{header:shopify-webhook-id}'],
    freshIdAt: ['header:X-Shopify-Webhook-Id'],
    scheme: hmac({
      at: 'header:X-Shopify-Hmac-Sha256',
      encoding: 'base64',
      legacy: [{ at: 'header:shopify-hmac-sha256', encoding: 'base64' }],
    }),
    replyDeadlineMs: 5000,
    retries: '8 times over 4 hours',
    source: 'https://shopify.dev/docs/apps/build/webhooks/subscribe/https',
    evidence: 'sdk',
  }),
  defineProvider({
    name: 'woocommerce',
    title: 'WooCommerce',
    detect: ['header:X-WC-Webhook-Topic', 'header:X-WC-Webhook-Signature', ['form:webhook_id', '!body=*&*']],
    event: '{header:X-WC-Webhook-Topic}',
    eventId: '{header:X-WC-Webhook-Delivery-ID}',
    scheme: hmac({ at: 'header:X-WC-Webhook-Signature', encoding: 'base64' }),
    replyDeadlineMs: 60_000,
    retries: 'none',
    handshake: {
      label: 'ping',
      reply(parsed) {
        const fields = [...(parsed.form() ?? [])];
        const [name, id = ''] = fields[0] ?? [];
        const isPing = parsed.method === 'POST' && fields.length === 1 && name === 'webhook_id';
        return isPing && /^\d+$/.test(id) ? emptyReply(200) : undefined;
      },
      unsignedOnly: true,
    },
    source:
      'https://github.com/woocommerce/woocommerce/blob/trunk/plugins/woocommerce/includes/class-wc-webhook.php',
  }),
  defineProvider({
    name: 'shopware',
    title: 'Shopware',
    event: '{json:data.event}',
    eventId: '{json:source.eventId}',
    scheme: hmac({ at: 'header:shopware-shop-signature', encoding: 'hex' }),
    source: 'https://developer.shopware.com/docs/guides/plugins/apps/webhook.html',
  }),
  defineProvider({
    name: 'squarespace',
    title: 'Squarespace',
    event: '{json:topic}',
    eventId: '{json:id}',
    scheme: hmac({ at: 'header:Squarespace-Signature', encoding: 'hex', key: 'hex' }),
    source: 'https://developers.squarespace.com/webhooks/verify-notifications',
    evidence: 'unconfirmed',
  }),
  defineProvider({
    name: 'ecwid',
    title: 'Ecwid',
    event: '{json:eventType}',
    eventId: '{json:eventId}',
    scheme: hmac({
      at: 'header:X-Ecwid-Webhook-Signature',
      encoding: 'base64',
      message: '{json:eventCreated}.{json:eventId}',
    }),
    note: 'only two fields are signed',
    source: 'https://docs.ecwid.com/webhooks/webhooks-reference',
  }),
  defineProvider({
    name: 'nuvemshop-tiendanube',
    title: 'Nuvemshop / Tiendanube',
    event: '{json:event}',
    scheme: hmac({ at: 'header:x-linkedstore-hmac-sha256', encoding: 'hex' }),
    source: 'https://tiendanube.github.io/api-documentation/resources/webhook',
  }),
  defineProvider({
    name: 'commerce-layer',
    title: 'Commerce Layer',
    detect: ['header:X-CommerceLayer-Signature', 'header:X-CommerceLayer-Topic'],
    event: '{header:X-CommerceLayer-Topic}',
    scheme: hmac({ at: 'header:X-CommerceLayer-Signature', encoding: 'base64' }),
    source: 'https://docs.commercelayer.io/core/callbacks-security',
  }),
  defineProvider({
    name: 'fourthwall',
    title: 'Fourthwall',
    detect: ['header:X-Fourthwall-Hmac-SHA256', 'header:X-Fourthwall-Hmac-Apps-SHA256'],
    event: '{json:type}',
    eventId: ['{json:webhookId}.{json:id}', '{json:id}'],
    freshIdAt: ['json:id'],
    scheme: hmac({
      at: 'header:X-Fourthwall-Hmac-SHA256',
      orAt: ['header:X-Fourthwall-Hmac-Apps-SHA256'],
      encoding: 'base64',
    }),
    source: 'https://docs.fourthwall.com/platform/webhooks/signature-verification',
  }),
  defineProvider({
    name: 'recharge',
    title: 'Recharge',
    detect: ['header:X-Recharge-Topic', 'header:X-Recharge-Hmac-Sha256'],
    event: '{header:X-Recharge-Topic}',
    scheme: hmac({
      hash: true,
      at: 'header:X-Recharge-Hmac-Sha256',
      encoding: 'hex',
      message: '{secret}{body}',
    }),
    note: 'a plain hash, despite the name of the header',
    source: 'https://docs.getrecharge.com/docs/validating-webhooks',
  }),
  defineProvider({
    name: 'printify',
    title: 'Printify',
    event: '{json:type}',
    eventId: '{json:id}',
    scheme: hmac({ at: 'header:X-Pfy-Signature', envelope: { prefix: 'sha256=' }, encoding: 'hex' }),
    source: 'https://developers.printify.com/#webhooks',
  }),
  defineProvider({
    name: 'gumroad',
    title: 'Gumroad',
    detect: [['form:seller_id', 'form:sale_id', 'form:product_permalink']],
    event: ['{form:resource_name}', 'sale'],
    eventId: '{form:sale_id}',
    scheme: unsigned('Gumroad does not sign requests: compare seller_id, or fetch the sale from its API'),
    source: 'https://gumroad.com/ping',
  }),
  defineProvider({
    name: 'patreon',
    title: 'Patreon',
    detect: [['header:X-Patreon-Signature'], ['header:X-Patreon-Event']],
    event: '{header:X-Patreon-Event}',
    scheme: hmac({ at: 'header:X-Patreon-Signature', algorithm: 'md5', encoding: 'hex' }),
    source: 'https://docs.patreon.com/#webhooks',
  }),
  defineProvider({
    name: 'buymeacoffee',
    title: 'Buy Me a Coffee',
    detect: [['header:x-signature-sha256', '!header:X-Delivery-Id', 'json:type', 'json:event_id']],
    event: '{json:type}',
    eventId: '{json:event_id}',
    scheme: hmac({ at: 'header:x-signature-sha256', encoding: 'hex' }),
    source: 'https://studio.buymeacoffee.com/webhooks',
  }),
  defineProvider({
    name: 'wix',
    title: 'Wix',
    detect: [['header:Content-Type=text/plain*', 'body=eyJ*.*.*']],
    scheme: jwt({ at: 'body', algorithms: ['RS256'] }),
    note: 'the event is in JSON inside the token and is not read',
    replyDeadlineMs: 1250,
    retries: 'up to 12 more times over 48 hours',
    source:
      'https://dev.wix.com/docs/build-apps/develop-your-app/api-integrations/events-and-webhooks/about-webhooks',
    evidence: 'unconfirmed',
  }),
  defineProvider({
    name: 'eventbrite',
    title: 'Eventbrite',
    detect: [
      'header:X-Eventbrite-Event',
      ['json:config.action', 'json:api_url=https://www.eventbriteapi.com/*'],
    ],
    event: ['{json:config.action}', '{header:X-Eventbrite-Event}'],
    eventId: '{header:X-Eventbrite-Delivery}',
    scheme: unsigned('Eventbrite does not sign requests: check the host of api_url, then fetch it'),
    source: 'https://www.eventbrite.com/platform/docs/webhooks',
  }),
  defineProvider({
    name: 'airtable',
    title: 'Airtable',
    scheme: hmac({
      at: 'header:X-Airtable-Content-MAC',
      envelope: { prefix: 'hmac-sha256=' },
      encoding: 'hex',
      key: 'base64',
    }),
    source: 'https://airtable.com/developers/web/api/webhooks-overview',
  }),
];
