import type { Provider } from '../core/provider.ts';
import { hmac } from '../schemes/hmac.ts';

/** The raw body is signed, even if it is a form. Redeliveries keep their id. */
export const github: Provider = {
  name: 'github',
  title: 'GitHub',
  detect: ['header:X-GitHub-Event'],
  event: ['{header:X-GitHub-Event}.{json:action}', '{header:X-GitHub-Event}'],
  eventId: ['{header:X-GitHub-Delivery}'],
  scheme: hmac({
    at: 'header:X-Hub-Signature-256',
    envelope: { prefix: 'sha256=' },
    encoding: 'hex',
    legacy: [
      { at: 'header:X-Hub-Signature', envelope: { prefix: 'sha1=' }, encoding: 'hex', algorithm: 'sha1' },
    ],
  }),
  replyDeadlineMs: 10_000,
  retries: 'no automatic retries',
  source: 'https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries',
  evidence: 'vector',
};
