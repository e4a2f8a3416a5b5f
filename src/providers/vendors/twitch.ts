import { row } from '../core/define-provider.ts';
import { textAnswer } from '../core/handshake-replies.ts';
import { at, valueAt } from '../request/locator.ts';
import { hmac } from '../schemes/hmac.ts';

const typeAt = 'header:Twitch-Eventsub-Message-Type';

const scheme = hmac({
  at: 'header:Twitch-Eventsub-Message-Signature',
  envelope: { prefix: 'sha256=' },
  encoding: 'hex',
  message: '{header:Twitch-Eventsub-Message-Id}{timestamp}{body}',
  clock: { at: 'header:Twitch-Eventsub-Message-Timestamp', unit: 'iso', tolerance: 600, futurePasses: true },
});

export const twitch = row({
  name: 'twitch',
  title: 'Twitch EventSub',
  detect: [typeAt, 'header:Twitch-Eventsub-Message-Signature'],
  event: '{header:Twitch-Eventsub-Subscription-Type}',
  eventId: '{header:Twitch-Eventsub-Message-Id}',
  scheme,
  handshake: {
    called: 'webhook_callback_verification',
    answer(reading, context) {
      const challenge = at(reading.json(), 'challenge');
      if (valueAt(reading, typeAt) !== 'webhook_callback_verification') return undefined;
      if (typeof challenge !== 'string' || scheme.verify(reading, context).result === 'invalid')
        return undefined;
      return textAnswer(challenge);
    },
  },
  source: 'https://dev.twitch.tv/docs/eventsub/handling-webhook-events/',
});
