import { defineProvider, type ProviderSpec } from '../core/define-provider.ts';
import type { Matcher, Provider } from '../core/provider.ts';
import { standardWebhooks } from '../schemes/standard-webhooks.ts';

type Member = Omit<ProviderSpec, 'scheme' | 'detect' | 'family'> & {
  /** Matchers besides the family's headers; without any, the provider cannot be detected. */
  readonly has?: readonly Matcher[];
};

const scheme = standardWebhooks({ prefix: 'svix' });

/** Svix delivers for all members. */
const delivery = {
  replyDeadlineMs: 15_000,
  retries: '7 times over 28 hours: after 5 s, 5 and 30 minutes, 2, 5, 10 and 10 hours',
  deliverySource: 'https://docs.svix.com/retries',
} as const;

function member({ has = [], ...rest }: Member): Provider {
  return defineProvider({
    event: '{json:type}',
    eventId: '{header:svix-id}',
    ...rest,
    family: 'svix',
    ...delivery,
    detect: has.map((matcher) => ['header:svix-signature', 'header:svix-id', ...[matcher].flat()]),
    scheme,
  });
}

/** Vendors whose webhooks are sent by Svix; the family comes last. */
export const svixFamily = [
  member({
    name: 'clerk',
    title: 'Clerk',
    has: [['json:object=event', 'json:instance_id']],
    source: 'https://clerk.com/docs/guides/development/webhooks/syncing',
    evidence: 'sdk',
  }),
  member({
    name: 'resend',
    title: 'Resend',
    has: [
      ['json:type=email.*', 'json:created_at'],
      ['json:type=contact.*', 'json:created_at', 'json:data.audience_id'],
      ['json:type=domain.*', 'json:created_at', 'json:data.region'],
    ],
    source: 'https://resend.com/docs/dashboard/webhooks/verify-webhooks-requests',
    evidence: 'sdk',
  }),
  member({
    name: 'stytch',
    title: 'Stytch',
    has: [['json:project_id', 'json:object_type', 'json:action']],
    event: '{json:source}.{json:object_type}.{json:action}',
    source: 'https://stytch.com/docs/guides/dashboard/webhooks',
    evidence: 'unconfirmed',
  }),
  member({
    name: 'agentmail',
    title: 'AgentMail',
    has: [['json:event_type=message.*', 'json:event_id']],
    event: '{json:event_type}',
    source: 'https://docs.agentmail.to/webhook-verification',
    evidence: 'unconfirmed',
  }),
  member({
    name: 'vanta',
    title: 'Vanta',
    source: 'https://developer.vanta.com/docs/webhooks',
    evidence: 'unconfirmed',
  }),
  defineProvider({
    name: 'svix',
    title: 'Svix',
    detect: [['header:svix-signature', 'header:svix-id']],
    event: ['{json:type}', '{json:event_type}'],
    eventId: '{header:svix-id}',
    ...delivery,
    scheme,
    source: 'https://docs.svix.com/receiving/verifying-payloads/how-manual',
    evidence: 'vector',
  }),
];
