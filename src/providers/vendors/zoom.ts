import { defineProvider } from '../core/define-provider.ts';
import { jsonReply } from '../core/handshake-replies.ts';
import { valueAtPath } from '../request/locator.ts';
import { hmac } from '../schemes/hmac.ts';
import { challengeMac } from '../signature/challenge-mac.ts';

export const zoom = defineProvider({
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
    label: 'endpoint.url_validation',
    reply(parsed, { secrets: [secret] }) {
      const json = parsed.json();
      const plainToken = valueAtPath(json, 'payload.plainToken');
      if (valueAtPath(json, 'event') !== 'endpoint.url_validation' || typeof plainToken !== 'string')
        return undefined;
      if (secret === undefined) return undefined;
      const encryptedToken = challengeMac(plainToken, secret, 'hex');
      return encryptedToken === undefined ? undefined : jsonReply({ plainToken, encryptedToken });
    },
  },
  replyDeadlineMs: 3000,
  retries: '3 times: after 5, 25 and 85 minutes',
  source: 'https://developers.zoom.us/docs/api/webhooks/',
});
