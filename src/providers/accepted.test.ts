import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { aRequest } from '../../test/support/builders.ts';
import type { HeaderList } from '../model/headers.ts';
import { createAssessor } from './assess.ts';
import { providers } from './index.ts';
import { parseLazily, type SignableRequest } from './request/parsed-request.ts';

const now = 1_790_000_000_000;
const t = String(now / 1000);
const schemeOf = (name: string) => providers.find((each) => each.name === name)!.scheme;
const contextOf = (secret: string) => ({ secrets: [secret], options: {}, now });

describe('Polar accepts both forms of its key', () => {
  const bytes = Buffer.from('some bytes of a key').toString('base64');
  const body = '{"type":"order.created"}';
  test.each([
    ['the whole secret as text', `polar_whs_${bytes}`, Buffer.from(`polar_whs_${bytes}`)],
    ['base64 after its prefix', `polar_whs_${bytes}`, Buffer.from(bytes, 'base64')],
    ['base64 after whsec_', `whsec_${bytes}`, Buffer.from(bytes, 'base64')],
    ['whsec_ as text', `whsec_${bytes}`, Buffer.from(`whsec_${bytes}`)],
    ['text that is not base64', 'a secret!', Buffer.from('a secret!')],
  ])('%s', (_, secret, key) => {
    const mac = createHmac('sha256', key).update(`m.${t}.${body}`).digest('base64');
    const headers: HeaderList = [
      ['webhook-id', 'm'],
      ['webhook-timestamp', t],
      ['webhook-signature', `v1,${mac}`],
    ];
    const request = parseLazily({ method: 'POST', url: 'http://l/', headers, body: Buffer.from(body) });
    expect(schemeOf('polar').verify(request, contextOf(secret)).result).toBe('valid');
    expect(schemeOf('polar').verify(request, contextOf('another')).code).toBe('mismatch');
  });
});

describe('Mandrill signs the user and password of its URL', () => {
  const form = 'mandrill_events=%5B%7B%22event%22%3A%22send%22%7D%5D';
  const fields = 'mandrill_events[{"event":"send"}]';
  const basic = (text: string) => ['Authorization', `Basic ${Buffer.from(text).toString('base64')}`] as const;
  const type = ['Content-Type', 'application/x-www-form-urlencoded'] as const;
  const mac = (url: string) =>
    createHmac('sha1', 'key')
      .update(url + fields)
      .digest('base64');
  const request = (
    signed: string,
    headers: HeaderList,
    url = 'https://example.test/hook',
  ): SignableRequest => ({
    method: 'POST',
    url,
    headers: [type, ...headers, ['X-Mandrill-Signature', mac(signed)]],
    body: Buffer.from(form),
  });
  test.each([
    ['with both', request('https://u:p@example.test/hook', [basic('u:p')]), 'valid'],
    ['with a colon in the password', request('https://u:p:q@example.test/hook', [basic('u:p:q')]), 'valid'],
    ['with a user alone', request('https://u:@example.test/hook', [basic('u:')]), 'valid'],
    ['without any', request('https://example.test/hook', []), 'valid'],
    ['of a URL without them', request('https://example.test/hook', [basic('u:p')]), 'valid'],
    [
      'given with the URL',
      request('https://u:p@example.test/hook', [], 'https://u:p@example.test/hook'),
      'valid',
    ],
    ['of another user', request('https://u:p@example.test/hook', [basic('u:x')]), 'invalid'],
    ['that are missing', request('https://u:p@example.test/hook', []), 'invalid'],
    [
      'with another authentication scheme',
      request('https://u:p@example.test/hook', [['Authorization', 'Bearer x']]),
      'invalid',
    ],
  ])('%s', (_, signable, result) => {
    expect(schemeOf('mandrill').verify(parseLazily(signable), contextOf('key')).result).toBe(result);
  });

  test('signing covers them', () => {
    const signed = schemeOf('mandrill').sign!(request('x', [basic('u:p')]), contextOf('key'));
    expect(signed.headers.at(-1)).toEqual(['X-Mandrill-Signature', mac('https://u:p@example.test/hook')]);
  });
});

