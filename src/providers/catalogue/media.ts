import { defineProvider } from '../core/define-provider.ts';
import { emptyReply, textReply } from '../core/handshake-replies.ts';
import { valueAt } from '../request/locator.ts';
import { hmac } from '../schemes/hmac.ts';
import { publicKeySignature } from '../schemes/public-key-signature.ts';
import { standardWebhooks } from '../schemes/standard-webhooks.ts';
import { strongest } from '../schemes/strongest.ts';
import { token } from '../schemes/token.ts';
import { keysAtUrl } from '../signature/key-source.ts';
import { verifyTokenMatches } from '../vendors/meta.ts';

const ikSignature = hmac({
  at: 'header:x-ik-signature',
  envelope: { fields: ',', signature: 'v1', timestamp: 't' },
  encoding: 'hex',
  message: '{timestamp}.{body}',
  clock: { unit: 'ms' },
});

/** Images, video and generated media. */
export const media = [
  defineProvider({
    name: 'mux',
    title: 'Mux',
    event: '{json:type}',
    eventId: '{json:id}',
    scheme: hmac({
      at: 'header:Mux-Signature',
      envelope: { fields: ',', signature: 'v1', timestamp: 't' },
      encoding: 'hex',
      message: '{timestamp}.{body}',
      clock: { unit: 's', tolerance: 300, futurePasses: true },
    }),
    source: 'https://www.mux.com/docs/core/verify-webhook-signatures',
    evidence: 'sdk',
  }),
  defineProvider({
    name: 'cloudinary',
    title: 'Cloudinary',
    event: '{json:notification_type}',
    eventId: '{json:request_id}',
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
  defineProvider({
    name: 'cloudflare-stream',
    title: 'Cloudflare Stream',
    detect: ['header:Webhook-Signature=time=*'],
    event: 'video.{json:status.state}',
    eventId: '{json:uid}.{json:status.state}',
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
  defineProvider({
    name: 'imagekit',
    title: 'ImageKit',
    event: '{json:type}',
    eventId: '{json:id}',
    scheme: strongest([standardWebhooks({ prefix: 'webhook' }), ikSignature], ikSignature),
    detect: ['header:x-ik-signature'],
    source: 'https://imagekit.io/docs/webhooks',
  }),
  defineProvider({
    name: 'elevenlabs',
    title: 'ElevenLabs',
    event: '{json:type}',
    eventId: '{json:data.conversation_id}',
    scheme: hmac({
      at: 'header:ElevenLabs-Signature',
      envelope: { fields: ',', signature: 'v0', timestamp: 't' },
      encoding: 'hex',
      message: '{timestamp}.{body}',
      clock: { unit: 's', tolerance: 1800, futurePasses: true },
    }),
    source: 'https://elevenlabs.io/docs/overview/administration/webhooks',
  }),
  defineProvider({
    name: 'fal',
    title: 'fal.ai',
    event: '{json:status}',
    eventId: '{header:X-Fal-Webhook-Request-Id}',
    scheme: publicKeySignature({
      algorithm: 'ed25519',
      at: 'header:X-Fal-Webhook-Signature',
      encoding: 'hex',
      message: '{header:X-Fal-Webhook-Request-Id}\n{header:X-Fal-Webhook-User-Id}\n{timestamp}\n{sha256:hex}',
      clock: { at: 'header:X-Fal-Webhook-Timestamp', unit: 's', tolerance: 300 },
      keys: keysAtUrl('https://rest.alpha.fal.ai/.well-known/jwks.json'),
    }),
    source: 'https://docs.fal.ai/model-apis/model-endpoints/webhooks',
    evidence: 'unconfirmed',
  }),
  defineProvider({
    name: 'deepgram',
    title: 'Deepgram',
    eventId: '{json:metadata.request_id}',
    scheme: token({ at: 'header:dg-token' }),
    source: 'https://developers.deepgram.com/docs/callback',
  }),
  defineProvider({
    name: 'kick',
    title: 'Kick',
    event: '{header:Kick-Event-Type}',
    eventId: '{header:Kick-Event-Message-Id}',
    detect: ['header:Kick-Event-Signature', 'header:Kick-Event-Type'],
    scheme: publicKeySignature({
      algorithm: 'rsa-sha256',
      at: 'header:Kick-Event-Signature',
      encoding: 'base64',
      message: '{header:Kick-Event-Message-Id}.{timestamp}.{body}',
      clock: { at: 'header:Kick-Event-Message-Timestamp', unit: 'iso' },
      keys: keysAtUrl('https://api.kick.com/public/v1/public-key'),
    }),
    source: 'https://docs.kick.com/events/webhook-security',
  }),
  defineProvider({
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
      label: 'hub.challenge',
      reply(parsed, context) {
        const challenge = valueAt(parsed, 'query:hub.challenge');
        if (parsed.method !== 'GET' || challenge === undefined) return undefined;
        const word = valueAt(parsed, 'query:hub.verify_token');
        return word === undefined || verifyTokenMatches(word, context)
          ? textReply(challenge)
          : emptyReply(404);
      },
    },
    source: 'https://www.w3.org/TR/websub/',
    evidence: 'unconfirmed',
  }),
];
