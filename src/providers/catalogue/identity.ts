import { defineProvider } from '../core/define-provider.ts';
import { choice } from '../schemes/choice.ts';
import { hmac } from '../schemes/hmac.ts';
import { jwt } from '../schemes/jwt.ts';
import { token } from '../schemes/token.ts';
import { keysAtConfiguredHost, keysAtUrl } from '../signature/key-source.ts';

const digest = 'header:X-Payload-Digest';

/** Identity and access. */
export const identity = [
  defineProvider({
    name: 'auth0',
    title: 'Auth0',
    detect: [
      ['json:0.log_id', 'json:0.data.type'],
      ['json:log_id', 'json:data.type'],
      ['json:a0tenant', 'json:type'],
    ],
    event: ['{json:0.data.type}', '{json:data.type}', '{json:type}'],
    eventId: ['{json:0.log_id}', '{json:log_id}', '{json:id}'],
    freshIdAt: ['json:log_id'],
    scheme: token({ at: 'header:Authorization' }),
    source: 'https://auth0.com/docs/customize/log-streams/custom-log-streams',
  }),
  defineProvider({
    name: 'workos',
    title: 'WorkOS',
    event: '{json:event}',
    eventId: '{json:id}',
    scheme: hmac({
      at: 'header:WorkOS-Signature',
      envelope: { fields: ', ', signature: 'v1', timestamp: 't' },
      encoding: 'hex',
      message: '{timestamp}.{body}',
      clock: { unit: 'ms', tolerance: 180, futurePasses: true },
    }),
    source: 'https://workos.com/docs/events/data-syncing/webhooks',
    evidence: 'sdk',
  }),
  defineProvider({
    name: 'fusionauth',
    title: 'FusionAuth',
    event: '{json:event.type}',
    eventId: '{json:event.id}',
    scheme: jwt({
      at: 'header:X-FusionAuth-Signature-JWT',
      algorithms: ['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'EdDSA'],
      bodyHash: { claim: 'request_body_sha256', encoding: 'base64' },
    }),
    source: 'https://fusionauth.io/docs/extend/events-and-webhooks/signing',
  }),
  defineProvider({
    name: 'kinde',
    title: 'Kinde',
    detect: ['header:Content-Type=application/jwt*'],
    scheme: jwt({
      at: 'body',
      algorithms: ['RS256'],
      // The token names its issuer, but any customer of Kinde can get such a token.
      keys: keysAtConfiguredHost('domain', '/.well-known/jwks.json'),
    }),
    note: 'the body is the token; its event is not read; the keys come from the host in the option domain, such as acme.kinde.com',
    source: 'https://docs.kinde.com/integrate/webhooks/about-webhooks/',
  }),
  defineProvider({
    name: 'onfido',
    title: 'Onfido',
    event: '{json:payload.action}',
    scheme: hmac({ at: 'header:X-SHA2-Signature', encoding: 'hex' }),
    source: 'https://documentation.onfido.com/api/latest/#webhooks',
    evidence: 'vector',
  }),
  defineProvider({
    name: 'persona',
    title: 'Persona',
    event: '{json:data.attributes.name}',
    eventId: '{json:data.id}',
    scheme: hmac({
      at: 'header:Persona-Signature',
      envelope: { fields: ',', signature: 'v1', timestamp: 't', groups: ' ' },
      encoding: 'hex',
      message: '{timestamp}.{body}',
      clock: { unit: 's', tolerance: 300 },
    }),
    source: 'https://docs.withpersona.com/webhook-best-practices',
    evidence: 'unconfirmed',
  }),
  defineProvider({
    name: 'sumsub',
    title: 'Sumsub',
    event: '{json:type}',
    eventId: '{json:correlationId}.{json:type}',
    freshIdAt: ['json:correlationId'],
    scheme: choice(
      [
        {
          when: 'header:X-Payload-Digest-Alg=HMAC_SHA1_HEX',
          scheme: hmac({ at: digest, algorithm: 'sha1', encoding: 'hex' }),
        },
        {
          when: 'header:X-Payload-Digest-Alg=HMAC_SHA512_HEX',
          scheme: hmac({ at: digest, algorithm: 'sha512', encoding: 'hex' }),
        },
      ],
      hmac({ at: digest, encoding: 'hex' }),
    ),
    source: 'https://docs.sumsub.com/docs/webhook-manager',
  }),
  defineProvider({
    name: 'veriff',
    title: 'Veriff',
    detect: [
      ['header:x-hmac-signature', 'header:x-auth-client'],
      ['header:x-hmac-signature', 'header:vrf-auth-client'],
    ],
    event: ['{json:action}', '{json:status}'],
    eventId: ['{json:attemptId}.{json:action}', '{json:attemptId}'],
    freshIdAt: ['json:attemptId'],
    scheme: hmac({ at: 'header:x-hmac-signature', encoding: 'hex' }),
    source: 'https://devdocs.veriff.com/docs/hmac-authentication-and-endpoint-security',
  }),
  defineProvider({
    name: 'castle',
    title: 'Castle',
    event: '{json:type}',
    scheme: hmac({ at: 'header:X-Castle-Signature', encoding: 'base64' }),
    source: 'https://docs.castle.io/docs/webhooks',
    evidence: 'vector',
  }),
  defineProvider({
    name: 'pinwheel',
    title: 'Pinwheel',
    event: '{json:event}',
    eventId: '{json:event_id}',
    scheme: hmac({
      at: 'header:X-Pinwheel-Signature',
      envelope: { prefix: 'v2=' },
      encoding: 'hex',
      message: 'v2:{timestamp}:{body}',
      clock: { at: 'header:X-Timestamp', unit: 's' },
    }),
    source: 'https://docs.pinwheelapi.com/public/docs/webhooks',
  }),
  defineProvider({
    name: 'google-pubsub',
    title: 'Google Cloud Pub/Sub',
    detect: [
      ['json:message.messageId', 'json:subscription=projects/*'],
      ['json:message.message_id', 'json:subscription=projects/*'],
    ],
    event: ['{json:message.attributes.eventType}'],
    eventId: ['{json:message.messageId}', '{json:message.message_id}'],
    freshIdAt: ['json:message.messageId'],
    scheme: jwt({
      at: 'header:Authorization',
      prefix: 'Bearer ',
      algorithms: ['RS256'],
      issuer: 'https://accounts.google.com',
      url: { claim: 'aud', option: 'audience' },
      life: 3600,
      keys: keysAtUrl('https://www.googleapis.com/oauth2/v1/certs'),
    }),
    note: 'the body is not signed; set the option audience if it is not the URL',
    source: 'https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions',
    evidence: 'unconfirmed',
  }),
];
