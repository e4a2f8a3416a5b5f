import { createHash, createHmac, sign, verify } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { SignableRequest } from '../../src/providers/request/parsed-request.ts';
import { selfSignedCertificate } from '../support/certificate.ts';
import { address, headerOf, pem, type SignedCase, testKeys } from './signed-fact.ts';

type Headers = readonly (readonly [string, string])[];

const word = 'a shared secret';
const formType = 'application/x-www-form-urlencoded';

function mac(
  algorithm: string,
  key: string | Uint8Array,
  ...parts: readonly (string | Uint8Array)[]
): Buffer {
  const one = createHmac(algorithm, key);
  for (const part of parts) one.update(part);
  return one.digest();
}

function hash(algorithm: string, ...parts: readonly (string | Uint8Array)[]): Buffer {
  const one = createHash(algorithm);
  for (const part of parts) one.update(part);
  return one.digest();
}

function post(body: string | Uint8Array, headers: Headers = [], type = 'application/json'): SignableRequest {
  return {
    method: 'POST',
    url: address,
    headers: [['Content-Type', type], ...headers],
    body: Buffer.from(body as string),
  };
}

function withHeader(request: SignableRequest, name: string, value: string): SignableRequest {
  return { ...request, headers: [...request.headers, [name, value]] };
}

const json = ({ body }: SignableRequest) => JSON.parse(Buffer.from(body).toString());
const fields = ({ body }: SignableRequest) => new URLSearchParams(Buffer.from(body).toString());
const seconds = (ms: number) => String(Math.floor(ms / 1000));

/** A header with a signature over a message that only code can describe. */
function headerCase(
  name: string,
  header: string,
  request: (ms: number) => SignableRequest,
  valueFor: (request: SignableRequest, secret: string) => string,
  more: Partial<SignedCase> = {},
): SignedCase {
  const secret = more.secret ?? word;
  return {
    name,
    secret,
    otherSecret: 'another secret',
    header,
    ...more,
    signed: (ms) => {
      const unsigned = request(ms);
      return withHeader(unsigned, header, valueFor(unsigned, secret));
    },
    accepts: (signed) => headerOf(signed, header) === valueFor(signed, secret),
  };
}

const twilioForm = (request: SignableRequest, url = request.url) => {
  const sorted = [...new Set(fields(request).keys())].sort();
  return url + sorted.map((name) => name + fields(request).get(name)).join('');
};

const twilioCases = [
  headerCase(
    'twilio',
    'X-Twilio-Signature',
    () => post('To=%2B1555&Body=gr%C3%BC%C3%9Fe+x&AccountSid=AC1&SmsStatus=received', [], formType),
    (request, secret) => mac('sha1', secret, twilioForm(request)).toString('base64'),
  ),
  headerCase(
    'twilio',
    'X-Twilio-Signature',
    () => post('Body=b&Body=a&Body=b&AccountSid=AC1', [], formType),
    (request, secret) => mac('sha1', secret, `${request.url}AccountSidAC1BodyaBodyb`).toString('base64'),
  ),
  headerCase(
    'twilio',
    'X-Twilio-Signature',
    () => {
      const request = post('{"a":1}');
      return { ...request, url: `${address}&bodySHA256=${hash('sha256', request.body).toString('hex')}` };
    },
    (request, secret) => mac('sha1', secret, request.url).toString('base64'),
  ),
];

/** Signed with the default port, as by some products of Twilio. */
const twilioWithPort: SignedCase = {
  ...twilioCases[0]!,
  signed: (ms) => {
    const request = twilioCases[0]!.signed(ms);
    const url = request.url.replace('example.com', 'example.com:443');
    const value = mac('sha1', word, twilioForm(request, url)).toString('base64');
    return { ...request, headers: [...request.headers.slice(0, -1), ['X-Twilio-Signature', value]] };
  },
};

