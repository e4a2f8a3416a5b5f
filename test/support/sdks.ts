import { generateKeyPairSync, randomBytes, sign as signBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import type { HeaderList } from '../../src/model/headers.ts';

const require = createRequire(import.meta.url);

/** A request as an app gets it. */
export interface Received {
  readonly method: string;
  /** The address as the vendor called it. */
  readonly url: string;
  readonly headers: HeaderList;
  readonly body: Buffer;
}

/** A vendor's own library as the judge of what is signed. */
export interface Sdk {
  /** The npm package. */
  readonly package: string;
  /** The provider that it is of, by our name. */
  readonly provider: string;
  /** One that has samples. */
  readonly event: string | undefined;
  /** The secrets and options of our side. */
  readonly secret: string;
  /** Our side's private key, where the vendor alone has the real one. */
  readonly key?: string;
  /** True if the library accepts a request. */
  accepts(request: Received): boolean | Promise<boolean>;
  /** The header fields with which the library itself signs a body, where it can. */
  signs?(body: string, at: number): HeaderList | Promise<HeaderList>;
  /** True if it rejects a signature that is a week old. */
  readonly refusesOld: boolean;
}

/** Loaded when it is used: some take a second. */
// biome-ignore lint/suspicious/noExplicitAny: the libraries are judged by what they do, not by their types
const load = (name: string): any => require(name);

const hex = randomBytes(16).toString('hex');
const whsec = `whsec_${randomBytes(24).toString('base64')}`;
const ed25519 = generateKeyPairSync('ed25519');
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = { type: 'pkcs8', format: 'pem' } as const;

/** The value of a header field, as frameworks give it. */
function field({ headers }: Received, name: string): string {
  return headers.find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1] ?? '';
}

function fields({ headers }: Received): Record<string, string> {
  return Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
}

/** True if a call returns: most of these libraries throw on rejection. */
async function passes(check: () => unknown): Promise<boolean> {
  try {
    await check();
    return true;
  } catch {
    return false;
  }
}

