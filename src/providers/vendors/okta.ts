import { row } from '../core/define-provider.ts';
import { jsonAnswer } from '../core/handshake-replies.ts';
import { token } from '../schemes/token.ts';

const challengeHeader = 'X-Okta-Verification-Challenge';

export const okta = row({
  name: 'okta',
  title: 'Okta',
  detect: ['json:eventType=com.okta.*', `header:${challengeHeader}`],
  event: ['{json:data.events.0.eventType}', '{json:eventType}'],
  eventId: '{json:eventId}',
  scheme: token({ at: 'header:Authorization', orOption: 'header' }),
  handshake: {
    called: 'one-time verification',
    answer(reading) {
      const [verification] = reading.header(challengeHeader);
      return reading.method === 'GET' && verification !== undefined
        ? jsonAnswer({ verification })
        : undefined;
    },
  },
  source: 'https://developer.okta.com/docs/concepts/event-hooks/',
});
