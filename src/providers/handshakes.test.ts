import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { pem, testKeys } from '../../test/providers/signed-fact.ts';
import { wholeBody } from '../model/body.ts';
import { createProviderIndex } from './core/provider-index.ts';
import type { SchemeContext } from './core/scheme.ts';
import { providers } from './index.ts';
import { parseLazily, type SignableRequest } from './request/parsed-request.ts';
import { snsConfirmUrl } from './vendors/aws-sns.ts';

const now = Date.parse('2026-03-01T12:00:00Z');
const index = createProviderIndex(providers);
const secret = 'a secret';

function request(
  method: string,
  path: string,
  headers: SignableRequest['headers'] = [],
  body = '',
): SignableRequest {
  return { method, url: `https://h.example${path}`, headers, body: Buffer.from(body) };
}

/** Name of the provider; status, body and headers of the reply. */
function answered(signable: SignableRequest, change: Partial<SchemeContext> = {}) {
  const parsed = parseLazily(signable);
  const provider = index.detect(parsed);
  const context = { secrets: [secret], options: {}, now, ...change };
  const reply = provider?.handshake?.reply(parsed, context);
  if (!reply) return { by: provider?.name, status: undefined };
  return {
    by: provider!.name,
    status: reply.status,
    body: Buffer.from(wholeBody(reply.body)).toString(),
    headers: Object.fromEntries(reply.headers),
  };
}

function mac(text: string, encoding: 'hex' | 'base64' = 'hex'): string {
  return createHmac('sha256', secret).update(text).digest(encoding);
}

test('Slack: returns the challenge', () => {
  const body = '{"type":"url_verification","challenge":"c-1","token":"t"}';
  const t = String(now / 1000);
  const headers = [
    ['X-Slack-Request-Timestamp', t],
    ['X-Slack-Signature', `v0=${mac(`v0:${t}:${body}`)}`],
  ] as const;
  expect(answered(request('POST', '/', headers, body))).toMatchObject({
    by: 'slack',
    status: 200,
    body: 'c-1',
  });
});

test('Meta: returns the challenge if the verify token matches', () => {
  const call = request('GET', '/?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=meaty');
  expect(answered(call)).toMatchObject({ by: 'meta', status: 200, body: '1158201444' });
  expect(answered(call, { options: { verifyToken: 'meaty' } }).status).toBe(200);
  expect(answered(call, { options: { verifyToken: 'other' } }).status).toBe(403);
});

test('WebSub: returns the challenge', () => {
  const call = request('GET', '/?hub.mode=subscribe&hub.challenge=c&hub.topic=https%3A%2F%2Fexample.com');
  expect(answered(call)).toMatchObject({ by: 'youtube-websub', status: 200, body: 'c' });
});

test('X: returns the MAC of the CRC token', () => {
  const { by, body } = answered(request('GET', '/?crc_token=tok'));
  expect([by, JSON.parse(body!)]).toEqual(['x', { response_token: `sha256=${mac('tok', 'base64')}` }]);
  expect(answered(request('GET', '/?crc_token=tok'), { secrets: [] }).status).toBeUndefined();
});

test('Twitch: returns the challenge if the signature is valid', () => {
  const body = '{"challenge":"pogchamp","subscription":{}}';
  const time = new Date(now).toISOString();
  const headers = (signature: string) =>
    [
      ['Twitch-Eventsub-Message-Id', 'm'],
      ['Twitch-Eventsub-Message-Timestamp', time],
      ['Twitch-Eventsub-Message-Type', 'webhook_callback_verification'],
      ['Twitch-Eventsub-Message-Signature', signature],
    ] as const;
  const good = request('POST', '/', headers(`sha256=${mac(`m${time}${body}`)}`), body);
  expect(answered(good)).toMatchObject({ by: 'twitch', status: 200, body: 'pogchamp' });
  expect(answered(request('POST', '/', headers('sha256=00'), body)).status).toBeUndefined();
});

test('Zoom: returns the token and its MAC', () => {
  const body = '{"event":"endpoint.url_validation","payload":{"plainToken":"q9ib"}}';
  const call = request(
    'POST',
    '/',
    [
      ['x-zm-signature', 'v0=00'],
      ['x-zm-request-timestamp', '1'],
    ],
    body,
  );
  expect(JSON.parse(answered(call).body!)).toEqual({ plainToken: 'q9ib', encryptedToken: mac('q9ib') });
});

test('Dropbox: returns the challenge as text with nosniff', () => {
  const call = request('GET', '/?challenge=abc', [['User-Agent', 'DropboxWebhooks/1.0']]);
  expect(answered(call)).toMatchObject({
    by: 'dropbox',
    body: 'abc',
    headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
  });
});

test('Microsoft Graph: returns the decoded token', () => {
  const call = request('POST', '/?validationToken=Validation%3A%20Testing+client');
  expect(answered(call)).toMatchObject({ by: 'microsoft-graph', body: 'Validation: Testing client' });
});

