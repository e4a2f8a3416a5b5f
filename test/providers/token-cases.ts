import type { SignableRequest } from '../../src/providers/request/parsed-request.ts';
import { address, headerOf, type SignedCase } from './signed-fact.ts';

interface Shared {
  readonly name: string;
  readonly header?: string;
  readonly prefix?: string;
  readonly basic?: boolean;
  readonly headers?: readonly (readonly [string, string])[];
  readonly json?: unknown;
  readonly formText?: string;
  readonly options?: Readonly<Record<string, string>>;
}

/** A token or password in the request, which does not cover the body. */
function sharedCase({
  name,
  header = 'Authorization',
  prefix = '',
  basic = false,
  ...rest
}: Shared): SignedCase {
  const secret = basic ? 'user:pässword' : 'a-shared-word';
  const value = basic ? `Basic ${Buffer.from(secret).toString('base64')}` : prefix + secret;
  return {
    name,
    secret,
    otherSecret: basic ? 'user:password' : 'another-word',
    header,
    bodyUnsigned: true,
    ...(rest.options && { options: rest.options }),
    signed(): SignableRequest {
      const { headers = [], json = { id: '1' }, formText } = rest;
      const type = formText === undefined ? 'application/json' : 'application/x-www-form-urlencoded';
      return {
        method: 'POST',
        url: address,
        headers: [['Content-Type', type], ...headers, [header, value]],
        body: Buffer.from(formText ?? JSON.stringify(json)),
      };
    },
    accepts: (request) => headerOf(request, header) === value,
  };
}

/** The token is in the body. */
function inBodyCase(name: string, bodyWith: (word: string) => string, type = 'application/json'): SignedCase {
  const body = bodyWith('a-shared-word');
  return {
    name,
    secret: 'a-shared-word',
    otherSecret: 'another-word',
    bodyUnsigned: true,
    signed: () => ({
      method: 'POST',
      url: address,
      headers: [['Content-Type', type]],
      body: Buffer.from(body),
    }),
    accepts: (request) => request.body.toString() === body,
  };
}

/** Vendors that send a shared token or a password. */
export const tokenCases: readonly SignedCase[] = [
  ...[
    {
      name: 'gitlab',
      header: 'X-Gitlab-Token',
      headers: [
        ['X-Gitlab-Event', 'Push Hook'],
        ['webhook-id', 'i'],
        ['webhook-timestamp', '1'],
      ] as const,
      json: { object_kind: 'push' },
    },
    { name: 'telegram', header: 'X-Telegram-Bot-Api-Secret-Token', json: { update_id: 1, message: {} } },
    { name: 'okta', json: { eventType: 'com.okta.event_hook', eventId: 'e', cloudEventsVersion: '0.1' } },
    {
      name: 'okta',
      header: 'X-My-Auth',
      options: { header: 'X-My-Auth' },
      json: { eventType: 'com.okta.event_hook' },
    },
    { name: 'auth0', json: [{ log_id: 'l', data: { type: 's' } }] },
    {
      name: 'google-calendar',
      header: 'X-Goog-Channel-Token',
      headers: [
        ['X-Goog-Channel-ID', 'c'],
        ['X-Goog-Resource-State', 'exists'],
        ['X-Goog-Message-Number', '2'],
      ] as const,
    },
    { name: 'cloudflare-notifications', header: 'cf-webhook-auth', json: { alert_type: 'a' } },
    { name: 'brevo', prefix: 'Bearer ', json: { event: 'delivered', 'message-id': 'm', ts_event: 1 } },
    { name: 'fillout', json: { formId: 'f', submission: { submissionId: 's', questions: [] } } },
    { name: 'zapier', headers: [['User-Agent', 'Zapier']] as const },
    {
      name: 'revenuecat',
      json: { api_version: '1.0', event: { id: 'e', type: 'RENEWAL', app_user_id: 'u' } },
    },
    { name: 'xendit', header: 'x-callback-token', json: { event: 'payment.succeeded' } },
    { name: 'deepgram', header: 'dg-token', json: { metadata: { request_id: 'r' } } },
    {
      name: 'adobe-sign',
      header: 'X-AdobeSign-ClientId',
      json: { event: 'AGREEMENT_CREATED', webhookId: 'w' },
    },
    { name: 'flutterwave-v3', header: 'verif-hash', json: { event: 'charge.completed', data: { id: 1 } } },
    {
      name: 'jfrog-artifactory',
      header: 'X-JFrog-Event-Auth',
      json: { domain: 'artifact', event_type: 'deployed' },
    },
    {
      name: 'vapi',
      header: 'x-vapi-secret',
      json: { message: { type: 'status-update', call: { id: 'c' } } },
    },
    { name: 'doordash', json: { event_name: 'DASHER_CONFIRMED', external_delivery_id: 'd' } },
    {
      name: 'supabase',
      headers: [['User-Agent', 'pg_net/0.7.1']] as const,
      json: { type: 'INSERT', table: 't', schema: 'public', record: {}, old_record: null },
    },
    {
      name: 'buildkite',
      header: 'X-Buildkite-Token',
      headers: [['X-Buildkite-Event', 'build.finished']] as const,
    },
    { name: 'postmark', basic: true, json: { RecordType: 'Delivery', ServerID: 1, MessageID: 'm' } },
    {
      name: 'mixpanel',
      basic: true,
      json: { action: 'members', parameters: { mixpanel_cohort_id: '1', mixpanel_session_id: 's' } },
    },
    {
      name: 'chargebee',
      basic: true,
      headers: [['User-Agent', 'ChargeBee-Webhook-Client']] as const,
      json: { id: 'ev_1', object: 'event', event_type: 'customer_created', api_version: 'v2' },
    },
    {
      name: 'sparkpost',
      basic: true,
      headers: [['X-MessageSystems-Batch-ID', 'b']] as const,
      json: [{ msys: {} }],
    },
    {
      name: 'pipedrive',
      basic: true,
      json: { meta: { id: 'm', action: 'change', entity: 'deal', version: '2.0' } },
    },
    {
      name: 'mailjet',
      basic: true,
      json: { event: 'open', MessageID: 1, Message_GUID: 'g', mj_campaign_id: 1 },
    },
  ].map(sharedCase),
  inBodyCase('figma', (word) =>
    JSON.stringify({ passcode: word, event_type: 'FILE_UPDATE', webhook_id: '1', timestamp: 't' }),
  ),
  inBodyCase(
    'wufoo',
    (word) => `Field1=x&EntryId=3&HandshakeKey=${word}`,
    'application/x-www-form-urlencoded',
  ),
  inBodyCase('microsoft-graph', (word) => {
    const value = { subscriptionId: 's', changeType: 'created', resource: 'r', clientState: word };
    return JSON.stringify({ value: [value, { ...value, changeType: 'updated' }] });
  }),
];
