import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { pem, testKeys } from '../../test/providers/signed-fact.ts';
import { aRequest } from '../../test/support/builders.ts';
import type { TargetDelivery } from '../delivery/target-delivery.ts';
import { inFlags } from '../format/in-flags.ts';
import { wholeBody } from '../model/body.ts';
import type { SessionEvent } from '../model/events.ts';
import type { HeaderList } from '../model/headers.ts';
import { providers } from '../providers/index.ts';
import { assessorWith } from '../providers/provider-set.ts';
import { parseLazily } from '../providers/request/parsed-request.ts';
import { createHandshakeReplier } from './handshakes.ts';
import { decide } from './rules.ts';

const receivedAt = 1_790_000_000_000;
const secret = 's3cret';
const form = ['Content-Type', 'application/x-www-form-urlencoded'] as const;

interface Call {
  readonly provider: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: HeaderList;
  readonly body?: string;
  readonly options?: Readonly<Record<string, string>>;
  /** Secrets; one is configured unless given. */
  readonly secrets?: readonly string[];
  /** A path that is configured for it. */
  readonly caller?: boolean;
  /** Status, and the body unless it is empty. */
  readonly reply: readonly [status: number, body?: string];
  /** Signed as it must be, so that it is no refusal. */
  readonly signed?: boolean;
}

const hex = (text: string) => createHmac('sha256', secret).update(text).digest('hex');
const base64 = (text: string) => createHmac('sha256', secret).update(text).digest('base64');
const json = (value: unknown) => JSON.stringify(value);

const xeroBody = '{"events":[],"firstEventSequence":0,"lastEventSequence":0,"entropy":"S0"}';
const twitchBody = '{"challenge":"pogchamp","subscription":{}}';
const twitchTime = new Date(receivedAt).toISOString();
const twitch = (signature: string): HeaderList => [
  ['Twitch-Eventsub-Message-Id', 'm'],
  ['Twitch-Eventsub-Message-Timestamp', twitchTime],
  ['Twitch-Eventsub-Message-Type', 'webhook_callback_verification'],
  ['Twitch-Eventsub-Message-Signature', signature],
];
const hub = '?hub.mode=subscribe&hub.challenge=42&hub.verify_token=';
const slackBody = '{"type":"url_verification","challenge":"c-1","token":"t"}';
const slackTime = String(receivedAt / 1000);
const slackSigned: HeaderList = [
  ['X-Slack-Request-Timestamp', slackTime],
  ['X-Slack-Signature', `v0=${hex(`v0:${slackTime}:${slackBody}`)}`],
];
const ed = testKeys.ed();
const discordPing = parseLazily({
  method: 'POST',
  url: 'http://localhost:4000/hook',
  headers: [['X-Signature-Timestamp', String(receivedAt / 1000)]],
  body: Buffer.from('{"type":1}'),
});
const discord = providers.find(({ name }) => name === 'discord')!.scheme.sign!(discordPing, {
  secrets: [pem(ed.privateKey)],
  options: {},
  now: receivedAt,
}).headers;
const notion = '{"verification_token":"secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl"}';
const sns = json({
  Type: 'SubscriptionConfirmation',
  SubscribeURL: 'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription',
});
const dropboxSign = `--B\r\nContent-Disposition: form-data; name="json"\r\n\r\n${json({
  event: { event_type: 'callback_test', event_time: '1', event_hash: 'h' },
})}\r\n--B--\r\n`;
const ebay = (endpoint: string) =>
  json({ challengeResponse: createHash('sha256').update(`codeword${endpoint}`).digest('hex') });

