import { emptyAnswer, textAnswer } from '../answers.ts';
import { keysAt } from '../key-source.ts';
import { valueAt } from '../place.ts';
import { row } from '../row.ts';
import { choice } from '../schemes/choice.ts';
import { hmac } from '../schemes/hmac.ts';
import { publicKeySignature } from '../schemes/public-key-signature.ts';
import { standardWebhooks } from '../schemes/standard-webhooks.ts';
import { token } from '../schemes/token.ts';
import { verifyTokenFits } from '../vendors/meta.ts';

const sha256 = { envelope: { prefix: 'sha256=' }, encoding: 'hex' } as const;

/** What is published, shown and generated. */
export const content = [
  row({
    name: 'sanity',
    title: 'Sanity',
    event: '{header:sanity-operation}',
    deliveryId: ['{header:idempotency-key}', '{header:sanity-transaction-id}'],
    freshIdAt: ['header:idempotency-key'],
    scheme: hmac({
      at: 'header:sanity-webhook-signature',
      envelope: { fields: ',', signature: 'v1', timestamp: 't' },
      encoding: 'base64url',
      message: '{timestamp}.{body}',
      clock: { unit: 'ms' },
    }),
    source: 'https://www.sanity.io/docs/content-lake/webhooks',
    evidence: 'vector',
  }),
  row({
    name: 'hygraph',
    title: 'Hygraph',
    event: '{json:operation}',
    scheme: hmac({
      at: 'header:gcms-signature',
      envelope: {
        open(value) {
          const signature = /(?:^|,\s*)sign=([^,]*)/.exec(value)?.[1];
          const timestamp = /(?:^|,\s*)t=(\d+)/.exec(value)?.[1];
          return signature === undefined ? [] : [{ signature, timestamp }];
        },
        seal: (signature, timestamp, before) =>
          `sign=${signature}, env=${/(?:^|,\s*)env=([^,]*)/.exec(before ?? '')?.[1] ?? 'master'}, t=${timestamp}`,
      },
      encoding: 'base64',
      // The body as a string in a JSON object, in just this order.
      message(reading, { timestamp }) {
        const environment = /(?:^|,\s*)env=([^,]*)/.exec(
          valueAt(reading, 'header:gcms-signature') ?? '',
        )?.[1];
        const Body = Buffer.from(reading.body).toString('utf8');
        const text = JSON.stringify({
          Body,
          EnvironmentName: environment ?? 'master',
          TimeStamp: Number(timestamp),
        });
        return [Buffer.from(text, 'utf8')];
      },
      clock: { unit: 'ms' },
    }),
    source: 'https://hygraph.com/docs/api-reference/basics/webhooks',
  }),
  row({
    name: 'kontent-ai',
    title: 'Kontent.ai',
    detect: ['header:X-Kontent-ai-Signature', 'header:X-KC-Signature'],
    event: ['{json:notifications.0.message.action}', '{json:message.type}.{json:message.operation}'],
    scheme: hmac({
      at: 'header:X-Kontent-ai-Signature',
      encoding: 'base64',
      legacy: [{ at: 'header:X-KC-Signature', encoding: 'base64' }],
    }),
    source: 'https://kontent.ai/learn/docs/webhooks/webhooks',
  }),
  row({
    name: 'webflow',
    title: 'Webflow',
    event: '{json:triggerType}',
    scheme: hmac({
      at: 'header:x-webflow-signature',
      encoding: 'hex',
      message: '{timestamp}:{body}',
      clock: { at: 'header:x-webflow-timestamp', unit: 'ms', tolerance: 300 },
    }),
    source: 'https://developers.webflow.com/data/docs/working-with-webhooks',
  }),
  row({
    name: 'ghost',
    title: 'Ghost',
    scheme: hmac({
      at: 'header:X-Ghost-Signature',
      envelope: { fields: ', ', signature: 'sha256', timestamp: 't', timestampLast: true },
      encoding: 'hex',
      message: '{body}{timestamp}',
      clock: { unit: 'ms' },
      legacy: [
        {
          at: 'header:X-Ghost-Signature',
          envelope: { fields: ', ', signature: 'sha256', timestamp: 't', timestampLast: true },
          encoding: 'hex',
          clock: { unit: 'ms' },
        },
      ],
    }),
    note: 'versions before the end of 2024 signed the body alone: both are tried',
    source:
      'https://github.com/TryGhost/Ghost/blob/main/ghost/core/core/server/services/webhooks/WebhookTrigger.js',
  }),
  row({
    name: 'adobe-io-events',
    title: 'Adobe I/O Events',
    event: ['{json:type}', '{json:event.@type}'],
    deliveryId: ['{header:x-adobe-delivery-id}', '{json:event_id}'],
    freshIdAt: ['header:x-adobe-delivery-id'],
    scheme: publicKeySignature({
      algorithm: 'rsa-sha256',
      at: 'header:x-adobe-digital-signature-1',
      orAt: ['header:x-adobe-digital-signature-2'],
      encoding: 'base64',
      keys: {
        // The request names a path; the host is always this one.
        fetchable(reading) {
          const path = valueAt(reading, 'header:x-adobe-public-key1-path');
          if (path === undefined || !/^\/[\w./-]+\.pem$/.test(path) || path.includes('..')) return undefined;
          return { url: `https://static.adobeioevents.com${path}`, option: 'keys' };
        },
      },
    }),
    handshake: {
      called: 'challenge',
      answer(reading) {
        const challenge = valueAt(reading, 'query:challenge');
        return reading.method === 'GET' && challenge !== undefined ? textAnswer(challenge) : undefined;
      },
    },
    note: 'compare recipient_client_id yourself',
    source: 'https://developer.adobe.com/events/docs/guides/',
  }),
  row({
    name: 'mux',
    title: 'Mux',
    event: '{json:type}',
    deliveryId: '{json:id}',
    scheme: hmac({
      at: 'header:Mux-Signature',
      envelope: { fields: ',', signature: 'v1', timestamp: 't' },
      encoding: 'hex',
      message: '{timestamp}.{body}',
      clock: { unit: 's', tolerance: 300, futurePasses: true },
    }),
    source: 'https://www.mux.com/docs/core/verify-webhook-signatures',
  }),
  row({
    name: 'cloudinary',
    title: 'Cloudinary',
    event: '{json:notification_type}',
    deliveryId: '{json:request_id}',
    scheme: hmac({
      hash: true,
      algorithm: 'sha1',
      at: 'header:X-Cld-Signature',
      encoding: 'hex',
      message: '{body}{timestamp}{secret}',
      clock: { at: 'header:X-Cld-Timestamp', unit: 's', tolerance: 7200, futurePasses: true },
      legacy: [
        {
          hash: true,
          at: 'header:X-Cld-Signature',
          encoding: 'hex',
          message: '{body}{timestamp}{secret}',
          clock: { at: 'header:X-Cld-Timestamp', unit: 's', tolerance: 7200, futurePasses: true },
        },
      ],
    }),
    note: 'accounts can be set to SHA-256, which is tried too',
    source: 'https://cloudinary.com/documentation/notification_signatures',
    evidence: 'vector',
  }),
  row({
    name: 'cloudflare-stream',
    title: 'Cloudflare Stream',
    detect: ['header:Webhook-Signature=time=*'],
    event: 'video.{json:status.state}',
    deliveryId: '{json:uid}.{json:status.state}',
    freshIdAt: ['json:uid'],
    scheme: hmac({
      at: 'header:Webhook-Signature',
      envelope: { fields: ',', signature: 'sig1', timestamp: 'time' },
      encoding: 'hex',
      message: '{timestamp}.{body}',
      clock: { unit: 's' },
    }),
    source: 'https://developers.cloudflare.com/stream/manage-video-library/using-webhooks/',
  }),
  row({
    name: 'imagekit',
    title: 'ImageKit',
    event: '{json:type}',
    deliveryId: '{json:id}',
    scheme: choice(
      [{ when: 'header:webhook-signature', scheme: standardWebhooks({ prefix: 'webhook' }) }],
      hmac({
        at: 'header:x-ik-signature',
        envelope: { fields: ',', signature: 'v1', timestamp: 't' },
        encoding: 'hex',
        message: '{timestamp}.{body}',
        clock: { unit: 'ms' },
      }),
    ),
    detect: ['header:x-ik-signature'],
    source: 'https://imagekit.io/docs/webhooks',
  }),
  row({
    name: 'elevenlabs',
    title: 'ElevenLabs',
    event: '{json:type}',
    deliveryId: '{json:data.conversation_id}',
    scheme: hmac({
      at: 'header:ElevenLabs-Signature',
      envelope: { fields: ',', signature: 'v0', timestamp: 't' },
      encoding: 'hex',
      message: '{timestamp}.{body}',
      clock: { unit: 's', tolerance: 1800, futurePasses: true },
    }),
    source: 'https://elevenlabs.io/docs/overview/administration/webhooks',
  }),
  row({
    name: 'fal',
    title: 'fal.ai',
    event: '{json:status}',
    deliveryId: '{header:X-Fal-Webhook-Request-Id}',
    scheme: publicKeySignature({
      algorithm: 'ed25519',
      at: 'header:X-Fal-Webhook-Signature',
      encoding: 'hex',
      message: '{header:X-Fal-Webhook-Request-Id}\n{header:X-Fal-Webhook-User-Id}\n{timestamp}\n{sha256:hex}',
      clock: { at: 'header:X-Fal-Webhook-Timestamp', unit: 's', tolerance: 300 },
      keys: keysAt('https://rest.alpha.fal.ai/.well-known/jwks.json'),
    }),
    source: 'https://docs.fal.ai/model-apis/model-endpoints/webhooks',
    evidence: 'unconfirmed',
  }),
  row({
    name: 'deepgram',
    title: 'Deepgram',
    deliveryId: '{json:metadata.request_id}',
    scheme: token({ at: 'header:dg-token' }),
    source: 'https://developers.deepgram.com/docs/callback',
  }),
  row({
    name: 'firecrawl',
    title: 'Firecrawl',
    event: '{json:type}',
    deliveryId: [],
    scheme: hmac({ at: 'header:X-Firecrawl-Signature', ...sha256 }),
    source: 'https://docs.firecrawl.dev/webhooks/security',
  }),
  row({
    name: 'kick',
    title: 'Kick',
    event: '{header:Kick-Event-Type}',
    deliveryId: '{header:Kick-Event-Message-Id}',
    detect: ['header:Kick-Event-Signature', 'header:Kick-Event-Type'],
    scheme: publicKeySignature({
      algorithm: 'rsa-sha256',
      at: 'header:Kick-Event-Signature',
      encoding: 'base64',
      message: '{header:Kick-Event-Message-Id}.{timestamp}.{body}',
      clock: { at: 'header:Kick-Event-Message-Timestamp', unit: 'iso' },
      keys: keysAt('https://api.kick.com/public/v1/public-key'),
    }),
    source: 'https://docs.kick.com/events/webhook-security',
  }),
  row({
    name: 'youtube-websub',
    title: 'YouTube (WebSub)',
    detect: [
      ['header:Content-Type=application/atom+xml*', 'header:X-Hub-Signature'],
      ['header:Content-Type=application/atom+xml*', 'header:Link=*pubsubhubbub*'],
      ['method=GET', 'query:hub.challenge', 'query:hub.topic'],
    ],
    scheme: hmac({
      at: 'header:X-Hub-Signature',
      envelope: { prefix: 'sha1=' },
      algorithm: 'sha1',
      encoding: 'hex',
    }),
    handshake: {
      called: 'hub.challenge',
      answer(reading, context) {
        const challenge = valueAt(reading, 'query:hub.challenge');
        if (reading.method !== 'GET' || challenge === undefined) return undefined;
        const word = valueAt(reading, 'query:hub.verify_token');
        return word === undefined || verifyTokenFits(word, context)
          ? textAnswer(challenge)
          : emptyAnswer(404);
      },
    },
    source: 'https://www.w3.org/TR/websub/',
    evidence: 'unconfirmed',
  }),
];