const plivoPost = (request: SignableRequest) => {
  const form = [...fields(request)].sort(([one], [other]) => (one < other ? -1 : 1)).flat();
  const nonce = headerOf(request, 'X-Plivo-Signature-V3-Nonce');
  return `https://hooks.example.com/in?tag=a.${form.join('')}.${nonce}`;
};

const contentfulText = (request: SignableRequest) => {
  const names = headerOf(request, 'x-contentful-signed-headers')!.split(',').sort();
  const listed = names.map((name) => `${name}:${headerOf(request, name)}`).join(';');
  return `POST\n/in?tag%253Da\n${listed}\n`;
};

const headerCases = [
  ...twilioCases,
  twilioWithPort,
  headerCase(
    'instagram',
    'X-Hub-Signature-256',
    () => post('{"object":"instagram","entry":[{"id":"1","changes":[{"field":"comments"}]}]}'),
    (request, secret) => `sha256=${mac('sha256', secret, request.body).toString('hex')}`,
  ),
  headerCase(
    'github',
    'X-Hub-Signature',
    () => post('{"a":1}', [['X-GitHub-Event', 'push']]),
    (request, secret) => `sha1=${mac('sha1', secret, request.body).toString('hex')}`,
    { unsignable: true },
  ),
  headerCase(
    'gitea',
    'X-Gitea-Signature',
    () => post('payload=%7B%22a%22%3A1%7D', [['X-Gitea-Event', 'push']], formType),
    (request, secret) => mac('sha256', secret, fields(request).get('payload')!).toString('hex'),
  ),
  headerCase(
    'contentful',
    'x-contentful-signature',
    (ms) =>
      post('{"sys":{}}', [
        ['X-Contentful-Topic', 'ContentManagement.Entry.save'],
        ['x-contentful-timestamp', String(ms)],
        [
          'x-contentful-signed-headers',
          'x-contentful-timestamp,x-contentful-topic,x-contentful-signed-headers',
        ],
      ]),
    (request, secret) => mac('sha256', secret, contentfulText(request), request.body).toString('hex'),
    { toleranceMs: 30_000 },
  ),
  headerCase(
    'hubspot',
    'X-HubSpot-Signature',
    () => post('[{"subscriptionType":"a","eventId":1}]', [['X-HubSpot-Signature-Version', 'v1']]),
    (request, secret) => hash('sha256', secret, request.body).toString('hex'),
    { unsignable: true, codeWithoutSignature: 'no-signature' },
  ),
  headerCase(
    'hubspot',
    'X-HubSpot-Signature',
    () => post('{"callbackId":"c"}', [['X-HubSpot-Signature-Version', 'v2']]),
    (request, secret) => hash('sha256', secret, 'POST', request.url, request.body).toString('hex'),
  ),
  headerCase(
    'hubspot',
    'X-HubSpot-Signature-v3',
    (ms) => ({
      ...post('[]', [['X-HubSpot-Request-Timestamp', String(ms)]]),
      url: 'https://hooks.example.com/in?mail=a%40b.c&x=%20',
    }),
    (request, secret) => {
      const time = headerOf(request, 'X-HubSpot-Request-Timestamp')!;
      const url = 'https://hooks.example.com/in?mail=a@b.c&x=%20';
      return mac('sha256', secret, 'POST', url, request.body, time).toString('base64');
    },
    { toleranceMs: 300_000, unsignable: true },
  ),
  headerCase(
    'mercado-pago',
    'x-signature',
    () => ({
      ...post('{"id":1,"action":"payment.updated"}', [['x-request-id', 'req-1']]),
      url: 'https://hooks.example.com/in?data.id=ABC1&type=payment',
    }),
    (_request, secret) => {
      const ts = '1767225600000';
      return `ts=${ts},v1=${mac('sha256', secret, `id:abc1;request-id:req-1;ts:${ts};`).toString('hex')}`;
    },
    { bodyUnsigned: true, unsignable: true },
  ),
  headerCase(
    'plivo',
    'X-Plivo-Signature-V3',
    () => post('To=1&From=2&CallUUID=c&Event=Ring', [['X-Plivo-Signature-V3-Nonce', 'n']], formType),
    (request, secret) => mac('sha256', secret, plivoPost(request)).toString('base64'),
  ),
  headerCase(
    'plivo',
    'X-Plivo-Signature-V2',
    () => post('MessageUUID=m', [['X-Plivo-Signature-V2-Nonce', 'n']], formType),
    (_request, secret) => mac('sha256', secret, 'https://hooks.example.com/inn').toString('base64'),
    { bodyUnsigned: true },
  ),
  headerCase(
    'mandrill',
    'X-Mandrill-Signature',
    () => post('mandrill_events=%5B%7B%22event%22%3A%22send%22%2C%22_id%22%3A%22i%22%7D%5D', [], formType),
    (request, secret) =>
      mac('sha1', secret, `${request.url}mandrill_events${fields(request).get('mandrill_events')}`).toString(
        'base64',
      ),
  ),
  headerCase(
    'nowpayments',
    'x-nowpayments-sig',
    () => post('{"payment_status":"finished","payment_id":7,"fee":{"b":1,"a":[{"z":1,"y":2}]}}'),
    (_request, secret) => {
      const text = '{"fee":{"a":[{"y":2,"z":1}],"b":1},"payment_id":7,"payment_status":"finished"}';
      return mac('sha512', secret, text).toString('hex');
    },
  ),
  headerCase(
    'iyzico',
    'X-IYZ-SIGNATURE-V3',
    () => post('{"iyziEventType":"API_AUTH","paymentId":"p","paymentConversationId":"c","status":"SUCCESS"}'),
    (_request, secret) => mac('sha256', secret, `${secret}API_AUTHpcSUCCESS`).toString('hex'),
    { bodyUnsigned: true },
  ),
  ...(['sha1', 'sha256', 'sha512'] as const).map((algorithm) =>
    headerCase(
      'sumsub',
      'X-Payload-Digest',
      () =>
        post('{"type":"applicantReviewed"}', [
          ['X-Payload-Digest-Alg', `HMAC_${algorithm.toUpperCase()}_HEX`],
        ]),
      (request, secret) => mac(algorithm, secret, request.body).toString('hex'),
    ),
  ),
  headerCase(
    'front',
    'X-Front-Signature',
    () => post('{"type":"inbound","id":"evt"}'),
    (request, secret) => mac('sha1', secret, request.body).toString('base64'),
  ),
  headerCase(
    'creem',
    'creem-signature',
    () => post('{"id":"evt","eventType":"checkout.completed"}'),
    (request, secret) => mac('sha256', secret, request.body).toString('hex'),
  ),
  headerCase(
    'currents',
    'x-webhook-secret',
    () => post('{"event":"RUN_FINISH"}'),
    (_request, secret) => secret,
    { bodyUnsigned: true },
  ),
  {
    name: 'hygraph',
    secret: word,
    otherSecret: 'another secret',
    header: 'gcms-signature',
    signed(ms: number) {
      const request = post('{"operation":"publish","data":{"x":"\\u00fc"}}');
      const text = `{"Body":${JSON.stringify(request.body.toString())},"EnvironmentName":"main","TimeStamp":${ms}}`;
      const value = `sign=${mac('sha256', word, text).toString('base64')}, env=main, t=${ms}`;
      return withHeader(request, 'gcms-signature', value);
    },
    accepts(request: SignableRequest) {
      const match = /^sign=([^,]+), env=main, t=(\d+)$/.exec(headerOf(request, 'gcms-signature')!)!;
      const text = `{"Body":${JSON.stringify(request.body.toString())},"EnvironmentName":"main","TimeStamp":${match[2]}}`;
      return match[1] === mac('sha256', word, text).toString('base64');
    },
  },
];

