import { defineProvider } from '../core/define-provider.ts';
import { emptyReply, jsonReply } from '../core/handshake-replies.ts';
import { valueAt } from '../request/locator.ts';
import { hmac } from '../schemes/hmac.ts';
import { unsigned } from '../schemes/unsigned.ts';
import { verifyTokenMatches } from '../vendors/meta.ts';

/** Fitness and devices. */
export const devices = [
  defineProvider({
    name: 'strava',
    title: 'Strava',
    detect: [['json:aspect_type', 'json:owner_id', 'json:subscription_id']],
    event: '{json:object_type}.{json:aspect_type}',
    scheme: unsigned('Strava does not sign requests'),
    handshake: {
      label: 'hub.challenge',
      reply(parsed, context) {
        const challenge = valueAt(parsed, 'query:hub.challenge');
        if (parsed.method !== 'GET' || challenge === undefined) return undefined;
        const fits = verifyTokenMatches(valueAt(parsed, 'query:hub.verify_token'), context);
        return fits ? jsonReply({ 'hub.challenge': challenge }) : emptyReply(403);
      },
    },
    note: 'its setup request looks like one of Meta, which expects another reply',
    source: 'https://developers.strava.com/docs/webhooks/',
  }),
  defineProvider({
    name: 'fitbit',
    title: 'Fitbit',
    detect: ['header:X-Fitbit-Signature', ['method=GET', 'query:verify', '!query:challenge']],
    event: '{json:0.collectionType}',
    scheme: hmac({
      at: 'header:X-Fitbit-Signature',
      algorithm: 'sha1',
      encoding: 'base64',
      key: (secret) => Buffer.from(`${secret}&`, 'utf8'),
    }),
    handshake: {
      label: 'verify',
      reply(parsed, { options: { verifyToken } }) {
        const code = valueAt(parsed, 'query:verify');
        if (parsed.method !== 'GET' || code === undefined) return undefined;
        // Fitbit also sends a wrong code, which must be rejected; without a configured code all are.
        return emptyReply(code === verifyToken ? 204 : 404);
      },
    },
    source: 'https://dev.fitbit.com/build/reference/web-api/developer-guide/using-subscriptions/',
  }),
  defineProvider({
    name: 'oura',
    title: 'Oura',
    detect: ['header:x-oura-signature', ['method=GET', 'query:verification_token', 'query:challenge']],
    event: '{json:data_type}.{json:event_type}',
    scheme: hmac({
      at: 'header:x-oura-signature',
      encoding: 'HEX',
      message: '{timestamp}{body}',
      clock: { at: 'header:x-oura-timestamp', unit: 's' },
    }),
    handshake: {
      label: 'challenge',
      reply(parsed, context) {
        const challenge = valueAt(parsed, 'query:challenge');
        if (parsed.method !== 'GET' || challenge === undefined) return undefined;
        const fits = verifyTokenMatches(valueAt(parsed, 'query:verification_token'), context);
        return fits ? jsonReply({ challenge }) : emptyReply(401);
      },
    },
    source: 'https://cloud.ouraring.com/v2/docs#section/Webhooks',
    evidence: 'unconfirmed',
  }),
  defineProvider({
    name: 'whoop',
    title: 'WHOOP',
    event: '{json:type}',
    eventId: '{json:trace_id}',
    scheme: hmac({
      at: 'header:X-WHOOP-Signature',
      encoding: 'base64',
      message: '{timestamp}{body}',
      clock: { at: 'header:X-WHOOP-Signature-Timestamp', unit: 'ms' },
    }),
    source: 'https://developer.whoop.com/docs/developing/webhooks',
  }),
];
