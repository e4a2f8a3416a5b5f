import { createHash } from 'node:crypto';
import { defineProvider } from '../core/define-provider.ts';
import { jsonReply } from '../core/handshake-replies.ts';
import { valueAt, valueAtPath } from '../request/locator.ts';
import type { ParsedRequest } from '../request/parsed-request.ts';
import { detachedJws } from '../schemes/detached-jws.ts';
import { hmac } from '../schemes/hmac.ts';
import { publicKeySignature } from '../schemes/public-key-signature.ts';
import { strongest } from '../schemes/strongest.ts';
import { askTheVendor } from '../schemes/unsigned.ts';
import { keysAtUrl } from '../signature/key-source.ts';

/** JSON with sorted keys at every level, as NOWPayments signs it. */
function sortedJson(parsed: ParsedRequest): readonly Uint8Array[] | undefined {
  const value = parsed.json();
  return value === undefined ? undefined : [Buffer.from(JSON.stringify(sorted(value)), 'utf8')];
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(valueAtPath(value, key))]),
  );
}

/** Blockchains and cryptocurrencies. */
export const crypto = [
  defineProvider({
    name: 'alchemy',
    title: 'Alchemy',
    event: '{json:type}',
    eventId: '{json:id}',
    scheme: hmac({ at: 'header:X-Alchemy-Signature', encoding: 'hex' }),
    source: 'https://www.alchemy.com/docs/reference/notify-api-quickstart',
  }),
  defineProvider({
    name: 'quicknode',
    title: 'QuickNode',
    detect: ['header:X-QN-Signature'],
    eventId: '{header:X-QN-Nonce}',
    scheme: hmac({
      at: 'header:X-QN-Signature',
      encoding: 'hex',
      message: '{header:X-QN-Nonce}{timestamp}{body}',
      clock: { at: 'header:X-QN-Timestamp', unit: 's' },
    }),
    source:
      'https://www.quicknode.com/guides/quicknode-products/streams/validating-incoming-streams-webhook-messages',
    evidence: 'unconfirmed',
  }),
  defineProvider({
    name: 'nowpayments',
    title: 'NOWPayments',
    event: '{json:payment_status}',
    eventId: '{json:payment_id}.{json:payment_status}',
    freshIdAt: ['json:payment_id'],
    scheme: hmac({
      at: 'header:x-nowpayments-sig',
      algorithm: 'sha512',
      encoding: 'hex',
      message: sortedJson,
    }),
    note: 'the JSON is signed with sorted keys',
    source: 'https://nowpayments.io/help/what-is/ipn',
  }),
  defineProvider({
    name: 'btcpay',
    title: 'BTCPay Server',
    event: '{json:type}',
    eventId: ['{json:originalDeliveryId}', '{json:deliveryId}'],
    freshIdAt: ['json:deliveryId'],
    scheme: hmac({ at: 'header:BTCPay-Sig', envelope: { prefix: 'sha256=' }, encoding: 'hex' }),
    source: 'https://docs.btcpayserver.org/API/Greenfield/v1/#tag/Webhooks',
  }),
  defineProvider({
    name: 'fireblocks',
    title: 'Fireblocks',
    detect: ['header:Fireblocks-Webhook-Signature', 'header:Fireblocks-Signature'],
    event: ['{json:eventType}', '{json:type}'],
    eventId: '{json:id}',
    scheme: strongest([
      detachedJws({
        at: 'header:Fireblocks-Webhook-Signature',
        algorithm: 'RS512',
        keys: keysAtUrl('https://keys.fireblocks.io/.well-known/jwks.json'),
      }),
      publicKeySignature({
        algorithm: 'rsa-sha512',
        at: 'header:Fireblocks-Signature',
        encoding: 'base64',
      }),
    ]),
    source: 'https://developers.fireblocks.com/docs/validating-webhooks',
  }),
  defineProvider({
    name: 'moralis-streams',
    title: 'Moralis Streams',
    detect: [['header:x-signature=0x*', 'json:streamId']],
    event: ['{json:tag}'],
    scheme: askTheVendor('its Keccak-256 signature is not supported'),
    source: 'https://docs.moralis.com/streams-api/evm/webhook-security',
  }),
  defineProvider({
    name: 'ebay',
    title: 'eBay',
    detect: ['header:X-EBAY-SIGNATURE', ['method=GET', 'query:challenge_code']],
    event: '{json:metadata.topic}',
    eventId: '{json:notification.notificationId}',
    scheme: publicKeySignature({
      algorithm: 'ecdsa-sha1',
      at: 'header:X-EBAY-SIGNATURE',
      encoding: 'base64',
      envelope: {
        parse(value) {
          const signature = valueAtPath(jsonIn(value), 'signature');
          return typeof signature === 'string' ? [{ signature, timestamp: undefined }] : [];
        },
        format(signature, _timestamp, before) {
          const had = before === undefined ? undefined : jsonIn(before);
          const head = typeof had === 'object' ? had : { alg: 'ecdsa', digest: 'SHA1' };
          return Buffer.from(JSON.stringify({ ...head, signature })).toString('base64');
        },
      },
    }),
    note: 'the API returns the public key for the key id: set it as the secret',
    handshake: {
      label: 'challenge_code',
      reply(parsed, { options: { verifyToken, endpoint = parsed.url.replace(/[?#].*$/s, '') } }) {
        const code = valueAt(parsed, 'query:challenge_code');
        if (parsed.method !== 'GET' || code === undefined || verifyToken === undefined) return undefined;
        if (!/^[\w.+/=-]{1,256}$/.test(code)) return undefined;
        const challengeResponse = createHash('sha256')
          .update(code + verifyToken + endpoint)
          .digest('hex');
        return jsonReply({ challengeResponse });
      },
    },
    source: 'https://github.com/eBay/event-notification-nodejs-sdk',
    evidence: 'vector',
  }),
];

function jsonIn(base64: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
  } catch {
    return undefined;
  }
}
