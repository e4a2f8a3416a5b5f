import { defineProvider } from '../core/define-provider.ts';
import { jsonReply } from '../core/handshake-replies.ts';
import { valueAt } from '../request/locator.ts';
import { hmac } from '../schemes/hmac.ts';
import { challengeMac } from '../signature/challenge-mac.ts';

/** Base64 after a prefix that is used with hex elsewhere. */
export const x = defineProvider({
  name: 'x',
  title: 'X (Twitter)',
  detect: ['header:x-twitter-webhooks-signature', ['method=GET', 'query:crc_token']],
  event: '{json:data.event_type}',
  eventId: '{json:data.event_uuid}',
  scheme: hmac({
    at: 'header:x-twitter-webhooks-signature',
    envelope: { prefix: 'sha256=' },
    encoding: 'base64',
  }),
  handshake: {
    label: 'CRC',
    reply(parsed, { secrets: [secret] }) {
      const token = valueAt(parsed, 'query:crc_token');
      if (parsed.method !== 'GET' || token === undefined || secret === undefined) return undefined;
      const mac = challengeMac(token, secret, 'base64');
      return mac === undefined ? undefined : jsonReply({ response_token: `sha256=${mac}` });
    },
  },
  replyDeadlineMs: 10_000,
  source: 'https://docs.x.com/x-api/webhooks/introduction',
});