/** Every call that sets a webhook up, one line each: what comes, what is configured, what is replied. */
const calls: readonly Call[] = [
  { provider: 'slack', headers: slackSigned, body: slackBody, reply: [200, 'c-1'], signed: true },
  { provider: 'slack', headers: slackSigned.slice(0, 1), body: slackBody, reply: [200, 'c-1'] },
  { provider: 'slack', method: 'GET', path: '?ssl_check=1&token=t', reply: [200] },
  { provider: 'slack', headers: [form], body: 'ssl_check=1&token=t', reply: [200] },
  { provider: 'meta', method: 'GET', path: `${hub}word`, reply: [200, '42'] },
  {
    provider: 'meta',
    method: 'GET',
    path: `${hub}word`,
    options: { verifyToken: 'word' },
    reply: [200, '42'],
  },
  { provider: 'meta', method: 'GET', path: `${hub}other`, options: { verifyToken: 'word' }, reply: [403] },
  {
    provider: 'whatsapp',
    method: 'GET',
    path: `${hub}word`,
    options: { verifyToken: 'word' },
    reply: [200, '42'],
  },
  {
    provider: 'whatsapp',
    method: 'GET',
    path: `${hub}other`,
    options: { verifyToken: 'word' },
    reply: [403],
  },
  {
    provider: 'instagram',
    method: 'GET',
    path: `${hub}word`,
    options: { verifyToken: 'word' },
    reply: [200, '42'],
  },
  {
    provider: 'instagram',
    method: 'GET',
    path: `${hub}other`,
    options: { verifyToken: 'word' },
    reply: [403],
  },
  {
    provider: 'strava',
    method: 'GET',
    path: `${hub}word`,
    caller: true,
    options: { verifyToken: 'word' },
    reply: [200, '{"hub.challenge":"42"}'],
  },
  {
    provider: 'strava',
    method: 'GET',
    path: `${hub}other`,
    caller: true,
    options: { verifyToken: 'word' },
    reply: [403],
  },
  {
    provider: 'youtube-websub',
    method: 'GET',
    path: '?hub.mode=subscribe&hub.challenge=c&hub.topic=t',
    reply: [200, 'c'],
  },
  {
    provider: 'braintree',
    method: 'GET',
    path: '?bt_challenge=20f9f8ed05f77439fe955c977e4c8a53',
    secrets: ['integration_public_key|integration_private_key'],
    reply: [200, 'integration_public_key|d9b899556c966b3f06945ec21311865d35df3ce4'],
  },
  {
    provider: 'discord',
    headers: discord,
    body: '{"type":1}',
    secrets: [pem(ed.publicKey)],
    reply: [200, '{"type":1}'],
    signed: true,
  },
  { provider: 'discord', headers: discord, body: '{"type":1 }', secrets: [pem(ed.publicKey)], reply: [401] },
  {
    provider: 'x',
    method: 'GET',
    path: '?crc_token=tok',
    reply: [200, json({ response_token: `sha256=${base64('tok')}` })],
  },
  {
    provider: 'twitch',
    headers: twitch(`sha256=${hex(`m${twitchTime}${twitchBody}`)}`),
    body: twitchBody,
    reply: [200, 'pogchamp'],
    signed: true,
  },
  {
    provider: 'zoom',
    headers: [
      ['x-zm-signature', 'v0=00'],
      ['x-zm-request-timestamp', '1'],
    ],
    body: json({ event: 'endpoint.url_validation', payload: { plainToken: 'q9' } }),
    reply: [200, json({ plainToken: 'q9', encryptedToken: hex('q9') })],
  },
  {
    provider: 'dropbox',
    method: 'GET',
    path: '?challenge=abc',
    headers: [['User-Agent', 'DropboxWebhooks/1.0']],
    reply: [200, 'abc'],
  },
  {
    provider: 'dropbox-sign',
    headers: [['Content-Type', 'multipart/form-data; boundary=B']],
    body: dropboxSign,
    reply: [200, 'Hello API Event Received'],
  },
  { provider: 'microsoft-graph', path: '?validationToken=Validation%3A+x', reply: [200, 'Validation: x'] },
  {
    provider: 'aws-sns',
    headers: [['x-amz-sns-message-type', 'SubscriptionConfirmation']],
    body: sns,
    options: { confirmSns: 'yes' },
    reply: [200],
  },
  {
    provider: 'xero',
    headers: [['x-xero-signature', base64(xeroBody)]],
    body: xeroBody,
    reply: [200],
    signed: true,
  },
  { provider: 'xero', headers: [['x-xero-signature', base64('other')]], body: xeroBody, reply: [401] },
  {
    provider: 'okta',
    method: 'GET',
    headers: [['X-Okta-Verification-Challenge', 'w']],
    reply: [200, '{"verification":"w"}'],
  },
  { provider: 'front', headers: [['X-Front-Challenge', 'f']], body: '{}', reply: [200, 'f'] },
  { provider: 'adobe-sign', method: 'GET', headers: [['X-AdobeSign-ClientId', 'id']], reply: [200] },
  { provider: 'keap', headers: [['X-Hook-Secret', 's']], body: '{}', caller: true, reply: [200] },
  { provider: 'asana', headers: [['X-Hook-Secret', 's']], body: '{}', reply: [200] },
  {
    provider: 'linkedin',
    method: 'GET',
    path: '?challengeCode=890e',
    reply: [200, json({ challengeCode: '890e', challengeResponse: hex('890e') })],
  },
  {
    provider: 'smartcar',
    body: json({ eventName: 'verify', payload: { challenge: 'k' } }),
    reply: [200, json({ challenge: hex('k') })],
  },
  { provider: 'onfleet', method: 'GET', path: '?check=d', reply: [200, 'd'] },
  {
    provider: 'worldline',
    method: 'GET',
    headers: [['X-GCS-Webhooks-Endpoint-Verification', 'w']],
    reply: [200, 'w'],
  },
  { provider: 'notion', body: notion, reply: [200] },
  { provider: 'monday', body: '{"challenge":"m"}', reply: [200, '{"challenge":"m"}'] },
  { provider: 'lark-feishu', body: slackBody, reply: [200, '{"challenge":"c-1"}'] },
  { provider: 'nylas', method: 'GET', path: '?challenge=c', reply: [200, 'c'] },
  { provider: 'adobe-io-events', method: 'GET', path: '?challenge=c', reply: [200, 'c'] },
  { provider: 'fitbit', method: 'GET', path: '?verify=code', options: { verifyToken: 'code' }, reply: [204] },
  {
    provider: 'fitbit',
    method: 'GET',
    path: '?verify=wrong',
    options: { verifyToken: 'code' },
    reply: [404],
  },
  { provider: 'fitbit', method: 'GET', path: '?verify=code', reply: [404] },
  {
    provider: 'oura',
    method: 'GET',
    path: '?verification_token=v&challenge=c',
    options: { verifyToken: 'v' },
    reply: [200, '{"challenge":"c"}'],
  },
  {
    provider: 'azure-event-grid',
    headers: [['aeg-event-type', 'SubscriptionValidation']],
    body: json([{ id: '1', data: { validationCode: '512d' } }]),
    reply: [200, '{"validationResponse":"512d"}'],
  },
  {
    provider: 'azure-event-grid',
    method: 'OPTIONS',
    headers: [['WebHook-Request-Origin', 'eventgrid.azure.net']],
    reply: [200],
  },
  {
    provider: 'cloudevents',
    method: 'OPTIONS',
    headers: [['WebHook-Request-Origin', 'e.example.com']],
    reply: [200],
  },
  { provider: 'trello', method: 'HEAD', reply: [200] },
  { provider: 'mandrill', method: 'HEAD', reply: [200] },
  {
    provider: 'mandrill',
    headers: [form, ['X-Mandrill-Signature', 'of another key']],
    body: 'mandrill_events=%5B%5D',
    reply: [200],
  },
  { provider: 'surveymonkey', method: 'HEAD', reply: [200] },
  { provider: 'intercom', method: 'HEAD', reply: [200] },
  { provider: 'circle', method: 'HEAD', reply: [200] },
  {
    provider: 'circle',
    headers: [['X-Circle-Signature', 'x']],
    body: '{"notificationType":"webhooks.test"}',
    reply: [200],
  },
  { provider: 'woocommerce', headers: [form], body: 'webhook_id=7', reply: [200] },
  {
    provider: 'ebay',
    method: 'GET',
    path: '?challenge_code=code',
    options: { verifyToken: 'word' },
    reply: [200, ebay('http://localhost:4000/hook')],
  },
  {
    provider: 'ebay',
    method: 'GET',
    path: '?challenge_code=code',
    options: { verifyToken: 'word', endpoint: 'https://a.example/x' },
    reply: [200, ebay('https://a.example/x')],
  },
  {
    provider: 'bitbucket-server',
    headers: [['X-Event-Key', 'diagnostics:ping']],
    body: '{"test":true}',
    reply: [200],
  },
  {
    provider: 'sparkpost',
    headers: [['X-MessageSystems-Batch-ID', '1']],
    body: '[{"msys":{}}]',
    reply: [200],
  },
  {
    provider: 'viber',
    headers: [['X-Viber-Content-Signature', '00']],
    body: '{"event":"webhook","timestamp":1}',
    reply: [200],
  },
  {
    provider: 'wise',
    headers: [
      ['X-Signature-SHA256', 'x'],
      ['X-Delivery-Id', '1'],
      ['X-Test-Notification', 'true'],
    ],
    body: '{}',
    reply: [200],
  },
];

