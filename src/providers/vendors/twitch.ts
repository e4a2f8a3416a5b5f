import { defineProvider } from '../core/define-provider.ts';
import { textReply } from '../core/handshake-replies.ts';
import { valueAt, valueAtPath } from '../request/locator.ts';
import { hmac } from '../schemes/hmac.ts';

const typeAt = 'header:Twitch-Eventsub-Message-Type';

const scheme = hmac({
  at: 'header:Twitch-Eventsub-Message-Signature',
  envelope: { prefix: 'sha256=' },
  encoding: 'hex',
  message: '{header:Twitch-Eventsub-Message-Id}{timestamp}{body}',
  clock: { at: 'header:Twitch-Eventsub-Message-Timestamp', unit: 'iso', tolerance: 600, futurePasses: true },
});

export const twitch = defineProvider({
  name: 'twitch',
  title: 'Twitch EventSub',
  detect: [typeAt, 'header:Twitch-Eventsub-Message-Signature'],
  event: '{header:Twitch-Eventsub-Subscription-Type}',
  eventId: '{header:Twitch-Eventsub-Message-Id}',
  scheme,
  handshake: {
    label: 'webhook_callback_verification',
    reply(parsed, context) {
      const challenge = valueAtPath(parsed.json(), 'challenge');
      if (valueAt(parsed, typeAt) !== 'webhook_callback_verification') return undefined;
      if (typeof challenge !== 'string' || scheme.verify(parsed, context).result === 'invalid')
        return undefined;
      return textReply(challenge);
    },
  },
  source: 'https://dev.twitch.tv/docs/eventsub/handling-webhook-events/',
});
