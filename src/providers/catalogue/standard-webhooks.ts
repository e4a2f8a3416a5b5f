import { defineProvider, type ProviderSpec } from '../core/define-provider.ts';
import type { Matcher, Provider } from '../core/provider.ts';
import { hmac } from '../schemes/hmac.ts';
import { standardWebhooks } from '../schemes/standard-webhooks.ts';
import { strongest } from '../schemes/strongest.ts';
import type { KeyForm } from '../signature/key.ts';

const creemSignature = hmac({ at: 'header:creem-signature', encoding: 'hex' });

type Member = Omit<ProviderSpec, 'scheme' | 'detect' | 'family'> & {
  /** Matchers besides the family's headers; without any, the provider cannot be detected. */
  readonly has?: readonly Matcher[];
  readonly key?: KeyForm | ((secret: string) => Uint8Array | undefined);
  readonly orKeys?: readonly KeyForm[];
};

const signatureAt = 'header:webhook-signature';

function member({ has = [], key, orKeys, ...rest }: Member): Provider {
  return defineProvider({
    event: '{json:type}',
    eventId: '{header:webhook-id}',
    ...rest,
    family: 'standard-webhooks',
    detect: has.map((matcher) => [signatureAt, 'header:webhook-id', ...[matcher].flat()]),
    scheme: standardWebhooks({
      prefix: 'webhook',
      ...(key !== undefined && { key }),
      ...(orKeys !== undefined && { orKeys }),
    }),
  });
}

