import { createHmac, sign, verify } from 'node:crypto';
import type { SignableRequest } from '../../src/providers/request/parsed-request.ts';
import { address, headerOf, type SignedCase, testKeys } from './signed-fact.ts';

interface Member {
  readonly name: string;
  readonly prefix: 'webhook' | 'svix';
  readonly json: unknown;
  readonly headers?: readonly (readonly [string, string])[];
  /** Form of the secret that users see; base64 after `whsec_` unless given. */
  readonly secret?: (key: Buffer) => string;
  /** The secret is used as text. */
  readonly asText?: boolean;
  readonly codeWithoutSignature?: string;
}

const key = Buffer.from('A key of two dozen bytes');
const otherKey = Buffer.from('Another one of that size');
const whsec = (bytes: Buffer) => `whsec_${bytes.toString('base64')}`;

function memberCase({ name, prefix, json, ...rest }: Member): SignedCase {
  const { headers = [], secret = whsec, asText = false, codeWithoutSignature } = rest;
  const used = asText ? Buffer.from(secret(key)) : key;
  const signatureOf = (request: SignableRequest) => {
    const id = headerOf(request, `${prefix}-id`);
    const timestamp = headerOf(request, `${prefix}-timestamp`);
    return createHmac('sha256', used).update(`${id}.${timestamp}.`).update(request.body).digest('base64');
  };
  return {
    name,
    secret: secret(key),
    otherSecret: secret(otherKey),
    header: `${prefix}-signature`,
    toleranceMs: 300_000,
    ...(codeWithoutSignature !== undefined && { codeWithoutSignature }),
    signed(ms) {
      const request: SignableRequest = {
        method: 'POST',
        url: address,
        headers: [
          ['content-type', 'application/json'],
          ...headers,
          [`${prefix}-id`, 'msg_2b8f'],
          [`${prefix}-timestamp`, String(Math.floor(ms / 1000))],
        ],
        body: Buffer.from(JSON.stringify(json)),
      };
      const value = `v1,AAAA v1,${signatureOf(request)}`;
      return { ...request, headers: [...request.headers, [`${prefix}-signature`, value]] };
    },
    accepts: (request) => headerOf(request, `${prefix}-signature`) === `v1,${signatureOf(request)}`,
  };
}

const webhook = 'webhook' as const;
const svix = 'svix' as const;
const plain = { type: 'thing.happened', data: { id: 'x' } };

/** An asymmetric signature under the same headers. */
const v1a: SignedCase = {
  name: 'standard-webhooks',
  secret: `whpk_${rawPublic(testKeys.ed())}`,
  otherSecret: `whpk_${rawPublic(testKeys.otherEd())}`,
  signingSecret: `whsk_${rawPrivate(testKeys.ed())}`,
  header: 'webhook-signature',
  toleranceMs: 300_000,
  signed(ms) {
    const t = String(Math.floor(ms / 1000));
    const body = Buffer.from(JSON.stringify(plain));
    const message = Buffer.concat([Buffer.from(`msg_1.${t}.`), body]);
    const signature = sign(null, message, testKeys.ed().privateKey).toString('base64');
    return {
      method: 'POST',
      url: address,
      headers: [
        ['webhook-id', 'msg_1'],
        ['webhook-timestamp', t],
        ['webhook-signature', `v1a,${signature}`],
      ],
      body,
    };
  },
  accepts(request) {
    const head = `${headerOf(request, 'webhook-id')}.${headerOf(request, 'webhook-timestamp')}.`;
    const signature = Buffer.from(headerOf(request, 'webhook-signature')!.replace('v1a,', ''), 'base64');
    return verify(null, Buffer.concat([Buffer.from(head), request.body]), testKeys.ed().publicKey, signature);
  },
};

function rawPublic({ publicKey }: ReturnType<typeof testKeys.ed>): string {
  return publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64');
}

function rawPrivate({ privateKey }: ReturnType<typeof testKeys.ed>): string {
  return privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(-32).toString('base64');
}

