import { defineProvider } from '../core/define-provider.ts';
import { emptyReply } from '../core/handshake-replies.ts';
import { valueAtPath } from '../request/locator.ts';
import { hmac } from '../schemes/hmac.ts';

/** The key looks like base64 but is used as text. */
const scheme = hmac({ at: 'header:x-xero-signature', encoding: 'base64' });

export const xero = defineProvider({
  name: 'xero',
  title: 'Xero',
  detect: ['header:x-xero-signature'],
  event: '{json:events.0.eventCategory}.{json:events.0.eventType}',
  scheme,
  handshake: {
    label: 'intent to receive',
    reply(parsed, context) {
      const events = valueAtPath(parsed.json(), 'events');
      if (!Array.isArray(events) || events.length > 0 || parsed.header('x-xero-signature').length === 0) {
        return undefined;
      }
      // Xero sends several, some with wrong signatures, which must be rejected.
      return emptyReply(scheme.verify(parsed, context).result === 'valid' ? 200 : 401);
    },
  },
  replyDeadlineMs: 5000,
  retries: 'with increasing delays for up to 24 hours',
  deliverySource: 'https://developer.xero.com/documentation/webhooks/configuring-your-server',
  source: 'https://developer.xero.com/documentation/guides/webhooks/overview/',
});