const afterUnderscore = (secret: string) => {
  const text = secret.slice(secret.lastIndexOf('_') + 1);
  return /^[\w+/-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
};

/** Vendors that sign with Standard Webhooks; the family comes last. */
export const standardWebhooksFamily = [
  member({
    name: 'openai',
    title: 'OpenAI',
    has: ['header:User-Agent=OpenAI/*', ['json:object=event', 'json:id=evt_*', 'json:created_at']],
    source: 'https://platform.openai.com/docs/guides/webhooks',
    evidence: 'vector',
  }),
  member({
    name: 'supabase-auth-hooks',
    title: 'Supabase Auth hooks',
    has: [
      ['json:user.id', 'json:email_data.token'],
      ['json:user.id', 'json:sms.otp'],
      ['json:claims.sub', 'json:user_id'],
    ],
    event: [],
    key: 'base64 after v1,whsec_',
    replyDeadlineMs: 5000,
    retries: 'up to 3 attempts, 2 seconds apart, on 429 and 503 with Retry-After',
    source: 'https://supabase.com/docs/guides/auth/auth-hooks',
  }),
  member({
    name: 'bigcommerce',
    title: 'BigCommerce',
    has: [['json:producer=stores/*', 'json:scope', 'json:hash']],
    event: '{json:scope}',
    key: 'text',
    note: 'it is unconfirmed how the key is derived from the client secret',
    source: 'https://docs.bigcommerce.com/docs/integrations/webhooks',
    evidence: 'unconfirmed',
  }),
  member({
    name: 'lithic',
    title: 'Lithic',
    event: '{json:event_type}',
    source: 'https://docs.lithic.com/docs/events-api',
  }),
  member({
    name: 'increase',
    title: 'Increase',
    has: [['json:type=event', 'json:category', 'json:associated_object_id']],
    event: '{json:category}',
    source: 'https://increase.com/documentation/webhooks',
    evidence: 'unconfirmed',
  }),
  member({
    name: 'replicate',
    title: 'Replicate',
    has: ['json:urls.get=https://api.replicate.com/*'],
    event: '{json:status}',
    key: afterUnderscore,
    source: 'https://replicate.com/docs/topics/webhooks/verify-webhook',
  }),
  member({
    name: 'polar',
    title: 'Polar',
    key: 'text',
    orKeys: ['base64 after polar_whs_', 'base64 after whsec_'],
    note: 'the whole secret is the key, as text; base64 after its prefix is tried too',
    source: 'https://polar.sh/docs/integrate/webhooks/delivery',
  }),
  member({
    name: 'liveblocks',
    title: 'Liveblocks',
    has: [
      ['json:data.projectId', 'json:data.roomId'],
      ['json:data.projectId', 'json:type'],
    ],
    source: 'https://liveblocks.io/docs/platform/webhooks',
  }),
  member({
    name: 'dodo-payments',
    title: 'Dodo Payments',
    has: [
      ['json:business_id', 'json:data.payload_type'],
      ['json:business_id', 'json:payload_type'],
    ],
    source: 'https://docs.dodopayments.com/developer-resources/webhooks',
  }),
  member({
    name: 'render',
    title: 'Render',
    has: ['json:data.serviceId'],
    source: 'https://render.com/docs/webhooks',
  }),
  member({
    name: 'brex',
    title: 'Brex',
    has: [['json:event_type', 'json:company_id']],
    event: '{json:event_type}',
    key: 'base64',
    source: 'https://developer.brex.com/docs/webhooks/',
  }),
  member({
    name: 'gemini',
    title: 'Gemini API',
    source: 'https://ai.google.dev/gemini-api/docs/webhooks',
    note: 'dynamic webhooks are signed with a JWT, which is not checked',
    evidence: 'unconfirmed',
  }),
  member({
    name: 'incident-io',
    title: 'incident.io',
    has: ['json:event_type=public_incident.*', 'json:event_type=private_incident.*'],
    event: '{json:event_type}',
    source: 'https://api-docs.incident.io/tag/Webhooks-V2/',
  }),
  member({
    name: 'etsy',
    title: 'Etsy',
    has: [['json:event_type', 'json:resource_url=https://*etsy.com/*']],
    event: '{json:event_type}',
    source: 'https://developers.etsy.com/documentation/essentials/webhooks',
    evidence: 'unconfirmed',
  }),
  member({
    name: 'loops',
    title: 'Loops',
    has: [['json:eventName', 'json:webhookSchemaVersion']],
    event: '{json:eventName}',
    key: afterUnderscore,
    source: 'https://loops.so/docs/webhooks',
  }),
  member({
    name: 'granola',
    title: 'Granola',
    source: 'https://docs.granola.ai/',
    evidence: 'unconfirmed',
  }),
  member({
    name: 'linq',
    title: 'Linq',
    event: '{json:event_type}',
    source: 'https://apidocs.linqapp.com/',
    evidence: 'unconfirmed',
  }),
  member({
    name: 'anthropic',
    title: 'Anthropic',
    source: 'https://platform.claude.com/docs/en/build-with-claude/webhooks',
    evidence: 'unconfirmed',
  }),
  member({
    name: 'sardine',
    title: 'Sardine',
    source: 'https://docs.sardine.ai/',
    evidence: 'unconfirmed',
  }),
  member({
    name: 'warp',
    title: 'Warp',
    source: 'https://docs.joinwarp.com/',
    evidence: 'unconfirmed',
  }),
  defineProvider({
    name: 'creem',
    title: 'Creem',
    detect: ['header:creem-signature'],
    event: ['{json:type}', '{json:eventType}'],
    eventId: ['{header:webhook-id}', '{json:id}'],
    scheme: strongest([standardWebhooks({ prefix: 'webhook' }), creemSignature], creemSignature),
    source: 'https://docs.creem.io/code/webhooks',
  }),
];

/** The provider shown if no member is detected. */
export const standardWebhooksAlone = defineProvider({
  name: 'standard-webhooks',
  title: 'Standard Webhooks',
  detect: [[signatureAt, 'header:webhook-id', 'header:webhook-timestamp']],
  event: ['{json:type}', '{json:event_type}'],
  eventId: '{header:webhook-id}',
  scheme: standardWebhooks({ prefix: 'webhook' }),
  source: 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
  evidence: 'vector',
});