/** Vendors that sign with Standard Webhooks, with its own header names or those of Svix. */
export const familyCases: readonly SignedCase[] = [
  ...[
    { name: 'standard-webhooks', prefix: webhook, json: plain },
    { name: 'svix', prefix: svix, json: plain },
    {
      name: 'openai',
      prefix: webhook,
      json: { id: 'evt_1', object: 'event', created_at: 1, type: 'response.completed', data: {} },
      headers: [['user-agent', 'OpenAI/1.0 (+https://platform.openai.com/docs/webhooks)']] as const,
    },
    {
      name: 'gitlab',
      codeWithoutSignature: 'mismatch',
      prefix: webhook,
      json: { object_kind: 'push' },
      headers: [
        ['X-Gitlab-Event', 'Push Hook'],
        ['X-Gitlab-Token', 'not looked at'],
      ] as const,
    },
    {
      name: 'supabase-auth-hooks',
      prefix: webhook,
      json: { user: { id: 'u' }, email_data: { token: '1' } },
      secret: (bytes: Buffer) => `v1,${whsec(bytes)}`,
    },
    {
      name: 'bigcommerce',
      prefix: webhook,
      json: { scope: 'store/order/created', producer: 'stores/abc', hash: 'h', store_id: '1' },
      asText: true,
      secret: (bytes: Buffer) => bytes.toString('hex'),
    },
    { name: 'lithic', prefix: webhook, json: { event_type: 'card.created', token: 't' } },
    {
      name: 'increase',
      prefix: webhook,
      json: { type: 'event', category: 'account.created', associated_object_id: 'a', id: 'event_1' },
    },
    {
      name: 'replicate',
      prefix: webhook,
      json: { id: 'p', status: 'succeeded', urls: { get: 'https://api.replicate.com/v1/predictions/p' } },
    },
    {
      name: 'polar',
      prefix: webhook,
      json: { type: 'order.created', data: {} },
      asText: true,
      secret: (bytes: Buffer) => `polar_whs_${bytes.toString('base64')}`,
    },
    {
      name: 'liveblocks',
      prefix: webhook,
      json: { type: 'storageUpdated', data: { projectId: 'p', roomId: 'r' } },
    },
    {
      name: 'dodo-payments',
      prefix: webhook,
      json: { business_id: 'b', type: 'payment.succeeded', data: { payload_type: 'Payment' } },
    },
    {
      name: 'render',
      prefix: webhook,
      json: { type: 'deploy_ended', data: { id: 'evt', serviceId: 'srv-1' } },
    },
    {
      name: 'brex',
      prefix: webhook,
      json: { event_type: 'TRANSFER_PROCESSED', company_id: 'c', transfer_id: 't' },
      secret: (bytes: Buffer) => bytes.toString('base64'),
    },
    { name: 'gemini', prefix: webhook, json: plain },
    {
      name: 'incident-io',
      prefix: webhook,
      json: { event_type: 'public_incident.incident_created_v2', 'public_incident.incident_created_v2': {} },
    },
    {
      name: 'etsy',
      prefix: webhook,
      json: {
        event_type: 'order.paid',
        resource_url: 'https://api.etsy.com/v3/application/shops/1/receipts/1',
      },
    },
    {
      name: 'loops',
      prefix: webhook,
      json: { eventName: 'contact.created', webhookSchemaVersion: '1.0.0' },
    },
    { name: 'granola', prefix: webhook, json: plain },
    { name: 'linq', prefix: webhook, json: { event_type: 'message.received', event_id: 'e' } },
    { name: 'anthropic', prefix: webhook, json: plain },
    { name: 'sardine', prefix: webhook, json: plain },
    { name: 'warp', prefix: webhook, json: plain },
    {
      name: 'creem',
      codeWithoutSignature: 'mismatch',
      prefix: webhook,
      json: { id: 'evt', eventType: 'checkout.completed' },
      headers: [['creem-signature', 'aa']] as const,
    },
    {
      name: 'clerk',
      prefix: svix,
      json: { object: 'event', type: 'user.created', instance_id: 'ins_1', data: {} },
      headers: [['user-agent', 'Svix-Webhooks/1.24.0']] as const,
    },
    {
      name: 'resend',
      prefix: svix,
      json: { type: 'email.delivered', created_at: '2026-01-01T00:00:00Z', data: {} },
    },
    {
      name: 'stytch',
      prefix: svix,
      json: { project_id: 'p', object_type: 'user', action: 'CREATE', source: 'DIRECT' },
    },
    { name: 'agentmail', prefix: svix, json: { event_type: 'message.received', event_id: 'e' } },
    { name: 'vanta', prefix: svix, json: plain },
  ].map(memberCase),
  v1a,
];
