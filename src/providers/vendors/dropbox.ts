import { row } from '../core/define-provider.ts';
import { textAnswer } from '../core/handshake-replies.ts';
import { valueAt } from '../request/locator.ts';
import { hmac } from '../schemes/hmac.ts';

export const dropbox = row({
  name: 'dropbox',
  title: 'Dropbox',
  detect: [
    'header:X-Dropbox-Signature',
    ['method=GET', 'query:challenge', 'header:User-Agent=DropboxWebhooks*'],
  ],
  scheme: hmac({ at: 'header:X-Dropbox-Signature', encoding: 'hex' }),
  handshake: {
    called: 'challenge',
    answer(reading) {
      const challenge = valueAt(reading, 'query:challenge');
      if (reading.method !== 'GET' || challenge === undefined) return undefined;
      const answer = textAnswer(challenge);
      return { ...answer, headers: [...answer.headers, ['x-content-type-options', 'nosniff']] };
    },
  },
  source: 'https://www.dropbox.com/developers/reference/webhooks',
});