/** The signature is in the body or the URL. */
const bodyCases: readonly SignedCase[] = [
  {
    name: 'mailgun',
    secret: word,
    otherSecret: 'another secret',
    bodyUnsigned: true,
    signed(ms) {
      const timestamp = seconds(ms);
      const signature = mac('sha256', word, `${timestamp}tok`).toString('hex');
      return post(
        JSON.stringify({
          signature: { timestamp, token: 'tok', signature },
          'event-data': { event: 'opened', id: 'i' },
        }),
      );
    },
    accepts(request) {
      const { timestamp, token, signature } = json(request).signature;
      return signature === mac('sha256', word, timestamp + token).toString('hex');
    },
  },
  {
    name: 'mailgun',
    secret: word,
    otherSecret: 'another secret',
    bodyUnsigned: true,
    unsignable: true,
    signed(ms) {
      const timestamp = seconds(ms);
      const signature = mac('sha256', word, `${timestamp}tok`).toString('hex');
      return post(`recipient=a&timestamp=${timestamp}&token=tok&signature=${signature}`, [], formType);
    },
    accepts: () => true,
  },
  {
    name: 'lever',
    secret: word,
    otherSecret: 'another secret',
    bodyUnsigned: true,
    signed(ms) {
      const signature = mac('sha256', word, `tok${ms}`).toString('hex');
      return post(
        JSON.stringify({ id: 'i', event: 'candidateHired', token: 'tok', triggeredAt: ms, signature }),
      );
    },
    accepts(request) {
      const { token, triggeredAt, signature } = json(request);
      return signature === mac('sha256', word, token + triggeredAt).toString('hex');
    },
  },
  {
    name: 'midtrans',
    secret: word,
    otherSecret: 'another secret',
    bodyUnsigned: true,
    signed: () =>
      post(
        JSON.stringify({
          order_id: 'o',
          status_code: '200',
          gross_amount: '10.00',
          transaction_status: 'settlement',
          transaction_id: 't',
          signature_key: hash('sha512', `o20010.00${word}`).toString('hex'),
        }),
      ),
    accepts: (request) => json(request).signature_key === hash('sha512', `o20010.00${word}`).toString('hex'),
  },
  {
    name: 'pandadoc',
    secret: word,
    otherSecret: 'another secret',
    signed() {
      const request = post('[{"event":"document_state_changed","data":{"id":"d"}}]');
      return { ...request, url: `${address}&signature=${mac('sha256', word, request.body).toString('hex')}` };
    },
    accepts: ({ url, body }) =>
      new URL(url).searchParams.get('signature') === mac('sha256', word, body).toString('hex'),
  },
  {
    name: 'vonage-sms',
    secret: word,
    otherSecret: 'another secret',
    bodyUnsigned: true,
    signed(ms) {
      const t = seconds(ms);
      const sig = hash('md5', `&messageId=m&msisdn=1&text=a_b_c&timestamp=${t}${word}`).toString('hex');
      return {
        ...post(''),
        method: 'GET',
        url: `https://h.example/in?msisdn=1&messageId=m&timestamp=${t}&text=a%26b%3Dc&sig=${sig}`,
      };
    },
    accepts({ url }) {
      const { searchParams } = new URL(url);
      const text = `&messageId=m&msisdn=1&text=a_b_c&timestamp=${searchParams.get('timestamp')}${word}`;
      return searchParams.get('sig') === hash('md5', text).toString('hex');
    },
  },
  {
    name: 'braintree',
    secret: 'public|private',
    otherSecret: 'public|another',
    signed() {
      const payload = 'PHhtbC8+\nPHg+\n';
      const signature = mac('sha1', hash('sha1', 'private'), payload).toString('hex');
      const form = new URLSearchParams({ bt_signature: `other|aa&public|${signature}`, bt_payload: payload });
      return post(form.toString(), [], formType);
    },
    accepts(request) {
      const signature = mac('sha1', hash('sha1', 'private'), fields(request).get('bt_payload')!).toString(
        'hex',
      );
      return fields(request).get('bt_signature') === `public|${signature}`;
    },
  },
  {
    name: 'dropbox-sign',
    secret: word,
    otherSecret: 'another secret',
    bodyUnsigned: true,
    signed(ms) {
      const time = seconds(ms);
      const event = {
        event_type: 'signature_request_sent',
        event_time: time,
        event_hash: mac('sha256', word, `${time}signature_request_sent`).toString('hex'),
      };
      const field = 'Content-Disposition: form-data; name="json"';
      const body = `--xYz\r\n${field}\r\n\r\n${JSON.stringify({ event })}\r\n--xYz--\r\n`;
      return post(body, [['User-Agent', 'HelloSign API']], 'multipart/form-data; boundary=xYz');
    },
    accepts(request) {
      const { event } = JSON.parse(/\r\n\r\n(.*)\r\n--xYz--/.exec(request.body.toString())![1]!);
      return event.event_hash === mac('sha256', word, event.event_time + event.event_type).toString('hex');
    },
  },
  adyenCase(),
];

