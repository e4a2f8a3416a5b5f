import { row } from '../core/define-provider.ts';
import { emptyAnswer } from '../core/handshake-replies.ts';
import { hmac } from '../schemes/hmac.ts';

const secretHeader = 'X-Hook-Secret';

export const asana = row({
  name: 'asana',
  title: 'Asana',
  detect: [['header:X-Hook-Signature', '!header:X-Hook-Signature=*='], `header:${secretHeader}`],
  event: '{json:events.0.resource.resource_type}.{json:events.0.action}',
  scheme: hmac({ at: 'header:X-Hook-Signature', encoding: 'hex' }),
  handshake: {
    called: secretHeader,
    answer(reading) {
      const [secret] = reading.header(secretHeader);
      return secret === undefined ? undefined : emptyAnswer(200, [[secretHeader, secret]]);
    },
  },
  replyDeadlineMs: 10_000,
  retries: 'with growing gaps for up to 24 hours',
  note: 'its secret comes once, as X-Hook-Secret of the handshake: show --raw of that request has it',
  source: 'https://developers.asana.com/docs/webhooks-guide',
});
