import { row } from '../core/define-provider.ts';
import { emptyAnswer, jsonAnswer } from '../core/handshake-replies.ts';
import { valueAt } from '../request/locator.ts';
import { hmac } from '../schemes/hmac.ts';
import { unsigned } from '../schemes/unsigned.ts';
import { verifyTokenFits } from '../vendors/meta.ts';

/** Bodies in motion. */
export const devices = [
  row({
    name: 'strava',
    title: 'Strava',
    detect: [['json:aspect_type', 'json:owner_id', 'json:subscription_id']],
    event: '{json:object_type}.{json:aspect_type}',
    scheme: unsigned('Strava does not sign'),
    handshake: {
      called: 'hub.challenge',
      answer(reading, context) {
        const challenge = valueAt(reading, 'query:hub.challenge');
        if (reading.method !== 'GET' || challenge === undefined) return undefined;
        const fits = verifyTokenFits(valueAt(reading, 'query:hub.verify_token'), context);
        return fits ? jsonAnswer({ 'hub.challenge': challenge }) : emptyAnswer(403);
      },
    },
    note: 'its call to set up can not be told from one of Meta, which wants another answer',
    source: 'https://developers.strava.com/docs/webhooks/',
  }),
  row({
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
      called: 'verify',
      answer(reading, { options: { verifyToken } }) {
        const code = valueAt(reading, 'query:verify');
        if (reading.method !== 'GET' || code === undefined) return undefined;
        // It sends a wrong code, too, which has to be turned down; without the right one all are.
        return emptyAnswer(code === verifyToken ? 204 : 404);
      },
    },
    source: 'https://dev.fitbit.com/build/reference/web-api/developer-guide/using-subscriptions/',
  }),
  row({
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
      called: 'challenge',
      answer(reading, context) {
        const challenge = valueAt(reading, 'query:challenge');
        if (reading.method !== 'GET' || challenge === undefined) return undefined;
        const fits = verifyTokenFits(valueAt(reading, 'query:verification_token'), context);
        return fits ? jsonAnswer({ challenge }) : emptyAnswer(401);
      },
    },
    source: 'https://cloud.ouraring.com/v2/docs#section/Webhooks',
    evidence: 'unconfirmed',
  }),
  row({
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