function adyenCase(): SignedCase {
  const key = 'A1B2C3D4E5F60718293A4B5C6D7E8F90';
  const item = (pspReference: string, signature?: string) => ({
    NotificationRequestItem: {
      pspReference,
      merchantAccountCode: 'Shop',
      merchantReference: 'ref:1',
      amount: { value: 1130, currency: 'EUR' },
      eventCode: 'AUTHORISATION',
      success: 'true',
      additionalData: { hmacSignature: signature ?? 'x' },
    },
  });
  const signatureOf = (reference: string) =>
    mac('sha256', Buffer.from(key, 'hex'), `${reference}::Shop:ref:1:1130:EUR:AUTHORISATION:true`).toString(
      'base64',
    );
  return {
    name: 'adyen',
    secret: key,
    otherSecret: key.replace('A', 'B'),
    bodyUnsigned: true,
    signed: () =>
      post(
        JSON.stringify({
          live: 'false',
          notificationItems: ['p1', 'p2'].map((each) => item(each, signatureOf(each))),
        }),
      ),
    accepts: (request) =>
      json(request).notificationItems.every(
        ({ NotificationRequestItem: each }: ReturnType<typeof item>) =>
          each.additionalData.hmacSignature === signatureOf(each.pspReference),
      ),
  };
}

