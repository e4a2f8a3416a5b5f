import { row } from '../core/define-provider.ts';
import { textAnswer } from '../core/handshake-replies.ts';
import { valueAt } from '../request/locator.ts';
import { token } from '../schemes/token.ts';

/** Each notification of a batch repeats the word that was agreed on at subscription. */
export const microsoftGraph = row({
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
    called: 'validationToken',
    answer(reading) {
      const challenge = valueAt(reading, 'query:validationToken');
      return challenge === undefined ? undefined : textAnswer(challenge);
    },
  },
  replyDeadlineMs: 10_000,
  retries: 'with growing gaps for up to 4 hours',
  source: 'https://learn.microsoft.com/graph/change-notifications-delivery-webhooks',
  note: 'the JWTs in validationTokens and encrypted content are not checked',
});
