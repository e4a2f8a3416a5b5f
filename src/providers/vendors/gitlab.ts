import { defineProvider } from '../core/define-provider.ts';
import { standardWebhooks } from '../schemes/standard-webhooks.ts';
import { strongest } from '../schemes/strongest.ts';
import { token } from '../schemes/token.ts';

const secretToken = token({ at: 'header:X-Gitlab-Token' });

/**
 * `webhook-id` and `webhook-timestamp` are in every delivery; only `webhook-signature` shows that there is a signing
 * token, and then the secret token proves nothing.
 */
export const gitlab = defineProvider({
  name: 'gitlab',
  title: 'GitLab',
  detect: ['header:X-Gitlab-Event', 'header:X-Gitlab-Token'],
  event: ['{json:object_kind}', '{json:event_name}', '{header:X-Gitlab-Event}'],
  eventId: ['{header:webhook-id}', '{header:Idempotency-Key}', '{header:X-Gitlab-Event-UUID}'],
  freshIdAt: ['header:webhook-id', 'header:Idempotency-Key', 'header:X-Gitlab-Event-UUID'],
  scheme: strongest([standardWebhooks({ prefix: 'webhook' }), secretToken], secretToken),
  replyDeadlineMs: 10_000,
  source: 'https://docs.gitlab.com/user/project/integrations/webhooks/',
});
