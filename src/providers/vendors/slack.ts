import { emptyReply, textReply } from '../core/handshake-replies.ts';
import type { Provider } from '../core/provider.ts';
import { valueAt, valueAtPath } from '../request/locator.ts';
import { hmac } from '../schemes/hmac.ts';

/** https://docs.slack.dev/authentication/verifying-requests-from-slack */
export const slack: Provider = {
  name: 'slack',
  title: 'Slack',
  detect: [
    'header:X-Slack-Signature',
    'header:X-Slack-Request-Timestamp',
    'query:ssl_check=1',
    'form:ssl_check=1',
  ],
  event: ['{json:event.type}', '{json:type}', '{form:command}', '{form:payload>type}'],
  eventId: ['{json:event_id}', '{form:trigger_id}'],
  scheme: hmac({
    at: 'header:X-Slack-Signature',
    envelope: { prefix: 'v0=' },
    encoding: 'hex',
    message: 'v0:{timestamp}:{body}',
    clock: { at: 'header:X-Slack-Request-Timestamp', unit: 's', tolerance: 300, futurePasses: true },
  }),
  handshake: {
    label: 'url_verification',
    reply(parsed) {
      // Slack checks the certificate of a slash command's URL.
      if (['query:ssl_check', 'form:ssl_check'].some((locator) => valueAt(parsed, locator) === '1')) {
        return emptyReply(200);
      }
      const json = parsed.json();
      if (valueAtPath(json, 'type') !== 'url_verification') return undefined;
      const challenge = valueAtPath(json, 'challenge');
      return typeof challenge === 'string' ? textReply(challenge) : undefined;
    },
  },
  replyDeadlineMs: 3_000,
  retries: '3 times: at once, after 1 minute, after 5 minutes',
  source: 'https://docs.slack.dev/apis/events-api',
  evidence: 'vector',
};
