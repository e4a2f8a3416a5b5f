/** A published signed request. */
export interface Vector {
  readonly provider: string;
  /** URL of the publication. */
  readonly source: string;
  /** Time of the verification, if the scheme checks timestamps. */
  readonly at?: string;
  readonly secret: string;
  readonly signature: string;
  readonly method?: string;
  readonly url?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body: string;
  /** The body is not signed. */
  readonly bodyUnsigned?: boolean;
}

const json = ['Content-Type', 'application/json'] as const;
const form = ['Content-Type', 'application/x-www-form-urlencoded'] as const;

const twilio = {
  provider: 'twilio',
  source: 'https://github.com/twilio/twilio-node/blob/main/spec/validation.spec.js',
  secret: '12345',
  url: 'https://mycompany.com/myapp.php?foo=1&bar=2',
  body: new URLSearchParams({
    CallSid: 'CA1234567890ABCDE',
    Caller: '+14158675309',
    Digits: '1234',
    From: '+14158675309',
    To: '+18005551212',
  }).toString(),
} as const;

function twilioVector(signature: string, change: Partial<Vector> = {}): Vector {
  return { ...twilio, signature, headers: [form, ['X-Twilio-Signature', signature]], ...change };
}

function twilioJson(signature: string, query: string, body: string): Vector {
  const url = `https://mycompany.com/myapp.php?${query}`;
  return twilioVector(signature, { url, body, headers: [json, ['X-Twilio-Signature', signature]] });
}

const twilioBody = '{"property": "value", "boolean": true}';
const twilioDigest = '0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620';

const hubspotSecret = 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy';

function hubspotOld(
  version: string,
  signature: string,
  method: string,
  body: string,
  source: string,
): Vector {
  return {
    provider: 'hubspot',
    source,
    secret: hubspotSecret,
    signature,
    method,
    url: 'https://www.example.com/webhook_uri',
    headers: [
      ['X-HubSpot-Signature', signature],
      ['X-HubSpot-Signature-Version', version],
    ],
    body,
  };
}

function hubspotNew(signature: string, timestamp: string, source: string): Vector {
  return {
    provider: 'hubspot',
    source,
    at: new Date(Number(timestamp)).toISOString(),
    secret: hubspotSecret,
    signature,
    url: 'https://www.example.com/webhook_uri',
    headers: [
      ['X-HubSpot-Signature-v3', signature],
      ['X-HubSpot-Request-Timestamp', timestamp],
    ],
    body: "{'example_field':'example_value'}",
  };
}

/** The request with the three headers of Standard Webhooks. */
function standard(
  provider: string,
  source: string,
  secret: string,
  [id, timestamp, signature]: readonly [string, number, string],
  body: string,
  prefix = 'webhook',
): Vector {
  return {
    provider,
    source,
    at: new Date(timestamp * 1000).toISOString(),
    secret,
    signature,
    headers: [
      [`${prefix}-id`, id],
      [`${prefix}-timestamp`, String(timestamp)],
      [`${prefix}-signature`, `v1,${signature}`],
    ],
    body,
  };
}

function bare(
  provider: string,
  source: string,
  secret: string,
  header: string,
  signature: string,
  body: string,
  prefix = '',
): Vector {
  return { provider, source, secret, signature, headers: [json, [header, prefix + signature]], body };
}

function box(signature: string, secret: string, header: string): Vector {
  return {
    provider: 'box',
    source: 'https://github.com/box/box-node-sdk/blob/main/docs/webhooks.md',
    at: '2020-01-01T00:00:00-07:00',
    secret,
    signature,
    headers: [
      ['box-delivery-id', 'f96bb54b-ee16-4fc5-aa65-8c2d9e5b546f'],
      ['box-delivery-timestamp', '2020-01-01T00:00:00-07:00'],
      ['box-signature-algorithm', 'HmacSHA256'],
      ['box-signature-version', '1'],
      [header, signature],
    ],
    body: '{"type":"webhook_event","webhook":{"id":"1234567890"},"trigger":"FILE.UPLOADED","source":{"id":"1234567890","type":"file","name":"Test.txt"}}',
  };
}

function adyen(key: string, signature: string, item: Readonly<Record<string, unknown>>): Vector {
  const NotificationRequestItem = { ...item, additionalData: { hmacSignature: signature } };
  return {
    provider: 'adyen',
    source: 'https://github.com/Adyen/adyen-node-api-library/blob/main/src/__tests__/hmacValidator.spec.ts',
    secret: key,
    signature,
    headers: [json],
    body: JSON.stringify({ live: 'false', notificationItems: [{ NotificationRequestItem }] }),
    bodyUnsigned: true,
  };
}

