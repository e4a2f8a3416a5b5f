import { defineProvider } from '../core/define-provider.ts';
import { textReply } from '../core/handshake-replies.ts';
import { valueAt } from '../request/locator.ts';
import { token } from '../schemes/token.ts';

/** Each notification of a batch repeats the client state of the subscription. */
export const microsoftGraph = defineProvider({
  name: 'microsoft-graph',
  title: 'Microsoft Graph',
  detect: [
    ['json:value.0.subscriptionId', 'json:value.0.changeType'],
    ['json:value.0.subscriptionId', 'json:value.0.lifecycleEvent'],
    ['method=POST', 'query:validationToken'],
  ],
  event: ['{json:value.0.lifecycleEvent}', '{json:value.0.changeType}'],
  eventId: '{json:value.0.id}',
  scheme: token({ at: 'json:value.*.clientState', all: true }),
  handshake: {
    label: 'validationToken',
    reply(parsed) {
      const challenge = valueAt(parsed, 'query:validationToken');
      return challenge === undefined ? undefined : textReply(challenge);
    },
  },
  replyDeadlineMs: 10_000,
  retries: 'with increasing delays for up to 4 hours',
  source: 'https://learn.microsoft.com/graph/change-notifications-delivery-webhooks',
  note: 'the JWTs in validationTokens and encrypted content are not checked',
});