test('Asana: returns the secret in the same header', () => {
  const { by, status, headers } = answered(request('POST', '/', [['X-Hook-Secret', 's3']], '{}'));
  expect([by, status, headers]).toEqual(['asana', 200, { 'X-Hook-Secret': 's3' }]);
});

test('SNS: replies if the user confirms, and only confirms URLs of Amazon', () => {
  const confirmation = (url: string) =>
    request(
      'POST',
      '/',
      [['x-amz-sns-message-type', 'SubscriptionConfirmation']],
      JSON.stringify({
        Type: 'SubscriptionConfirmation',
        TopicArn: 'a',
        MessageId: 'm',
        Token: 't',
        SubscribeURL: url,
      }),
    );
  const own = 'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t';
  expect(answered(confirmation(own), { options: { confirmSns: 'true' } })).toMatchObject({
    by: 'aws-sns',
    status: 200,
  });
  expect(answered(confirmation(own)).status).toBeUndefined();
  expect(snsConfirmUrl(parseLazily(confirmation(own)))).toBe(own);
  for (const foreign of [
    'http://sns.eu-west-1.amazonaws.com/',
    'https://sns.eu-west-1.amazonaws.com.evil.example/',
    'https://sns.eu-west-1.amazonaws.com@evil.example/',
    'https://evil.example/sns.eu-west-1.amazonaws.com',
    'https://sns.eu-west-1.amazonaws.com:8443/',
    'https://user@sns.eu-west-1.amazonaws.com/',
    'https://s3.eu-west-1.amazonaws.com/',
    'file:///etc/passwd',
    'nonsense',
  ]) {
    expect([foreign, snsConfirmUrl(parseLazily(confirmation(foreign)))]).toEqual([foreign, undefined]);
    expect(answered(confirmation(foreign), { options: { confirmSns: 'true' } }).status).toBeUndefined();
  }
});

test('CloudEvents and Event Grid: consents to delivery', () => {
  const headers = [
    ['WebHook-Request-Origin', 'emitter.example.com'],
    ['WebHook-Request-Rate', '120'],
  ] as const;
  expect(answered(request('OPTIONS', '/', headers))).toMatchObject({
    by: 'cloudevents',
    status: 200,
    headers: {
      allow: 'POST',
      'webhook-allowed-origin': 'emitter.example.com',
      'webhook-allowed-rate': '120',
    },
  });
  expect(
    answered(request('OPTIONS', '/', [['WebHook-Request-Origin', 'eventgrid.azure.net']])),
  ).toMatchObject({
    by: 'azure-event-grid',
    headers: { 'webhook-allowed-origin': 'eventgrid.azure.net' },
  });
  const validation = request(
    'POST',
    '/',
    [['aeg-event-type', 'SubscriptionValidation']],
    '[{"id":"1","data":{"validationCode":"512d38b6"}}]',
  );
  expect(JSON.parse(answered(validation).body!)).toEqual({ validationResponse: '512d38b6' });
});

test('Discord: returns a valid ping, and 401 for an invalid one', () => {
  const ping = request('POST', '/', [['X-Signature-Timestamp', '1767225600']], '{"type":1,"id":"1"}');
  const scheme = index.byName('discord')!.scheme;
  const key = testKeys.ed();
  const signed = scheme.sign!(ping, { secrets: [pem(key.privateKey)], options: {}, now });
  const secrets = [pem(key.publicKey)];
  expect(answered(signed, { secrets })).toMatchObject({ by: 'discord', status: 200, body: '{"type":1}' });
  expect(answered(signed, { secrets: [pem(testKeys.otherEd().publicKey)] }).status).toBe(401);
  expect(
    answered({ ...signed, body: Buffer.from('{"type":2,"id":"1"}') }, { secrets }).status,
  ).toBeUndefined();
});

test('Xero: rejects forged events', () => {
  const body = '{"events":[],"firstEventSequence":0,"lastEventSequence":0,"entropy":"S0m3r4nd0mt3xt"}';
  const call = (signature: string) => request('POST', '/', [['x-xero-signature', signature]], body);
  expect(answered(call(mac(body, 'base64')))).toMatchObject({ by: 'xero', status: 200, body: '' });
  expect(answered(call(mac('other', 'base64'))).status).toBe(401);
});

test('Okta: returns the challenge as JSON', () => {
  const call = request('GET', '/', [['X-Okta-Verification-Challenge', 'my-challenge']]);
  expect(answered(call)).toMatchObject({ by: 'okta', body: '{"verification":"my-challenge"}' });
});

