import { defineProvider } from '../core/define-provider.ts';
import { textReply } from '../core/handshake-replies.ts';
import { valueAt } from '../request/locator.ts';
import { hmac } from '../schemes/hmac.ts';
import { publicKeySignature } from '../schemes/public-key-signature.ts';

const sha256 = { envelope: { prefix: 'sha256=' }, encoding: 'hex' } as const;

/** Content and publishing. */
export const content = [
  defineProvider({
    name: 'sanity',
    title: 'Sanity',
    event: '{header:sanity-operation}',
    eventId: ['{header:idempotency-key}', '{header:sanity-transaction-id}'],
    freshIdAt: ['header:idempotency-key'],
    scheme: hmac({
      at: 'header:sanity-webhook-signature',
      envelope: { fields: ',', signature: 'v1', timestamp: 't' },
      encoding: 'base64url',
      message: '{timestamp}.{body}',
      clock: { unit: 'ms' },
    }),
    retries: 'twice, 30 seconds apart',
    source: 'https://www.sanity.io/docs/content-lake/webhooks',
    evidence: 'vector',
  }),
  defineProvider({
    name: 'hygraph',
    title: 'Hygraph',
    event: '{json:operation}',
    scheme: hmac({
      at: 'header:gcms-signature',
      envelope: {
        parse(value) {
          const signature = /(?:^|,\s*)sign=([^,]*)/.exec(value)?.[1];
          const timestamp = /(?:^|,\s*)t=(\d+)/.exec(value)?.[1];
          return signature === undefined ? [] : [{ signature, timestamp }];
        },
        format: (signature, timestamp, before) =>
          `sign=${signature}, env=${/(?:^|,\s*)env=([^,]*)/.exec(before ?? '')?.[1] ?? 'master'}, t=${timestamp}`,
      },
      encoding: 'base64',
      // The order of members is part of the signed text.
      message(parsed, { timestamp }) {
        const environment = /(?:^|,\s*)env=([^,]*)/.exec(valueAt(parsed, 'header:gcms-signature') ?? '')?.[1];
        const Body = Buffer.from(parsed.body).toString('utf8');
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
  defineProvider({
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
  defineProvider({
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
  defineProvider({
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
    note: 'versions before the end of 2024 signed only the body: both are tried',
    source:
      'https://github.com/TryGhost/Ghost/blob/main/ghost/core/core/server/services/webhooks/WebhookTrigger.js',
  }),
  defineProvider({
    name: 'adobe-io-events',
    title: 'Adobe I/O Events',
    event: ['{json:type}', '{json:event.@type}'],
    eventId: ['{header:x-adobe-delivery-id}', '{json:event_id}'],
    freshIdAt: ['header:x-adobe-delivery-id'],
    scheme: publicKeySignature({
      algorithm: 'rsa-sha256',
      at: 'header:x-adobe-digital-signature-1',
      orAt: ['header:x-adobe-digital-signature-2'],
      encoding: 'base64',
      keys: {
        // The request names a path; the host is fixed.
        fetchable(parsed) {
          const path = valueAt(parsed, 'header:x-adobe-public-key1-path');
          if (path === undefined || !/^\/[\w./-]+\.pem$/.test(path) || path.includes('..')) return undefined;
          return { url: `https://static.adobeioevents.com${path}`, option: 'keys' };
        },
      },
    }),
    handshake: {
      anonymous: true,
      label: 'challenge',
      reply(parsed) {
        const challenge = valueAt(parsed, 'query:challenge');
        return parsed.method === 'GET' && challenge !== undefined ? textReply(challenge) : undefined;
      },
    },
    note: 'compare recipient_client_id yourself',
    source: 'https://developer.adobe.com/events/docs/guides/',
  }),
  defineProvider({
    name: 'firecrawl',
    title: 'Firecrawl',
    event: '{json:type}',
    eventId: [],
    scheme: hmac({ at: 'header:X-Firecrawl-Signature', ...sha256 }),
    source: 'https://docs.firecrawl.dev/webhooks/security',
  }),
];
