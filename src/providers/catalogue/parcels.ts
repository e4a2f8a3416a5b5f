import { defineProvider } from '../core/define-provider.ts';
import { jsonReply, textReply } from '../core/handshake-replies.ts';
import { valueAt, valueAtPath } from '../request/locator.ts';
import { hmac } from '../schemes/hmac.ts';
import { publicKeySignature } from '../schemes/public-key-signature.ts';
import { token } from '../schemes/token.ts';
import { challengeMac } from '../signature/challenge-mac.ts';
import { keysAtUrl } from '../signature/key-source.ts';

const stripeLike = {
  envelope: { fields: ',', signature: 'v1', timestamp: 't' },
  encoding: 'hex',
  message: '{timestamp}.{body}',
} as const;

/** Parcels, rides and cars. */
export const parcels = [
  defineProvider({
    name: 'uber',
    title: 'Uber',
    event: ['{json:event_type}', '{json:kind}'],
    eventId: ['{json:event_id}', '{json:id}'],
    freshIdAt: ['json:event_id'],
    scheme: hmac({
      at: 'header:X-Uber-Signature',
      encoding: 'hex',
      legacy: [{ at: 'header:X-Postmates-Signature', encoding: 'hex' }],
    }),
    source: 'https://developer.uber.com/docs/eats/guides/webhooks',
  }),
  defineProvider({
    name: 'doordash',
    title: 'DoorDash',
    detect: [['json:event_name', 'json:external_delivery_id']],
    event: '{json:event_name}',
    scheme: token({ at: 'header:Authorization' }),
    source: 'https://developer.doordash.com/en-US/docs/drive/how_to/webhooks/',
    evidence: 'unconfirmed',
  }),
  defineProvider({
    name: 'easypost',
    title: 'EasyPost',
    detect: ['header:X-Hmac-Signature=hmac-sha256-hex=*'],
    event: '{json:description}',
    eventId: '{json:id}',
    scheme: hmac({
      at: 'header:X-Hmac-Signature',
      envelope: { prefix: 'hmac-sha256-hex=' },
      encoding: 'hex',
      key: (secret) => Buffer.from(secret.normalize('NFKD'), 'utf8'),
    }),
    source: 'https://docs.easypost.com/guides/webhooks-guide',
    evidence: 'vector',
  }),
  defineProvider({
    name: 'aftership',
    title: 'AfterShip',
    event: '{json:event}',
    eventId: '{json:event_id}',
    scheme: hmac({ at: 'header:aftership-hmac-sha256', encoding: 'base64' }),
    source: 'https://www.aftership.com/docs/tracking/webhook/webhook-signature',
  }),
  defineProvider({
    name: 'shippo',
    title: 'Shippo',
    event: '{json:event}',
    scheme: hmac({ at: 'header:Shippo-Auth-Signature', ...stripeLike, clock: { unit: 's', tolerance: 300 } }),
    source: 'https://docs.goshippo.com/docs/tracking/webhooksecurity/',
  }),
  defineProvider({
    name: 'shipengine',
    title: 'ShipEngine',
    event: '{json:resource_type}',
    scheme: publicKeySignature({
      algorithm: 'rsa-sha256',
      at: 'header:X-ShipEngine-RSA-SHA256-Signature',
      encoding: 'base64',
      message: '{timestamp}.{body}',
      clock: { at: 'header:X-ShipEngine-Timestamp', unit: 'iso', tolerance: 300 },
      keys: keysAtUrl('https://api.shipengine.com/jwks', (parsed) =>
        parsed.header('X-ShipEngine-RSA-SHA256-Key-Id').at(0),
      ),
    }),
    source: 'https://www.shipengine.com/docs/tracking/webhooks/',
  }),
  defineProvider({
    name: 'lob',
    title: 'Lob',
    event: '{json:event_type.id}',
    eventId: '{json:id}',
    scheme: hmac({
      at: 'header:Lob-Signature',
      encoding: 'hex',
      message: '{timestamp}.{body}',
      clock: { at: 'header:Lob-Signature-Timestamp', unit: 'ms' },
    }),
    source: 'https://help.lob.com/print-and-mail/getting-data-and-results/using-webhooks',
  }),
  defineProvider({
    name: 'smartcar',
    title: 'Smartcar',
    event: ['{json:eventType}', '{json:eventName}'],
    eventId: '{json:eventId}',
    scheme: hmac({ at: 'header:SC-Signature', encoding: 'hex' }),
    detect: [
      'header:SC-Signature',
      ['json:eventName=verify', 'json:payload.challenge'],
      ['json:eventType=VERIFY', 'json:data.challenge'],
    ],
    handshake: {
      label: 'verify',
      reply(parsed, { secrets: [secret] }) {
        const json = parsed.json();
        const challenge = valueAtPath(json, 'payload.challenge') ?? valueAtPath(json, 'data.challenge');
        const kind = valueAtPath(json, 'eventName') ?? valueAtPath(json, 'eventType');
        if (typeof kind !== 'string' || kind.toLowerCase() !== 'verify') return undefined;
        if (typeof challenge !== 'string' || secret === undefined) return undefined;
        const mac = challengeMac(challenge, secret, 'hex');
        return mac === undefined ? undefined : jsonReply({ challenge: mac });
      },
    },
    source: 'https://smartcar.com/docs/integrations/webhooks/callback-verification',
    evidence: 'vector',
  }),
  defineProvider({
    name: 'onfleet',
    title: 'Onfleet',
    event: ['{json:triggerName}', '{json:triggerId}'],
    scheme: hmac({ at: 'header:X-Onfleet-Signature', algorithm: 'sha512', encoding: 'hex', key: 'hex' }),
    handshake: {
      anonymous: true,
      label: 'check',
      reply(parsed) {
        const check = valueAt(parsed, 'query:check');
        return parsed.method === 'GET' && check !== undefined ? textReply(check) : undefined;
      },
    },
    source: 'https://docs.onfleet.com/reference/validation',
  }),
];