describe('detects the sender behind a relay if its signature is valid', () => {
  const body = '{"id":"evt_1","object":"event","type":"charge.succeeded"}';
  const stripe = (key: string) =>
    [
      'Stripe-Signature',
      `t=${t},v1=${createHmac('sha256', key).update(`${t}.${body}`).digest('hex')}`,
    ] as const;
  const hookdeck = (key: string) =>
    ['x-hookdeck-signature', createHmac('sha256', key).update(body).digest('base64')] as const;
  const hub = [
    'X-Hub-Signature-256',
    `sha256=${createHmac('sha256', 'gh').update(body).digest('hex')}`,
  ] as const;
  const secrets = new Map([
    ['stripe', ['whsec_a']],
    ['hookdeck', ['hd']],
    ['github', ['gh']],
    ['openai', ['whsec_YWJj']],
  ]);
  const member = (key: string) =>
    createHmac('sha256', Buffer.from('YWJj', 'base64'))
      .update(`m.${t}.${body}`)
      .digest(key as 'base64');
  test.each<[string, HeaderList, string, string]>([
    ['both are right', [hookdeck('hd'), stripe('whsec_a')], 'stripe', 'valid'],
    ['the relay is not checked', [['x-hookdeck-signature', 'x'], stripe('whsec_a')], 'stripe', 'valid'],
    ['another sender', [hookdeck('hd'), ['X-GitHub-Event', 'push'], hub], 'github', 'valid'],
    [
      'a member of a family',
      [
        hookdeck('hd'),
        ['webhook-id', 'm'],
        ['webhook-timestamp', t],
        ['webhook-signature', `v1,${member('base64')}`],
      ],
      'openai',
      'valid',
    ],
    ['the sender is wrong', [hookdeck('hd'), stripe('wrong')], 'hookdeck', 'valid'],
    ['both are wrong', [hookdeck('wrong'), stripe('wrong')], 'hookdeck', 'invalid'],
    ['the relay alone', [hookdeck('hd')], 'hookdeck', 'valid'],
  ])('%s', (_, headers, provider, result) => {
    const { classification } = createAssessor(providers, { secrets }).assess(
      aRequest({ body, headers }),
      now,
    );
    expect([classification.provider, classification.verification.result]).toEqual([provider, result]);
  });
});

describe('signing', () => {
  const mailgun = (token: string) =>
    createHmac('sha256', 'key')
      .update(t + token)
      .digest('hex');
  const multipart = (signature: string) =>
    `${[
      ['token', 'tok'],
      ['timestamp', '1'],
      ['signature', signature],
      ['event', 'opened'],
    ]
      .map(([name, value]) => `--B\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
      .join('')}--B--\r\n`;
  test.each([
    ['a form', 'application/x-www-form-urlencoded', `event=opened&token=tok&timestamp=1&signature=old`],
    ['a form without signature', 'application/x-www-form-urlencoded', `event=opened&token=tok&timestamp=1`],
    ['a multipart form', 'multipart/form-data; boundary=B', multipart('old')],
    [
      'JSON',
      'application/json',
      '{"signature":{"timestamp":"1","token":"tok","signature":"old"},"event-data":{"event":"opened"}}',
    ],
  ])('Mailgun: %s', (_, type, body) => {
    const request: SignableRequest = {
      method: 'POST',
      url: 'http://l/',
      headers: [['Content-Type', type]],
      body: Buffer.from(body),
    };
    const signed = schemeOf('mailgun').sign!(request, contextOf('key'));
    expect(schemeOf('mailgun').verify(parseLazily(signed), contextOf('key')).result).toBe('valid');
    const text = Buffer.from(signed.body).toString();
    expect(text).toContain(mailgun('tok'));
    expect(text).toContain('opened');
  });

  test('rejects a form that cannot hold a signature', () => {
    const body = multipart('x').replaceAll('signature', 'other');
    const request: SignableRequest = {
      method: 'POST',
      url: 'http://l/',
      headers: [['Content-Type', 'multipart/form-data; boundary=B']],
      body: Buffer.from(body),
    };
    expect(() => schemeOf('mailgun').sign!(request, contextOf('key'))).toThrow(
      'The form has no field signature.',
    );
  });

  test('every scheme with a secret can sign, except known ones', () => {
    const without = providers.filter(({ scheme }) => scheme.needs !== 'nothing' && !scheme.sign);
    expect(without.map(({ name }) => name)).toEqual(['apple-app-store']);
  });
});