export const sdks: readonly Sdk[] = [
  {
    package: 'stripe',
    provider: 'stripe',
    event: 'charge.succeeded',
    secret: `whsec_${hex}`,
    refusesOld: true,
    accepts: (request) =>
      passes(() =>
        new (load('stripe'))('sk_test_1').webhooks.constructEvent(
          request.body,
          field(request, 'stripe-signature'),
          `whsec_${hex}`,
        ),
      ),
    signs: (payload, at) => [
      [
        'Stripe-Signature',
        new (load('stripe'))('sk_test_1').webhooks.generateTestHeaderString({
          payload,
          secret: `whsec_${hex}`,
          timestamp: Math.floor(at / 1000),
        }),
      ],
    ],
  },
  {
    package: '@octokit/webhooks-methods',
    provider: 'github',
    event: 'push',
    secret: hex,
    refusesOld: false,
    accepts: async (request) => {
      const { verify } = await import('@octokit/webhooks-methods');
      return verify(hex, request.body.toString(), field(request, 'x-hub-signature-256'));
    },
    signs: async (body) => {
      const { sign } = await import('@octokit/webhooks-methods');
      return [
        ['X-GitHub-Event', 'push'],
        ['X-Hub-Signature-256', await sign(hex, body)],
      ];
    },
  },
  {
    package: 'standardwebhooks',
    provider: 'standard-webhooks',
    event: undefined,
    secret: whsec,
    refusesOld: true,
    accepts: (request) =>
      passes(() =>
        new (load('standardwebhooks').Webhook)(whsec).verify(request.body.toString(), fields(request)),
      ),
    signs: (body, at) => [
      ['webhook-id', 'msg_1'],
      ['webhook-timestamp', String(Math.floor(at / 1000))],
      ['webhook-signature', new (load('standardwebhooks').Webhook)(whsec).sign('msg_1', new Date(at), body)],
    ],
  },
  {
    package: 'svix',
    provider: 'clerk',
    event: 'user.created',
    secret: whsec,
    refusesOld: true,
    accepts: (request) =>
      passes(() => new (load('svix').Webhook)(whsec).verify(request.body.toString(), fields(request))),
    signs: (body, at) => [
      ['svix-id', 'msg_1'],
      ['svix-timestamp', String(Math.floor(at / 1000))],
      ['svix-signature', new (load('svix').Webhook)(whsec).sign('msg_1', new Date(at), body)],
    ],
  },
  {
    package: 'resend',
    provider: 'resend',
    event: 'email.delivered',
    secret: whsec,
    refusesOld: true,
    accepts: (request) =>
      passes(() =>
        new (load('resend').Resend)('re_1').webhooks.verify({
          payload: request.body.toString(),
          headers: {
            id: field(request, 'svix-id'),
            timestamp: field(request, 'svix-timestamp'),
            signature: field(request, 'svix-signature'),
          },
          webhookSecret: whsec,
        }),
      ),
  },
  {
    package: 'openai',
    provider: 'openai',
    event: undefined,
    secret: whsec,
    refusesOld: true,
    accepts: (request) =>
      passes(() =>
        new (load('openai').default)({ apiKey: 'sk-1' }).webhooks.verifySignature(
          request.body.toString(),
          fields(request),
          whsec,
        ),
      ),
  },
  {
    package: '@slack/bolt',
    provider: 'slack',
    event: 'app_mention',
    secret: hex,
    refusesOld: true,
    accepts: (request) =>
      load('@slack/bolt').isValidSlackRequest({
        signingSecret: hex,
        body: request.body.toString(),
        headers: {
          'x-slack-signature': field(request, 'x-slack-signature'),
          'x-slack-request-timestamp': Number(field(request, 'x-slack-request-timestamp')),
        },
      }),
  },
  {
    package: '@shopify/shopify-api',
    provider: 'shopify',
    event: 'orders/create',
    secret: hex,
    refusesOld: false,
    async accepts(request) {
      load('@shopify/shopify-api/adapters/node');
      const { shopifyApi, ApiVersion } = load('@shopify/shopify-api');
      const api = shopifyApi({
        apiKey: 'key',
        apiSecretKey: hex,
        hostName: 'example.com',
        apiVersion: Object.values(ApiVersion).at(-1),
        isEmbeddedApp: false,
        logger: { level: 0 },
      });
      const rawRequest = {
        method: request.method,
        url: new URL(request.url).pathname,
        headers: fields(request),
      };
      const { valid } = await api.webhooks.validate({
        rawBody: request.body.toString(),
        rawRequest,
        rawResponse: {},
      });
      return valid;
    },
  },
  {
    package: 'twilio',
    provider: 'twilio',
    event: 'message.received',
    secret: hex,
    refusesOld: false,
    accepts: (request) =>
      load('twilio').validateRequest(
        hex,
        field(request, 'x-twilio-signature'),
        request.url,
        Object.fromEntries(new URLSearchParams(request.body.toString())),
      ),
  },
  {
    package: 'discord-interactions',
    provider: 'discord',
    event: 'APPLICATION_COMMAND',
    secret: Buffer.from(ed25519.publicKey.export({ format: 'jwk' }).x!, 'base64url').toString('hex'),
    key: ed25519.privateKey.export(pem).toString(),
    refusesOld: false,
    accepts: (request) =>
      load('discord-interactions').verifyKey(
        request.body,
        field(request, 'x-signature-ed25519'),
        field(request, 'x-signature-timestamp'),
        Buffer.from(ed25519.publicKey.export({ format: 'jwk' }).x!, 'base64url').toString('hex'),
      ),
  },
  {
    package: '@sendgrid/eventwebhook',
    provider: 'sendgrid',
    event: undefined,
    secret: p256.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    key: p256.privateKey.export(pem).toString(),
    refusesOld: false,
    accepts(request) {
      const { EventWebhook } = load('@sendgrid/eventwebhook');
      const webhook = new EventWebhook();
      const key = webhook.convertPublicKeyToECDSA(
        p256.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
      );
      return webhook.verifySignature(
        key,
        request.body,
        field(request, 'x-twilio-email-event-webhook-signature'),
        field(request, 'x-twilio-email-event-webhook-timestamp'),
      );
    },
    signs(body, at) {
      const timestamp = String(Math.floor(at / 1000));
      const signature = signBytes('sha256', Buffer.from(timestamp + body), p256.privateKey).toString(
        'base64',
      );
      return [
        ['X-Twilio-Email-Event-Webhook-Signature', signature],
        ['X-Twilio-Email-Event-Webhook-Timestamp', timestamp],
      ];
    },
  },
  {
    package: 'square',
    provider: 'square',
    event: 'payment.created',
    secret: hex,
    refusesOld: false,
    accepts: (request) =>
      load('square').WebhooksHelper.verifySignature({
        requestBody: request.body.toString(),
        signatureHeader: field(request, 'x-square-hmacsha256-signature'),
        signatureKey: hex,
        notificationUrl: request.url,
      }),
  },
  {
    package: '@paddle/paddle-node-sdk',
    provider: 'paddle',
    event: 'transaction.completed',
    secret: `pdl_ntfset_${hex}`,
    refusesOld: true,
    async accepts(request) {
      const { Paddle } = load('@paddle/paddle-node-sdk');
      return new Paddle('key').webhooks.isSignatureValid(
        request.body.toString(),
        `pdl_ntfset_${hex}`,
        field(request, 'paddle-signature'),
      );
    },
  },
  {
    package: '@linear/sdk',
    provider: 'linear',
    event: 'Issue.create',
    secret: `lin_wh_${hex}`,
    refusesOld: true,
    accepts: (request) =>
      passes(() => {
        const { LinearWebhookClient } = load('@linear/sdk/webhooks');
        const timestamp = JSON.parse(request.body.toString()).webhookTimestamp;
        const client = new LinearWebhookClient(`lin_wh_${hex}`);
        if (!client.verify(request.body, field(request, 'linear-signature'), timestamp))
          throw new Error('refused');
      }),
  },
  {
    package: '@hubspot/api-client',
    provider: 'hubspot',
    event: 'contact.creation',
    secret: hex,
    refusesOld: true,
    accepts: (request) =>
      passes(() => {
        const holds = load('@hubspot/api-client').Signature.isValid({
          signatureVersion: 'v3',
          signature: field(request, 'x-hubspot-signature-v3'),
          clientSecret: hex,
          requestBody: request.body.toString(),
          url: request.url,
          method: request.method,
          timestamp: Number(field(request, 'x-hubspot-request-timestamp')),
        });
        if (!holds) throw new Error('refused');
      }),
  },
  {
    package: '@notionhq/client',
    provider: 'notion',
    event: undefined,
    secret: `secret_${hex}`,
    refusesOld: false,
    accepts: (request) =>
      load('@notionhq/client').verifyWebhookSignature({
        body: request.body,
        signature: field(request, 'x-notion-signature'),
        verificationToken: `secret_${hex}`,
      }),
    signs: async (body) => [
      [
        'X-Notion-Signature',
        await load('@notionhq/client').signWebhookPayload({ body, verificationToken: `secret_${hex}` }),
      ],
    ],
  },
  {
    package: 'razorpay',
    provider: 'razorpay',
    event: undefined,
    secret: hex,
    refusesOld: false,
    accepts: (request) =>
      load('razorpay').validateWebhookSignature(
        request.body.toString(),
        field(request, 'x-razorpay-signature'),
        hex,
      ),
  },
  {
    package: 'braintree',
    provider: 'braintree',
    event: undefined,
    secret: `public_${hex}|${hex}`,
    refusesOld: false,
    accepts: (request) =>
      passes(() => {
        const form = new URLSearchParams(request.body.toString());
        return gateway().webhookNotification.parse(form.get('bt_signature'), form.get('bt_payload'));
      }),
  },
  {
    package: '@line/bot-sdk',
    provider: 'line',
    event: undefined,
    secret: hex,
    refusesOld: false,
    accepts: (request) =>
      load('@line/bot-sdk').validateSignature(request.body, hex, field(request, 'x-line-signature')),
  },
  {
    package: 'coinbase-commerce-node',
    provider: 'coinbase-commerce',
    event: undefined,
    secret: hex,
    refusesOld: false,
    accepts: (request) =>
      passes(() =>
        load('coinbase-commerce-node').Webhook.verifySigHeader(
          request.body.toString(),
          field(request, 'x-cc-webhook-signature'),
          hex,
        ),
      ),
  },
  {
    package: '@mux/mux-node',
    provider: 'mux',
    event: undefined,
    secret: hex,
    refusesOld: true,
    accepts: (request) =>
      passes(() =>
        new (load('@mux/mux-node').default)({ tokenId: 'a', tokenSecret: 'b' }).webhooks.verifySignature(
          request.body.toString(),
          fields(request),
          hex,
        ),
      ),
  },
  {
    package: '@workos-inc/node',
    provider: 'workos',
    event: undefined,
    secret: hex,
    refusesOld: true,
    accepts: (request) =>
      passes(() =>
        new (load('@workos-inc/node').WorkOS)('sk_1').webhooks.verifyHeader({
          payload: JSON.parse(request.body.toString()),
          sigHeader: field(request, 'workos-signature'),
          secret: hex,
        }),
      ),
  },
];

/** A Braintree account of which nobody knows. */
export function gateway() {
  const { BraintreeGateway, Environment } = load('braintree');
  return new BraintreeGateway({
    environment: Environment.Sandbox,
    merchantId: 'merchant',
    publicKey: `public_${hex}`,
    privateKey: hex,
  });
}