/** Signed with a private key of the vendor's. */
interface KeyCase {
  readonly name: string;
  readonly keys: 'rsa' | 'ec' | 'ec521' | 'ed';
  readonly digest: string | null;
  readonly header?: string;
  readonly more?: Partial<SignedCase>;
  readonly jose?: boolean;
  request(ms: number): SignableRequest;
  message(request: SignableRequest): string | Buffer;
  write(request: SignableRequest, signature: Buffer): SignableRequest;
  read(request: SignableRequest): Buffer | undefined;
}

function keyCase({ name, keys, digest, header, more, jose, ...each }: KeyCase): SignedCase {
  const [own, other] = {
    rsa: [testKeys.rsa, testKeys.otherRsa] as const,
    ec: [testKeys.ec, testKeys.otherEc] as const,
    ec521: [testKeys.ec521, testKeys.otherEc521] as const,
    ed: [testKeys.ed, testKeys.otherEd] as const,
  }[keys];
  const shape = (key: ReturnType<typeof own>['publicKey']) =>
    jose ? { key, dsaEncoding: 'ieee-p1363' as const } : key;
  return {
    name,
    secret: pem(own().publicKey),
    otherSecret: pem(other().publicKey),
    signingSecret: pem(own().privateKey),
    header,
    ...more,
    signed(ms) {
      const request = each.request(ms);
      return each.write(
        request,
        sign(digest, Buffer.from(each.message(request) as string), shape(own().privateKey)),
      );
    },
    accepts(request) {
      const signature = each.read(request);
      const message = Buffer.from(each.message(request) as string);
      return signature !== undefined && verify(digest, message, shape(own().publicKey), signature);
    },
  };
}

