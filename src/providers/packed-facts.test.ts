import { createHmac } from 'node:crypto';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { aRequest } from '../../test/support/builders.ts';
import type { HeaderList } from '../model/headers.ts';
import { createAssessor } from './assess.ts';
import { providers } from './index.ts';

const assessor = createAssessor(providers, {
  secrets: new Map([
    ['github', ['gh']],
    ['stripe', ['whsec_a']],
  ]),
});

function classificationOf(body: string | Uint8Array, headers: HeaderList) {
  return assessor.assess(aRequest({ body, headers }), 1_790_000_000_000).classification;
}

const github: HeaderList = [
  ['X-GitHub-Event', 'issues'],
  ['X-GitHub-Delivery', 'd-1'],
];
const json = JSON.stringify({ action: 'opened', issue: { title: 'é & =' } });
const urlencoded = ['Content-Type', 'application/x-www-form-urlencoded'] as const;
const payload = new URLSearchParams({ payload: json }).toString();
const multipart = `--B\r\nContent-Disposition: form-data; name="payload"\r\n\r\n${json}\r\n--B--\r\n`;
const stripe = '{"id":"evt_1","object":"event","type":"charge.succeeded"}';
const signed = ['Stripe-Signature', 't=1,v1=00'] as const;
const coded = (coding: string): HeaderList => [signed, ['Content-Encoding', coding]];

/** A body with its headers, and the event that is read from it. */
const cases: Readonly<Record<string, readonly [string | Uint8Array, HeaderList, string | null]>> = {
  JSON: [json, github, 'issues.opened'],
  'a form': [payload, [...github, urlencoded], 'issues.opened'],
  'a form with more fields': [`a=1&${payload}&b=2`, [...github, urlencoded], 'issues.opened'],
  'a multipart form': [
    multipart,
    [...github, ['Content-Type', 'multipart/form-data; boundary=B']],
    'issues.opened',
  ],
  'a form with another field': [
    new URLSearchParams({ data: json }).toString(),
    [...github, urlencoded],
    'issues.opened',
  ],
  'a form without JSON': ['payload=x', [...github, urlencoded], 'issues'],
  'a form without content type': [payload, github, 'issues'],
  'a compressed form': [
    gzipSync(payload),
    [...github, urlencoded, ['Content-Encoding', 'gzip']],
    'issues.opened',
  ],
  gzip: [gzipSync(stripe), coded('gzip'), 'charge.succeeded'],
  'x-gzip, in capitals': [gzipSync(stripe), coded('X-GZip'), 'charge.succeeded'],
  deflate: [deflateSync(stripe), coded('deflate'), 'charge.succeeded'],
  'deflate without its header': [deflateRawSync(stripe), coded('deflate'), 'charge.succeeded'],
  br: [brotliCompressSync(stripe), coded('br'), 'charge.succeeded'],
  'two codings': [brotliCompressSync(gzipSync(stripe)), coded('gzip, br'), 'charge.succeeded'],
  identity: [stripe, coded('identity'), 'charge.succeeded'],
  'an unknown coding': [stripe, coded('rot13'), null],
  'bytes that do not match the coding': [stripe, coded('gzip'), null],
  'a coding named like a member of objects': [stripe, coded('constructor'), null],
  'too many codings': [stripe, coded('gzip, gzip, gzip, gzip'), null],
  'a truncated body': [gzipSync(stripe).subarray(0, 30), coded('gzip'), null],
};

test.each(Object.entries(cases))('reads the event from %s', (_, [body, headers, event]) => {
  expect(classificationOf(body, headers).event).toBe(event);
});

describe('a compressed body', () => {
  test('is not decompressed beyond 1 MB', () => {
    const bomb = gzipSync(
      Buffer.concat([Buffer.from('{"type":"a","x":"'), Buffer.alloc(2 ** 21, 0x61), Buffer.from('"}')]),
    );
    expect(classificationOf(bomb, coded('gzip')).event).toBeNull();
    const layers = gzipSync(gzipSync(Buffer.alloc(2 ** 26, 0x20), { level: 9 }));
    expect(classificationOf(layers, coded('gzip, gzip')).event).toBeNull();
  });

  test('is verified as it arrived', () => {
    const body = gzipSync(json);
    const mac = createHmac('sha256', 'gh').update(body).digest('hex');
    const headers: HeaderList = [
      ...github,
      ['Content-Encoding', 'gzip'],
      ['X-Hub-Signature-256', `sha256=${mac}`],
    ];
    expect(classificationOf(body, headers)).toMatchObject({
      event: 'issues.opened',
      verification: { result: 'valid' },
    });
  });
});

test('detects a form delivery by its headers and verifies the form', () => {
  const mac = createHmac('sha256', 'gh').update(payload).digest('hex');
  const classification = classificationOf(payload, [
    ...github,
    urlencoded,
    ['X-Hub-Signature-256', `sha256=${mac}`],
  ]);
  expect(classification).toMatchObject({
    provider: 'github',
    event: 'issues.opened',
    verification: { result: 'valid' },
  });
});