test('Braintree, LinkedIn, Oura, Fitbit, Worldline, Front, Smartcar, Adobe Sign, monday and Lark: reply', () => {
  const bt = answered(request('GET', '/?bt_challenge=20f9f8ed05f77439fe955c977e4c8a53'), {
    secrets: ['integration_public_key|integration_private_key'],
  });
  // From the tests of the official libraries.
  expect([bt.by, bt.body]).toEqual([
    'braintree',
    'integration_public_key|d9b899556c966b3f06945ec21311865d35df3ce4',
  ]);

  const linkedin = answered(request('GET', '/?challengeCode=890e4665'));
  expect(JSON.parse(linkedin.body!)).toEqual({
    challengeCode: '890e4665',
    challengeResponse: mac('890e4665'),
  });

  const oura = request('GET', '/?verification_token=v&challenge=c');
  expect(answered(oura, { options: { verifyToken: 'v' } }).body).toBe('{"challenge":"c"}');
  expect(answered(oura, { options: { verifyToken: 'w' } }).status).toBe(401);

  const fitbit = request('GET', '/?verify=code');
  expect(answered(fitbit, { options: { verifyToken: 'code' } }).status).toBe(204);
  expect(answered(fitbit, { options: { verifyToken: 'other' } }).status).toBe(404);

  const worldline = answered(request('GET', '/', [['X-GCS-Webhooks-Endpoint-Verification', 'w']]));
  expect([worldline.by, worldline.body]).toEqual(['worldline', 'w']);
  expect(answered(request('POST', '/', [['X-Front-Challenge', 'f']], '{}')).body).toBe('f');

  const smartcar = answered(request('POST', '/', [], '{"eventName":"verify","payload":{"challenge":"k"}}'));
  expect([smartcar.by, smartcar.body]).toEqual(['smartcar', JSON.stringify({ challenge: mac('k') })]);

  const adobe = answered(request('GET', '/', [['X-AdobeSign-ClientId', 'id']]));
  expect(adobe.headers).toEqual({ 'X-AdobeSign-ClientId': 'id' });

  expect(answered(request('POST', '/', [], '{"challenge":"m"}'))).toMatchObject({
    by: 'monday',
    body: '{"challenge":"m"}',
  });
  const lark = '{"type":"url_verification","challenge":"l","token":"t"}';
  expect(answered(request('POST', '/', [], lark))).toMatchObject({
    by: 'lark-feishu',
    body: '{"challenge":"l"}',
  });
});

test('replies to anonymous handshakes if the provider is configured', () => {
  const call = parseLazily(request('GET', '/?challenge=c&check=d&hub.challenge=e&hub.verify_token=v'));
  const bodyOf = (name: string) => {
    const reply = index.byName(name)!.handshake!.reply(call, { secrets: [], options: {}, now });
    return Buffer.from(wholeBody(reply!.body)).toString();
  };
  expect(['nylas', 'adobe-io-events', 'onfleet', 'strava'].map(bodyOf)).toEqual([
    'c',
    'c',
    'd',
    '{"hub.challenge":"e"}',
  ]);
  const keap = index.byName('keap')!.handshake!;
  const withSecret = parseLazily(request('POST', '/', [['X-Hook-Secret', 's']], '{}'));
  expect(keap.reply(withSecret, { secrets: [], options: {}, now })?.headers).toEqual([
    ['X-Hook-Secret', 's'],
  ]);
});

test('Notion and Dropbox Sign: reply to the first request', () => {
  const notion = answered(
    request('POST', '/', [], '{"verification_token":"secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl"}'),
  );
  expect([notion.by, notion.status]).toEqual(['notion', 200]);
  const json = '{"event":{"event_type":"callback_test","event_time":"1","event_hash":"h"}}';
  const body = `--B\r\nContent-Disposition: form-data; name="json"\r\n\r\n${json}\r\n--B--\r\n`;
  const call = request('POST', '/', [['Content-Type', 'multipart/form-data; boundary=B']], body);
  expect(answered(call)).toMatchObject({ by: 'dropbox-sign', body: 'Hello API Event Received' });
});

test('no handshake reveals the signature of a message', () => {
  const forged = JSON.stringify({ for_user_id: '1', data: 'anything' });
  const zoom = JSON.stringify({
    event: 'endpoint.url_validation',
    payload: { plainToken: `v0:${now / 1000}:{"event":"meeting.ended"}` },
  });
  const smartcar = JSON.stringify({ eventType: 'VERIFY', data: { challenge: forged } });
  const zoomHeaders = [
    ['x-zm-signature', 'v0=00'],
    ['x-zm-request-timestamp', String(now / 1000)],
  ] as const;
  const calls = [
    request('GET', `/?crc_token=${encodeURIComponent(forged)}`),
    request('GET', `/?challengeCode=${encodeURIComponent(`hmacsha256=${forged}`)}`),
    request('POST', '/', zoomHeaders, zoom),
    request('POST', '/', [], smartcar),
  ];
  expect(calls.map((call) => answered(call))).toEqual(
    ['x', 'linkedin', 'zoom', 'smartcar'].map((by) => ({ by, status: undefined })),
  );
});

test('does not treat an event as a handshake', () => {
  const event = '{"type":"thing","event":"x","challenge":7,"events":[{}],"verification_token":"no"}';
  for (const provider of providers) {
    for (const method of ['GET', 'POST']) {
      const parsed = parseLazily(request(method, '/', [['Content-Type', 'application/json']], event));
      const reply = provider.handshake?.reply(parsed, { secrets: [secret], options: {}, now });
      expect([provider.name, method, reply]).toEqual([provider.name, method, undefined]);
    }
  }
});