const inHeader = (header: string) => ({
  header,
  write: (request: SignableRequest, signature: Buffer) =>
    withHeader(request, header, signature.toString('base64')),
  read: (request: SignableRequest) => Buffer.from(headerOf(request, header) ?? '', 'base64'),
});

function snsCase(
  version: '1' | '2',
  fields: Readonly<Record<string, string>>,
  names: readonly string[],
): SignedCase {
  return keyCase({
    name: 'aws-sns',
    keys: 'rsa',
    digest: version === '1' ? 'sha1' : 'sha256',
    request: (ms) =>
      post(
        JSON.stringify({
          ...fields,
          MessageId: 'm-1',
          TopicArn: 'arn:aws:sns:us-east-1:123456789012:t',
          Timestamp: new Date(ms).toISOString(),
          SignatureVersion: version,
          SigningCertURL: 'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem',
        }),
        [['x-amz-sns-message-type', fields.Type!]],
        'text/plain; charset=UTF-8',
      ),
    message: (request) => names.map((name) => `${name}\n${json(request)[name]}\n`).join(''),
    write: (request, signature) => ({
      ...request,
      body: Buffer.from(JSON.stringify({ ...json(request), Signature: signature.toString('base64') })),
    }),
    read: (request) => Buffer.from(json(request).Signature ?? '', 'base64'),
  });
}

const keygenText = (request: SignableRequest) =>
  `(request-target): post /in?tag=a\nhost: hooks.example.com\ndate: ${headerOf(request, 'Date')}\n` +
  `digest: sha-256=${hash('sha256', request.body).toString('base64')}`;

const base64url = (text: string | Uint8Array) => Buffer.from(text as string).toString('base64url');
const jwsHead = (request: SignableRequest, header: string) =>
  (headerOf(request, header) ?? '').split('.')[0]!;

function detached(name: string, header: string, head: object, digest: string, raw: boolean): SignedCase {
  const first = (request: SignableRequest) => jwsHead(request, header) || base64url(JSON.stringify(head));
  return keyCase({
    name,
    keys: 'rsa',
    digest,
    header,
    request: () => post('{"id":"e","eventType":"TRANSACTION_CREATED"}'),
    message: (request) =>
      Buffer.concat([
        Buffer.from(`${first(request)}.`),
        raw ? request.body : Buffer.from(base64url(request.body)),
      ]),
    write: (request, signature) => withHeader(request, header, `${first(request)}..${base64url(signature)}`),
    read: (request) => Buffer.from(headerOf(request, header)!.split('..')[1] ?? '', 'base64url'),
  });
}

