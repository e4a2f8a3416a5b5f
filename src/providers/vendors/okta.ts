import { defineProvider } from '../core/define-provider.ts';
import { jsonReply } from '../core/handshake-replies.ts';
import { token } from '../schemes/token.ts';

const challengeHeader = 'X-Okta-Verification-Challenge';

export const okta = defineProvider({
  name: 'okta',
  title: 'Okta',
  detect: ['json:eventType=com.okta.*', `header:${challengeHeader}`],
  event: ['{json:data.events.0.eventType}', '{json:eventType}'],
  eventId: '{json:eventId}',
  scheme: token({ at: 'header:Authorization', orOption: 'header' }),
  handshake: {
    label: 'one-time verification',
    reply(parsed) {
      const [verification] = parsed.header(challengeHeader);
      return parsed.method === 'GET' && verification !== undefined ? jsonReply({ verification }) : undefined;
    },
  },
  source: 'https://developer.okta.com/docs/concepts/event-hooks/',
});