const adyenItem = {
  pspReference: 'pspReference',
  originalReference: 'originalReference',
  merchantAccountCode: 'merchantAccount',
  merchantReference: 'reference',
  amount: { currency: 'EUR', value: 1000 },
  success: 'true',
};

const modernTreasury =
  'https://github.com/Modern-Treasury/modern-treasury-node/blob/main/tests/api-resources/webhooks.test.ts';

const squareSource =
  'https://github.com/square/square-nodejs-sdk/blob/master/tests/integration/webhooks.test.ts';

/** Published in documentation or in the tests of official libraries. */
export const vectors: readonly Vector[] = [
  bare(
    'github',
    'https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries',
    "It's a Secret to Everybody",
    'X-Hub-Signature-256',
    '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    'Hello, World!',
    'sha256=',
  ),
  {
    provider: 'slack',
    source: 'https://docs.slack.dev/authentication/verifying-requests-from-slack',
    at: '2018-07-12T18:36:58Z',
    secret: '8f742231b10e8888abcd99yyyzzz85a5',
    signature: 'a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    headers: [
      form,
      ['X-Slack-Request-Timestamp', '1531420618'],
      ['X-Slack-Signature', 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503'],
    ],
    body: 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
  },
  standard(
    'standard-webhooks',
    'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
    'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
    ['msg_27UH4WbU6Z5A5EzD8u03UvzRbpk', 1649367553, 'tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw='],
    '{"email":"test@example.com","username":"test_user"}',
  ),
  standard(
    'svix',
    'https://docs.svix.com/receiving/verifying-payloads/how-manual',
    'whsec_plJ3nmyCDGBKInavdOK15jsl',
    ['msg_loFOjxBNrRLzqYUf', 1731705121, 'rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0='],
    '{"event_type":"ping","data":{"success":true}}',
    'svix',
  ),
  standard(
    'svix',
    'https://github.com/svix/svix-webhooks/blob/main/javascript/src/webhook.test.ts',
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    ['msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, 'g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='],
    '{"test": 2432232314}',
    'svix',
  ),
  standard(
    'openai',
    'https://github.com/openai/openai-node/blob/master/tests/api-resources/webhooks.test.ts',
    'whsec_RdvaYFYUXuIFuEbvZHwMfYFhUf7aMYjYcmM24+Aj40c=',
    ['wh_685c059ae39c8190af8c71ed1022a24d', 1750861210, 'gUAg4R2hWouRZqRQG4uJypNS8YK885G838+EHb4nKBY='],
    '{"id": "evt_685c059ae3a481909bdc86819b066fb6", "object": "event", "created_at": 1750861210, "type": "response.completed", "data": {"id": "resp_123"}}',
  ),
  {
    provider: 'finch',
    source: 'https://github.com/Finch-API/finch-api-node/blob/main/tests/api-resources/webhooks.test.ts',
    at: '2023-02-13T18:19:42Z',
    secret: '5WbX5kEWLlfzsGNjH64I8lOOqUB6e8FH',
    signature: 'm7y0TV2C+hlHxU42wCieApTSTaA8/047OAplBqxIV/s=',
    headers: [
      ['Finch-Event-Id', 'msg_2Lh9KRb0pzN4LePd3XiA4v12Axj'],
      ['finch-timestamp', '1676312382'],
      ['finch-signature', 'v1,m7y0TV2C+hlHxU42wCieApTSTaA8/047OAplBqxIV/s='],
    ],
    body: '{"company_id":"720be419-0293-4d32-a707-32179b0827ab"}',
  },
  {
    provider: 'orb',
    source: 'https://github.com/orbcorp/orb-node/blob/main/tests/api-resources/webhooks.test.ts',
    at: '2024-03-27T15:42:29Z',
    secret: 'c-UGKYdnhHh436B_sMouYAPUvXyWpzOdunZBV5dFSD8',
    signature: '9d25de966891ab0bc18754faf8d83d0980b44ae330fcc130b41a6cf3daf1f391',
    headers: [
      ['X-Orb-Timestamp', '2024-03-27T15:42:29.551'],
      ['X-Orb-Signature', 'v1=9d25de966891ab0bc18754faf8d83d0980b44ae330fcc130b41a6cf3daf1f391'],
    ],
    body: '{"id": "o4mmewpfNNTnjfZc", "created_at": "2024-03-27T15:42:29+00:00", "type": "resource_event.test", "properties": {"message": "A test webhook from Orb. Happy testing!"}}',
  },
  bare(
    'modern-treasury',
    modernTreasury,
    'foo',
    'X-Signature',
    '57e14f6f354543f0101fb06ea24df7731d90087b76651e3497345e22a3622940',
    '{"foo":"bar"}',
  ),
  bare(
    'modern-treasury',
    modernTreasury,
    'foo',
    'X-Signature',
    'ec1c86d16075e6937fc26d55b7dc60bac9b1178a2f714312f7c5cb13a319b0ac',
    '{"foo":"bar","bar":"baz","a": true}',
  ),
  twilioVector('RSOYDt4T1cUTdK1PDd93/VVr8B8='),
  twilioVector('kvajT1Ptam85bY51eRf/AJRuM3w='),
  twilioVector('Zmvh+3yNM1Phv2jhDCwEM3q5ebU=', { url: 'http://mycompany.com:1234/myapp.php?foo=1&bar=2' }),
  twilioVector('0ZXoZLH/DfblKGATFgpif+LLRf4=', { url: 'http://mycompany.com/myapp.php?foo=1&bar=2' }),
  twilioVector('CukzLTc1tT5dXEDIHm/tKBanW10=', {
    url: 'https://user:pass@mycompany.com/myapp.php?foo=1&bar=2',
  }),
  twilioVector('ZQFR1PTIZXF2MXB8ZnKCvnnA+rI=', {
    url: 'https://user:pass@mycompany.com/myapp.php?foo=1&bar=2',
  }),
  twilioVector('TfZzewPq8wqrGlMfyAud8+/IvJ0=', { url: `${twilio.url}&Body=It's+amazing` }),
  twilioVector('83O6e2vORAoJHUNzJjDWN1jz+BA=', {
    body: 'MessagingBinding.Address=%2B1325xxxxxxx&MessagingBinding.Address=%2B1415xxxxxxx',
  }),
  twilioVector('fF+xx6dTinOaCdZ0aIeNkHr/ZAA=', {
    source: 'https://github.com/twilio/twilio-python/blob/main/tests/unit/test_request_validator.py',
    secret: '1c892n40nd03kdnc0112slzkl3091j20',
    url: 'http://www.postbin.org/1ed898x',
    body: 'AccountSid=AC9a9f9392lad99kla0sklakjs90j092j3&ApiVersion=2010-04-01&CallSid=CAd800bb12c0426a7ea4230e492fef2a4f&CallStatus=ringing&Called=%2B15306384866&CalledCity=OAKLAND&CalledCountry=US&CalledState=CA&CalledZip=94612&Caller=%2B15306666666&CallerCity=SOUTH+LAKE+TAHOE&CallerCountry=US&CallerName=CA+Wireless+Call&CallerState=CA&CallerZip=89449&Direction=inbound&From=%2B15306666666&FromCity=SOUTH+LAKE+TAHOE&FromCountry=US&FromState=CA&FromZip=89449&To=%2B15306384866&ToCity=OAKLAND&ToCountry=US&ToState=CA&ToZip=94612',
  }),
  twilioJson('a9nBmqA0ju/hNViExpshrM61xv4=', `foo=1&bar=2&bodySHA256=${twilioDigest}`, twilioBody),
  twilioJson('y77kIzt2vzLz71DgmJGsen2scGs=', `bodySHA256=${twilioDigest}`, twilioBody),
  twilioJson(
    'Ldidvp12m26NI7eqEvxnEpkd9Hc=',
    'foo=1&bar=2&bodySHA256=44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
    '{}',
  ),
  {
    provider: 'sendgrid',
    source:
      'https://github.com/sendgrid/sendgrid-nodejs/blob/main/packages/eventwebhook/src/eventwebhook.spec.js',
    secret:
      'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==',
    signature:
      'MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM=',
    headers: [
      json,
      ['X-Twilio-Email-Event-Webhook-Timestamp', '1600112502'],
      [
        'X-Twilio-Email-Event-Webhook-Signature',
        'MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM=',
      ],
    ],
    body: '[{"email":"hello@world.com","event":"dropped","reason":"Bounced Address","sg_event_id":"ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA","sg_message_id":"LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0","smtp-id":"<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>","timestamp":1600112492}]\r\n',
  },
  {
    ...bare(
      'square',
      squareSource,
      'Ibxx_5AKakO-3qeNVR61Dw',
      'x-square-hmacsha256-signature',
      'GF4YkrJgGBDZ9NIYbNXBnMzqb2HoL4RW/S6vkZ9/2N4=',
      '{"merchant_id":"MLEFBHHSJGVHD","type":"webhooks.test_notification","event_id":"ac3ac95b-f97d-458c-a6e6-18981597e05f","created_at":"2022-07-13T20:30:59.037339943Z","data":{"type":"webhooks","id":"bc368e64-01aa-407e-b46e-3231809b1129"}}',
    ),
    url: 'https://webhook.site/679a4f3a-dcfa-49ee-bac5-9d0edad886b9',
  },
  {
    ...bare(
      'square',
      squareSource,
      'signature-key',
      'x-square-hmacsha256-signature',
      'W3FlCNk5IA3ZQ2LHTWoajvzfaDu/OwY2tNHIHC3IUOA=',
      '{"data":{"type":"webhooks","id":"fake_id"}}',
    ),
    url: 'https://webhook.site/webhooks',
  },
  {
    ...bare(
      'square',
      'https://github.com/square/square-python-sdk/blob/master/tests/integration/test_webhooks.py',
      'signature-key',
      'x-square-hmacsha256-signature',
      'Cxt7+aTi4rKgcA0bC4g9EHdVtLSDWdqccmL5MvihU4U=',
      '{"data":{"type":"webhooks","id":">id<"}}',
    ),
    url: 'https://webhook.site/webhooks',
  },
  adyen(
    'DFB1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00',
    'ipnxGCaUZ4l8TUW75a71/ghd2Fe5ffvX0pV4TLTntIc=',
    {
      ...adyenItem,
      eventCode: 'EVENT',
    },
  ),
  adyen(
    'DFB1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00',
    'ZNBPtI+oDyyRrLyD1XirkKnQgIAlFc07Vj27TeHsDRE=',
    {
      ...adyenItem,
      eventCode: 'REPORT_AVAILABLE',
    },
  ),
  adyen(
    '44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056',
    'coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0=',
    {
      pspReference: '7914073381342284',
      merchantAccountCode: 'TestMerchant',
      merchantReference: 'TestPayment-1407325143704',
      amount: { currency: 'EUR', value: 1130 },
      eventCode: 'AUTHORISATION',
      success: 'true',
    },
  ),
  box('6TfeAW3A1PASkgboxxA5yqHNKOwFyMWuEXny/FPD5hI=', 'SamplePrimaryKey', 'box-signature-primary'),
  box('v+1CD1Jdo3muIcbpv5lxxgPglOqMfsNHPV899xWYydo=', 'SampleSecondaryKey', 'box-signature-secondary'),
  bare(
    'gocardless',
    'https://github.com/gocardless/gocardless-nodejs/blob/master/src/webhooks.test.ts',
    'ED7D658C-D8EB-4941-948B-3973214F2D49',
    'Webhook-Signature',
    '2693754819d3e32d7e8fcb13c729631f316c6de8dc1cf634d6527f1c07276e7e',
    '{"events":[{"id":"EV00BD05S5VM2T","created_at":"2018-07-05T09:13:51.404Z","resource_type":"subscriptions","action":"created","links":{"subscription":"SB0003JJQ2MR06"},"details":{"origin":"api","cause":"subscription_created","description":"Subscription created via the API."},"metadata":{}},{"id":"EV00BD05TB8K63","created_at":"2018-07-05T09:13:56.893Z","resource_type":"mandates","action":"created","links":{"mandate":"MD000AMA19XGEC"},"details":{"origin":"api","cause":"mandate_created","description":"Mandate created via the API."},"metadata":{}}]}',
  ),
  hubspotOld(
    'v1',
    '232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de',
    'POST',
    '[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]',
    'https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation',
  ),
  hubspotOld(
    'v2',
    'eee2dddcc73c94d699f5e395f4b9d454a069a6855fbfa152e91e88823087200e',
    'GET',
    '',
    'https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation',
  ),
  hubspotOld(
    'v2',
    '9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900',
    'POST',
    '{"example_field":"example_value"}',
    'https://github.com/HubSpot/hubspot-api-nodejs/blob/master/src/services/signature/signature.spec.ts',
  ),
  hubspotNew(
    'K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=',
    '1693657560000',
    'https://github.com/HubSpot/hubspot-api-python/blob/master/tests/spec/utils/test_signature.py',
  ),
  hubspotNew(
    'RnbPH7+UMKVkbV32P8bz450N4M56aPmcru1+D3kSDtw=',
    '1700000300000',
    'https://github.com/HubSpot/hubspot-api-ruby/blob/master/spec/helpers/signature_spec.rb',
  ),
  bare(
    'easypost',
    'https://github.com/EasyPost/easypost-python/blob/master/tests/test_webhook.py',
    'sécret',
    'X-Hmac-Signature',
    'e93977c8ccb20363d51a62b3fe1fc402b7829be1152da9e88cf9e8d07115a46b',
    '{"result":{"id":"batch_123...","object":"Batch","mode":"test","state":"created","num_shipments":0,"reference":null,"created_at":"2022-07-26T17:22:32Z","updated_at":"2022-07-26T17:22:32Z","scan_form":null,"shipments":[],"status":{"created":0,"queued_for_purchase":0,"creation_failed":0,"postage_purchased":0,"postage_purchase_failed":0},"pickup":null,"label_url":null},"description":"batch.created","mode":"test","previous_attributes":null,"completed_urls":null,"user_id":"user_123...","status":"pending","object":"Event","id":"evt_123..."}',
    'hmac-sha256-hex=',
  ),
  bare(
    'onfido',
    'https://github.com/onfido/onfido-node/blob/master/test/webhook-event-verifier.test.ts',
    'YKOC6mkBxi6yK2zlUIrLMvsJMFEZObP5',
    'X-SHA2-Signature',
    'c95a5b785484f6fa1bc25f381b5595d66bf85cb442eefb06aa007802ee6a4dfa',
    '{"payload":{"resource_type":"workflow_task","action":"workflow_task.started","object":{"id":"profile_1eb92","task_spec_id":"profile_1eb92","task_def_id":"profile_data","workflow_run_id":"bc77c6e5-753a-4580-96a6-aaed3e5a8d19","status":"started","started_at_iso8601":"2024-07-10T12:49:09Z","href":"https://api.eu.onfido.com/v3.6/workflow_runs/bc77c6e5-753a-4580-96a6-aaed3e5a8d19/tasks/profile_1eb92"},"resource":{"created_at":"2024-07-10T12:49:09Z","id":"profile_1eb92","workflow_run_id":"bc77c6e5-753a-4580-96a6-aaed3e5a8d19","updated_at":"2024-07-10T12:49:09Z","input":{},"task_def_version":null,"task_def_id":"profile_data","output":null}}}',
  ),
  bare(
    'coinbase-commerce',
    'https://github.com/coinbase/coinbase-commerce-node/blob/master/test/testWebhook.spec.js',
    '30291a20-0bd1-4267-9b0f-e6e7b123c0bf',
    'X-CC-Webhook-Signature',
    '8be7742c7d372f08a6a3224edadf18a22b65fa9e28f3f2de97376cdaa092590d',
    '{"id":1,"scheduled_for":"2017-01-31T20:50:02Z","attempt_number":1,"event":{"id":"24934862-d980-46cb-9402-43c81b0cdba6","type":"charge:created","api_version":"2018-03-22","created_at":"2017-01-31T20:49:02Z","data":{"code":"66BEOV2A","name":"The Sovereign Individual","description":"Mastering the Transition to the Information Age","hosted_url":"https://commerce.coinbase.com/charges/66BEOV2A","created_at":"2017-01-31T20:49:02Z","expires_at":"2017-01-31T21:04:02Z","timeline":[{"time":"2017-01-31T20:49:02Z","status":"NEW"}],"metadata":{},"pricing_type":"no_price","payments":[],"addresses":{"bitcoin":"0000000000000000000000000000000000","ethereum":"0x0000000000000000000000000000000000000000","litecoin":"3000000000000000000000000000000000","bitcoincash":"bitcoincash:000000000000000000000000000000000000000000"}}}}',
  ),
  bare(
    'razorpay',
    'https://github.com/razorpay/razorpay-node/blob/master/test/utils/razorpay-utils.spec.js',
    '123456',
    'X-Razorpay-Signature',
    '2fe04e22977002e6c7cb553adab8b460cb9e2a4970d5953cb27a8472752e3bbc',
    '{"a":1,"b":2,"c":{"d":3}}',
  ),
  bare(
    'smartcar',
    'https://github.com/smartcar/node-sdk/blob/master/test/unit/index.js',
    'amt',
    'SC-Signature',
    '4c05a8da471f05156ad717baa4017acd13a3a809850b9ca7d3301dcaaa854f70',
    '{"pizza":"pasta"}',
  ),
  bare(
    'castle',
    'https://github.com/castle/castle-ruby/blob/develop/spec/lib/castle/webhooks/verify_spec.rb',
    'secret',
    'X-Castle-Signature',
    '3ptx3rUOBnGEqPjMrbcJn2UUfzwTKP54dFyP5uyPY+Y=',
    '{"api_version":"v1","app_id":"12345","type":"$incident.confirmed","created_at":"2020-12-18T12:55:21.779Z","data":{"id":"test","device_token":"token","user_id":"12345","trigger":"$login.succeeded","context":{},"location":{},"user_agent":{}},"user_traits":{},"properties":{},"policy":{}}',
  ),
  bare(
    'line',
    'https://github.com/line/line-bot-sdk-nodejs/blob/master/test/validate-signature.spec.ts',
    'test_secret',
    'X-Line-Signature',
    't7Hn4ZDHqs6e+wdvI5TyQIvzie0DmMUmuXEBqyyE/tM=',
    '{"hello":"world"}',
  ),
  bare(
    'pusher',
    'https://github.com/pusher/pusher-http-node/blob/master/tests/integration/webhook.js',
    'tofu',
    'X-Pusher-Signature',
    'c17257e92037cd7de407ebc1ed174ceb7b2e518db127f44411b9ffc4f5b28cc5',
    '{"time_ms":1403175510755,"events":[{"channel":"test_channel","name":"channel_vacated"}]}',
  ),
  bare(
    'sanity',
    'https://github.com/sanity-io/webhook-toolkit/blob/main/test/signature.test.ts',
    'test',
    'sanity-webhook-signature',
    'tLa470fx7qkLLEcMOcEUFuBbRSkGujyskxrNXcoh0N0',
    '{"_id":"resume"}',
    't=1633519811129,v1=',
  ),
  {
    ...bare(
      'paddle',
      'https://github.com/PaddleHQ/paddle-php-sdk/blob/main/tests/Unit/Notifications/VerifierTest.php',
      'pdl_ntf_01hbpjmytsa32fhr36nqgc3kgb_WvRO0eL4Bj9rgYYIBZY6wZhG4EHy9jzh',
      'Paddle-Signature',
      'd96299976a6eb066f484d7fde011ac56fc32b38fc9940bc419d6e537fdc6ef02',
      'hello-world',
      'ts=1696195954;h1=dummy;h1=',
    ),
    at: '2023-10-01T21:32:34Z',
  },
  {
    provider: 'cloudinary',
    source: 'https://github.com/cloudinary/cloudinary_npm/blob/master/test/utils/utils_spec.js',
    secret: 'hardcoded',
    signature: '6c5a29fd8815772fbac2f10ae741e093d0859313947ef8fadeb29126ded6649c',
    headers: [
      ['X-Cld-Timestamp', '7952342400000'],
      ['X-Cld-Signature', '6c5a29fd8815772fbac2f10ae741e093d0859313947ef8fadeb29126ded6649c'],
    ],
    body: '{"public_id":"b8sjhoslj8cq8ovoa0ma","version":"1555337587","width":1000,"height":800}',
  },
  {
    provider: 'plivo',
    source: 'https://github.com/plivo/plivo-node/blob/master/test/utils.js',
    secret: 'my_auth_token',
    signature: 'ehV3IKhLysWBxC1sy8INm0qGoQYdYsHwuoKjsX7FsXc=',
    url: 'https://answer.url',
    headers: [
      ['X-Plivo-Signature-V2', 'ehV3IKhLysWBxC1sy8INm0qGoQYdYsHwuoKjsX7FsXc='],
      ['X-Plivo-Signature-V2-Nonce', '12345'],
    ],
    body: 'MessageUUID=m',
    bodyUnsigned: true,
  },
  {
    provider: 'messagebird',
    source:
      'https://github.com/messagebird/messagebird-nodejs/blob/master/lib/testdata/webhook-signature-jwt-reference.json',
    at: '2021-07-05T12:00:00+02:00',
    secret: '36efdd1aace2e26cd490f0d951138253bef2f7c6d34d18981da781555cc4cebb',
    signature:
      'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJNZXNzYWdlQmlyZCIsIm5iZiI6MTYyNTQ3OTIwMCwiZXhwIjoxNjI1NDc5MjYwLCJqdGkiOiI5M2U1NTAwNi1hMGU4LTQ1MjYtYTE5MC1mYTVmZjAwZWExMTYiLCJ1cmxfaGFzaCI6IjQxZjA1ZjBkZGQwYTIyYWIyMDlhYzQ2ZjQ3YzQ1NzJkOWNlZmEyNTdlZDc0YjI0MDA0YmFlNzUzZWNlNmMyNjAiLCJwYXlsb2FkX2hhc2giOiJkZmZkNjAyMWJiMmJkNWIwYWY2NzYyOTA4MDllYzNhNTMxOTFkZDgxYzdmNzBhNGIyODY4OGEzNjIxODI5ODZmIn0._H--TOuYFLpeEH39-rg5E3IHVkjHozBcaKVWPRC5m9I',
    url: 'https://example.com/path?bar=1&foo=2',
    headers: [
      [
        'MessageBird-Signature-JWT',
        'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJNZXNzYWdlQmlyZCIsIm5iZiI6MTYyNTQ3OTIwMCwiZXhwIjoxNjI1NDc5MjYwLCJqdGkiOiI5M2U1NTAwNi1hMGU4LTQ1MjYtYTE5MC1mYTVmZjAwZWExMTYiLCJ1cmxfaGFzaCI6IjQxZjA1ZjBkZGQwYTIyYWIyMDlhYzQ2ZjQ3YzQ1NzJkOWNlZmEyNTdlZDc0YjI0MDA0YmFlNzUzZWNlNmMyNjAiLCJwYXlsb2FkX2hhc2giOiJkZmZkNjAyMWJiMmJkNWIwYWY2NzYyOTA4MDllYzNhNTMxOTFkZDgxYzdmNzBhNGIyODY4OGEzNjIxODI5ODZmIn0._H--TOuYFLpeEH39-rg5E3IHVkjHozBcaKVWPRC5m9I',
      ],
    ],
    body: 'Hello, World!',
  },
  {
    provider: 'truelayer',
    source: 'https://github.com/TrueLayer/truelayer-signing/tree/main/test-resources',
    secret:
      '{"keys":[{"kty":"EC","alg":"ES512","kid":"45fc75cf-5649-4134-84b3-192c2c78e990","crv":"P-521","x":"oLuW4nFqoUuR8d7FVsUoI62libYdQlWGtLStnqdudLY92bQ0ra5eZAbkunrGTR9-w9mr4o2Etyb6pC7YB2-23WM","y":"AX1cjkGMiltikPrkX49qwuJDdcETaTsj-kyFP8jsF9W5XAB3Z4tBiQtc72DQnJYeKyAV_T6qZTtFKFr-Tp4iu-j7"}]}',
    signature:
      'AB9S1dzZTmw0tofUjJNGO7Kt_jZsahPyIrBTdhfxBWOI3KoLALkMy6ka1MjpZQx06_hQUJnanu9K_LS6V9lNaNGiAX5Cos5RWQfbeBCZWqAvIpXO3FvIzyJKRaTYK8FBG4lfJYPi76_pIkCLGKWeq8__7ElpMVRcLTM5IBKWL8isVZn_',
    url: 'https://example.com/tl-webhook',
    headers: [
      ['X-Tl-webhook-Timestamp', '2021-11-29T11:42:55Z'],
      ['Content-Type', 'application/json'],
      [
        'Tl-Signature',
        'eyJhbGciOiJFUzUxMiIsImtpZCI6IjQ1ZmM3NWNmLTU2NDktNDEzNC04NGIzLTE5MmMyYzc4ZTk5MCIsInRsX3ZlcnNpb24iOiIyIiwidGxfaGVhZGVycyI6IlgtVGwtV2ViaG9vay1UaW1lc3RhbXAsQ29udGVudC1UeXBlIiwiamt1IjoiaHR0cHM6Ly93ZWJob29rcy50cnVlbGF5ZXIuY29tLy53ZWxsLWtub3duL2p3a3MifQ..AB9S1dzZTmw0tofUjJNGO7Kt_jZsahPyIrBTdhfxBWOI3KoLALkMy6ka1MjpZQx06_hQUJnanu9K_LS6V9lNaNGiAX5Cos5RWQfbeBCZWqAvIpXO3FvIzyJKRaTYK8FBG4lfJYPi76_pIkCLGKWeq8__7ElpMVRcLTM5IBKWL8isVZn_',
      ],
    ],
    body: '{"event_type":"example","event_id":"18b2842b-a57b-4887-a0a6-d3c7c36f1020"}',
  },
  bare(
    'ebay',
    'https://github.com/eBay/event-notification-nodejs-sdk/blob/main/test/test.json',
    '-----BEGIN PUBLIC KEY-----MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEZhhxXKtR+TOvtDbgTPCkSof02qgBB7IsYOyf76ilExJ/upAa/vKIKheOoCyOpcLmi4t0b4uepb7LLjmMr90FUg==-----END PUBLIC KEY-----',
    'X-EBAY-SIGNATURE',
    'eyJhbGciOiJlY2RzYSIsImtpZCI6Ijk5MzYyNjFhLTdkN2ItNDYyMS1hMGYxLTk2Y2NiNDI4YWY0OSIsInNpZ25hdHVyZSI6Ik1FWUNJUUNmeGZJV3V4bVdjSUJRSjljNS9YN2lHREpxczJSQ0dzQkVhQWppbnlycmZBSWhBSVY2d0djVGlCdVY1S0pVaWYyaG9reXJMK1E5c3NIa2FkK214Mm5FRTI1dyIsImRpZ2VzdCI6IlNIQTEifQ==',
    '{"metadata":{"topic":"MARKETPLACE_ACCOUNT_DELETION","schemaVersion":"1.0","deprecated":false},"notification":{"notificationId":"49feeaeb-4982-42d9-a377-9645b8479411_33f7e043-fed8-442b-9d44-791923bd9a6d","eventDate":"2021-03-19T20:43:59.462Z","publishDate":"2021-03-19T20:43:59.679Z","publishAttemptCount":1,"data":{"username":"test_user","userId":"ma8vp1jySJC","eiasToken":"nY+sHZ2PrBmdj6wVnY+sEZ2PrA2dj6wJnY+gAZGEpwmdj6x9nY+seQ=="}}}',
  ),
  bare(
    'wise',
    'https://github.com/transferwise/digital-signatures-examples',
    '-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwpb91cEYuyJNQepZAVfP\nZIlPZfNUefH+n6w9SW3fykqKu938cR7WadQv87oF2VuT+fDt7kqeRziTmPSUhqPU\nys/V2Q1rlfJuXbE+Gga37t7zwd0egQ+KyOEHQOpcTwKmtZ81ieGHynAQzsn1We3j\nwt760MsCPJ7GMT141ByQM+yW1Bx+4SG3IGjXWyqOWrcXsxAvIXkpUD/jK/L958Cg\nnZEgz0BSEh0QxYLITnW1lLokSx/dTianWPFEhMC9BgijempgNXHNfcVirg1lPSyg\nz7KqoKUN0oHqWLr2U1A+7kqrl6O2nx3CKs1bj1hToT1+p4kcMoHXA7kA+VBLUpEs\nVwIDAQAB\n-----END PUBLIC KEY-----\n',
    'X-Signature-SHA256',
    'wKcKCYXAzxNgiu7xmoDm943NUni7Rz33QN8JkEA9dWSGebgndonabgSj18Y4C08OrwVmueGsED2s00M7DtJVcYKOS1i3G4TMVx+mgM3aL9djMBkQtiYNBFUd6wrPI7ZUNHv/TrlKSjTMc+6JFvUvJ7owY3z85e3I4jLRLJowMFvO8kvCJ60+1pY9wDwZvtZ//WS93LrwGjk9Dvwzpmu0w+P4J75tETT5qC3Uv0y5G2yO8SEoO3yNP/tg/BOli02niHb53vEOUWUb9bly6thnfMoXoiV/osoGxgF20R58RlvkAmezyyl1Sv542TfS2DpiwVnmjjjkCyXeSUcKookYLQ==',
    '{"data":{"resource":{"id":49983981,"profile_id":16055450,"account_id":14124090,"type":"transfer"},"current_state":"incoming_payment_waiting","previous_state":null,"occurred_at":"2021-08-23T10:12:50Z"},"subscription_id":"90aa8e14-4ef1-4a56-861c-f3c9cde097ea","event_type":"transfers#state-change","schema_version":"2.0.0","sent_at":"2021-08-23T10:12:50Z"}',
  ),
  {
    provider: 'dropbox-sign',
    source:
      'https://github.com/hellosign/dropbox-sign-node/blob/main/test_fixtures/EventCallbackHelper_AccountCallbacks.json',
    secret: '324e3b0840f065eb51f3fd63231d0d33daa35d4ed10d27718839e81737065782',
    signature: 'c574f5d3090c2936360b4e36cf6835cf3e2206b84fdc6347e6b28ca721ae1371',
    headers: [['Content-Type', 'multipart/form-data; boundary=limit']],
    body: '--limit\r\nContent-Disposition: form-data; name="json"\r\n\r\n{"account_guid":"63522885f9261e2b04eea043933ee7313eb674fd","event":{"event_time":"1348177752","event_type":"unknown_error","event_hash":"c574f5d3090c2936360b4e36cf6835cf3e2206b84fdc6347e6b28ca721ae1371"}}\r\n--limit--\r\n',
    bodyUnsigned: true,
  },
];