const keyCases: readonly SignedCase[] = [
  keyCase({
    name: 'travis-ci',
    keys: 'rsa',
    digest: 'sha1',
    ...inHeader('Signature'),
    request: () =>
      post('payload=%7B%22id%22%3A1%2C%22type%22%3A%22push%22%7D', [['Travis-Repo-Slug', 'a/b']], formType),
    message: (request) => fields(request).get('payload')!,
  }),
  keyCase({
    name: 'paypal',
    keys: 'rsa',
    digest: 'sha256',
    ...inHeader('PAYPAL-TRANSMISSION-SIG'),
    more: { options: { webhookId: 'WH-1' } },
    request: (ms) =>
      post('{"id":"WH-2","event_type":"PAYMENT.SALE.COMPLETED","event_version":"1.0"}', [
        ['PAYPAL-TRANSMISSION-ID', 't-1'],
        ['PAYPAL-TRANSMISSION-TIME', new Date(ms).toISOString()],
        ['PAYPAL-CERT-URL', 'https://api.paypal.com/v1/notifications/certs/CERT-1'],
        ['PAYPAL-AUTH-ALGO', 'SHA256withRSA'],
      ]),
    message: (request) =>
      `t-1|${headerOf(request, 'PAYPAL-TRANSMISSION-TIME')}|WH-1|${crc32(request.body) >>> 0}`,
  }),
  snsCase('1', { Type: 'Notification', Message: 'hi\nthere', Subject: 's' }, [
    'Message',
    'MessageId',
    'Subject',
    'Timestamp',
    'TopicArn',
    'Type',
  ]),
  snsCase('2', { Type: 'Notification', Message: 'hi' }, [
    'Message',
    'MessageId',
    'Timestamp',
    'TopicArn',
    'Type',
  ]),
  snsCase(
    '1',
    {
      Type: 'SubscriptionConfirmation',
      Message: 'm',
      Token: 'tok',
      SubscribeURL: 'https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription',
    },
    ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
  ),
  keyCase({
    name: 'paddle-classic',
    keys: 'rsa',
    digest: 'sha1',
    request: () =>
      post('alert_name=payment_succeeded&alert_id=7&customer_name=J%C3%BCrgen&p_signature=x', [], formType),
    message: (request) => {
      const sorted = [...fields(request)]
        .filter(([name]) => name !== 'p_signature')
        .sort(([a], [b]) => (a < b ? -1 : 1));
      const text = (value: string) => `s:${Buffer.byteLength(value)}:"${value}";`;
      return `a:${sorted.length}:{${sorted.map(([name, value]) => text(name) + text(value)).join('')}}`;
    },
    write: (request, signature) => {
      const form = fields(request);
      form.set('p_signature', signature.toString('base64'));
      return { ...request, body: Buffer.from(form.toString()) };
    },
    read: (request) => Buffer.from(fields(request).get('p_signature') ?? '', 'base64'),
  }),
  keyCase({
    name: 'adobe-io-events',
    keys: 'rsa',
    digest: 'sha256',
    ...inHeader('x-adobe-digital-signature-1'),
    request: () => post('{"event_id":"e","recipient_client_id":"c","event":{"@type":"xdmCreated"}}'),
    message: ({ body }) => Buffer.from(body),
  }),
  keyCase({
    name: 'ebay',
    keys: 'ec',
    digest: 'sha1',
    header: 'X-EBAY-SIGNATURE',
    request: () =>
      post('{"metadata":{"topic":"MARKETPLACE_ACCOUNT_DELETION"},"notification":{"notificationId":"n"}}'),
    message: ({ body }) => Buffer.from(body),
    write: (request, signature) => {
      const parts = { alg: 'ecdsa', kid: 'k', signature: signature.toString('base64'), digest: 'SHA1' };
      return withHeader(request, 'X-EBAY-SIGNATURE', Buffer.from(JSON.stringify(parts)).toString('base64'));
    },
    read: (request) => {
      const parts = JSON.parse(Buffer.from(headerOf(request, 'X-EBAY-SIGNATURE')!, 'base64').toString());
      return Buffer.from(parts.signature, 'base64');
    },
  }),
  keyCase({
    name: 'keygen',
    keys: 'ed',
    digest: null,
    header: 'Keygen-Signature',
    more: { toleranceMs: 300_000 },
    request: (ms) =>
      post('{"data":{"id":"i","attributes":{"event":"license.created"}}}', [
        ['Host', 'hooks.example.com'],
        ['Date', new Date(ms).toUTCString()],
      ]),
    message: keygenText,
    write: (request, signature) =>
      withHeader(
        request,
        'Keygen-Signature',
        `keyid="k", algorithm="ed25519", signature="${signature.toString('base64')}", headers="(request-target) host date digest"`,
      ),
    read: (request) =>
      Buffer.from(/signature="([^"]+)"/.exec(headerOf(request, 'Keygen-Signature')!)?.[1] ?? '', 'base64'),
  }),
  keyCase({
    name: 'mailchannels',
    keys: 'ed',
    digest: null,
    header: 'Signature',
    more: { toleranceMs: 300_000 },
    request(ms) {
      const request = post('[{"event":"delivered","request_id":"r"}]');
      const digest = `sha-256=:${hash('sha256', request.body).toString('base64')}:`;
      const input = `sig_7=("content-digest");created=${seconds(ms)};alg="ed25519";keyid="k"`;
      return withHeader(withHeader(request, 'Content-Digest', digest), 'Signature-Input', input);
    },
    message(request) {
      const parameters = headerOf(request, 'Signature-Input')!.replace(/^\w+=/, '');
      return `"content-digest": ${headerOf(request, 'Content-Digest')}\n"@signature-params": ${parameters}`;
    },
    write: (request, signature) =>
      withHeader(request, 'Signature', `sig_7=:${signature.toString('base64')}:`),
    read: (request) => Buffer.from(/:(.+):/.exec(headerOf(request, 'Signature')!)?.[1] ?? '', 'base64'),
  }),
  detached('fireblocks', 'Fireblocks-Webhook-Signature', { alg: 'RS512', kid: 'k' }, 'sha512', false),
  detached(
    'constant-contact',
    'X-CTCT-WEBHOOK-SIG',
    { alg: 'RS256', b64: false, crit: ['b64'] },
    'sha256',
    true,
  ),
  truelayerCase(),
  appleCase(),
  keyCase({
    name: 'fireblocks',
    keys: 'rsa',
    digest: 'sha512',
    ...inHeader('Fireblocks-Signature'),
    request: () => post('{"type":"TRANSACTION_CREATED"}'),
    message: ({ body }) => Buffer.from(body),
  }),
];