function decided(call: Partial<Call> & Pick<Call, 'provider'>) {
  const { provider, method = 'POST', path = '', headers = [], body = '', options, secrets, caller } = call;
  const assessor = assessorWith([], {
    secrets: new Map([[provider, secrets ?? [secret]]]),
    options: new Map(options ? [[provider, options]] : []),
    providerPaths: caller ? [{ path: '/hook', provider }] : [],
  });
  const request = aRequest({ method, requestTarget: `/hook${path}`, headers, body, receivedAt });
  const assessment = assessor.assess(request, receivedAt);
  const warnings: string[] = [];
  const emit = (event: SessionEvent) => {
    if (event.type === 'warning') warnings.push(inFlags(event.said ?? event.message));
  };
  const decision = decide(
    request,
    { classification: assessment.classification, assessment, refusal: undefined },
    {
      deliveriesFor: () => [{ hasBacklog: () => false } as unknown as TargetDelivery],
      handshakes: createHandshakeReplier({ inFront: true, emit }),
      requireSignature: true,
    },
  );
  return { decision, warnings };
}

describe('under --require-signature', () => {
  test.each(calls.map((call, index) => [`${index} ${call.provider}`, call] as const))(
    '%s gets its reply, and its request is not delivered',
    (_, call) => {
      const { decision } = decided(call);
      if (decision.type !== 'reply') throw new Error('It was delivered.');
      const [status, body = ''] = call.reply;
      expect([decision.reply.status, Buffer.from(wholeBody(decision.reply.body)).toString()]).toEqual([
        status,
        body,
      ]);
      expect([decision.refusal, decision.handledBy]).toEqual([call.signed ? null : 'signature', 'handshake']);
    },
  );

  test('every handshake of the catalogue is in the table', () => {
    const named = new Set(calls.map(({ provider }) => provider));
    const missing = providers.filter(({ name, handshake }) => handshake && !named.has(name));
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  test.each<[string, Partial<Call> & Pick<Call, 'provider'>]>([
    ['a HEAD without a provider that sends one', { provider: 'github', method: 'HEAD' }],
    ['a form with more than the id', { provider: 'woocommerce', headers: [form], body: 'webhook_id=7&x=1' }],
    [
      'events of Mandrill',
      {
        provider: 'mandrill',
        headers: [form, ['X-Mandrill-Signature', 'x']],
        body: 'mandrill_events=%5B%7B%7D%5D',
      },
    ],
    [
      'a challenge of eBay without its token',
      { provider: 'ebay', method: 'GET', path: '?challenge_code=code' },
    ],
    [
      'a slash command',
      {
        provider: 'slack',
        headers: [form, ['X-Slack-Signature', 'v0=00'], ['X-Slack-Request-Timestamp', slackTime]],
        body: 'command=%2Fx&ssl_check=0',
      },
    ],
    [
      'an event of Viber',
      { provider: 'viber', headers: [['X-Viber-Content-Signature', '00']], body: '{"event":"message"}' },
    ],
  ])('%s is not a handshake', (_, call) => {
    const { decision } = decided(call);
    expect(decision).toMatchObject({
      type: 'reply',
      refusal: 'signature',
      handledBy: null,
      reply: { status: 401 },
    });
  });

  test('delivers a signed test event of a provider that accepts any 2xx', () => {
    const body = '{"event":"webhook","timestamp":1}';
    const { decision } = decided({
      provider: 'viber',
      headers: [['X-Viber-Content-Signature', hex(body)]],
      body,
    });
    expect(decision.type).toBe('deliver');
  });

  test.each([
    ['fitbit', '?verify=code'],
    ['ebay', '?challenge_code=code'],
  ])('%s: warns of a missing token', (provider, path) => {
    const { warnings } = decided({ provider, method: 'GET', path });
    expect(warnings).toEqual([expect.stringContaining(`--provider-option ${provider}.verifyToken=`)]);
  });
});
