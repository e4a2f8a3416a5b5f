import { defineProvider } from '../core/define-provider.ts';
import { textReply } from '../core/handshake-replies.ts';
import { valueAt } from '../request/locator.ts';
import { hmac } from '../schemes/hmac.ts';

export const dropbox = defineProvider({
  name: 'dropbox',
  title: 'Dropbox',
  detect: [
    'header:X-Dropbox-Signature',
    ['method=GET', 'query:challenge', 'header:User-Agent=DropboxWebhooks*'],
  ],
  scheme: hmac({ at: 'header:X-Dropbox-Signature', encoding: 'hex' }),
  handshake: {
    label: 'challenge',
    reply(parsed) {
      const challenge = valueAt(parsed, 'query:challenge');
      if (parsed.method !== 'GET' || challenge === undefined) return undefined;
      const reply = textReply(challenge);
      return { ...reply, headers: [...reply.headers, ['x-content-type-options', 'nosniff']] };
    },
  },
  source: 'https://www.dropbox.com/developers/reference/webhooks',
});