function truelayerCase(): SignedCase {
  const header = 'Tl-Signature';
  const head = { alg: 'ES512', kid: 'k', tl_version: '2', tl_headers: 'X-Tl-Webhook-Timestamp' };
  const first = (request: SignableRequest) => jwsHead(request, header) || base64url(JSON.stringify(head));
  return {
    ...keyCase({
      name: 'truelayer',
      keys: 'ec521',
      digest: 'sha512',
      jose: true,
      header,
      request: () => post('{"event_id":"e","type":"payment_executed"}', [['X-TL-Webhook-Timestamp', 'now']]),
      message(request) {
        const listed = JSON.parse(Buffer.from(first(request), 'base64url').toString()).tl_headers;
        const text = `POST /in?tag=a\n${listed}: now\n${request.body}`;
        return `${first(request)}.${base64url(text)}`;
      },
      write: (request, signature) =>
        withHeader(request, header, `${first(request)}..${base64url(signature)}`),
      read: (request) => Buffer.from(headerOf(request, header)!.split('..')[1] ?? '', 'base64url'),
    }),
  };
}

/** A JWS with a self-signed certificate as its root. */
function appleCase(): SignedCase {
  const own = selfSignedCertificate();
  const x5c = [own.cert.replace(/-----[A-Z ]+-----|\n/g, '')];
  return {
    name: 'apple-app-store',
    secret: own.cert,
    otherSecret: selfSignedCertificate().cert,
    unsignable: true,
    signed(ms) {
      const payload = { notificationType: 'TEST', notificationUUID: 'u', signedDate: ms };
      const text = [{ alg: 'ES256', x5c }, payload].map((part) => base64url(JSON.stringify(part))).join('.');
      const key = { key: own.key, dsaEncoding: 'ieee-p1363' as const };
      const signature = base64url(sign('sha256', Buffer.from(text), key));
      return post(JSON.stringify({ signedPayload: `${text}.${signature}` }));
    },
    accepts: () => true,
  };
}

/** Providers with unique signatures. */
export const specialCases: readonly SignedCase[] = [...headerCases, ...bodyCases, ...keyCases];
