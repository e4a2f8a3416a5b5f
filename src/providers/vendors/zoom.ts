import { row } from '../core/define-provider.ts';
import { jsonAnswer } from '../core/handshake-replies.ts';
import { at } from '../request/locator.ts';
import { hmac } from '../schemes/hmac.ts';
import { challengeMac } from '../signature/challenge-mac.ts';

export const zoom = row({
  name: 'zoom',
  title: 'Zoom',
  detect: ['header:x-zm-signature'],
  event: '{json:event}',
  scheme: hmac({
    at: 'header:x-zm-signature',
    envelope: { prefix: 'v0=' },
    encoding: 'hex',
    message: 'v0:{timestamp}:{body}',
    clock: { at: 'header:x-zm-request-timestamp', unit: 's', tolerance: 300 },
  }),
  handshake: {
    called: 'endpoint.url_validation',
    answer(reading, { secrets: [secret] }) {
      const json = reading.json();
      const plainToken = at(json, 'payload.plainToken');
      if (at(json, 'event') !== 'endpoint.url_validation' || typeof plainToken !== 'string') return undefined;
      if (secret === undefined) return undefined;
      const encryptedToken = challengeMac(plainToken, secret, 'hex');
      return encryptedToken === undefined ? undefined : jsonAnswer({ plainToken, encryptedToken });
    },
  },
  replyDeadlineMs: 3000,
  retries: '3 times: after 5, 25 and 85 minutes',
  source: 'https://developers.zoom.us/docs/api/webhooks/',
});
