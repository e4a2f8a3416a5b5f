import { defineProvider } from '../core/define-provider.ts';
import { emptyReply } from '../core/handshake-replies.ts';
import { hmac } from '../schemes/hmac.ts';

const secretHeader = 'X-Hook-Secret';

export const asana = defineProvider({
  name: 'asana',
  title: 'Asana',
  detect: [['header:X-Hook-Signature', '!header:X-Hook-Signature=*='], `header:${secretHeader}`],
  event: '{json:events.0.resource.resource_type}.{json:events.0.action}',
  scheme: hmac({ at: 'header:X-Hook-Signature', encoding: 'hex' }),
  handshake: {
    label: secretHeader,
    reply(parsed) {
      const [secret] = parsed.header(secretHeader);
      return secret === undefined ? undefined : emptyReply(200, [[secretHeader, secret]]);
    },
  },
  replyDeadlineMs: 10_000,
  retries: 'with increasing delays for up to 24 hours',
  note: 'the secret is sent once, in X-Hook-Secret of the handshake: see show --raw of that request',
  source: 'https://developers.asana.com/docs/webhooks-guide',
});
