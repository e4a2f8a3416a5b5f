import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { anAnswered, aRequest } from '../../test/support/builders.ts';
import type { Attempt, NewAttempt, SentRequest } from '../model/attempt.ts';
import { bodyOf } from '../model/body.ts';
import type { HeaderList } from '../model/headers.ts';
import { noReply } from '../model/reply.ts';
import { assessorWith } from '../providers/provider-set.ts';
import { resigned } from './resign.ts';
import { signedEdit } from './sign-edit.ts';
import { verifyRequest } from './verify.ts';

const secret = 'whsec_a';
const now = 1_790_000_000_000;
const assessor = assessorWith([], {
  secrets: new Map([
    ['stripe', [secret]],
    ['github', ['gh']],
    ['gitlab', ['token']],
    ['twilio', ['auth']],
  ]),
});

function stripeHeader(body: string, at = now): string {
  const t = Math.floor(at / 1000);
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`;
}

const body = '{"id":"evt_1","object":"event","type":"charge.succeeded"}';
const original = aRequest({ body, headers: [['Stripe-Signature', stripeHeader(body)]] });
const edited: SentRequest = { ...original, body: bodyOf(Buffer.from('{}')) };

function attempts(...made: readonly NewAttempt[]): readonly Attempt[] {
  return made.map((each, index) => ({
    ...each,
    seq: index + 1,
    requestId: original.id,
    number: index + 1,
    reply: noReply,
  }));
}

const sent = (status: number, more: Partial<NewAttempt> = {}, headers: HeaderList = []) =>
  anAnswered(status, '', headers, more);

const cases: Readonly<Record<string, readonly [attempts: readonly NewAttempt[], cause: string | undefined]>> =
  {
    'a refused forward': [[sent(400)], 'app-parses-first'],
    'a refused edit': [[sent(200), sent(400, { kind: 'replay', sent: edited })], undefined],
    'a refused edit alone': [[sent(401, { kind: 'replay', sent: edited })], undefined],
    'a refused edit at the breakpoint': [[sent(400, { sent: edited })], undefined],
    'a refused new signature': [[sent(200), sent(403, { kind: 'replay', sent: original })], undefined],
    'an accepted edit after a refused forward': [
      [sent(400), sent(200, { kind: 'replay', sent: edited })],
      'app-parses-first',
    ],
    'an accepted replay after a refused forward': [[sent(400), sent(200, { kind: 'replay' })], undefined],
    'a refused retry': [[sent(400, { kind: 'retry' })], 'app-parses-first'],
    'a replay refused when its time had passed': [
      [sent(200), sent(400, { kind: 'replay', startedAt: now + 3_600_000 })],
      undefined,
    ],
    'nothing but a replay when its time had passed': [
      [sent(400, { kind: 'replay', startedAt: now + 3_600_000 })],
      'old-timestamp',
    ],
    'a late replay after a refused forward': [
      [sent(401), sent(400, { kind: 'replay', startedAt: now + 3_600_000 })],
      'app-parses-first',
    ],
    'no attempt': [[], undefined],
  };

test.each(Object.entries(cases))('evidence about the original: %s', async (_, [made, cause]) => {
  const { verdict, finding } = await verifyRequest(original, assessor, { now, attempts: attempts(...made) });
  expect(verdict.result).toBe('valid');
  expect(finding?.cause).toBe(cause);
});

const github = (text: string): HeaderList => [
  ['X-GitHub-Event', 'push'],
  ['X-GitHub-Delivery', '1'],
  ['X-Hub-Signature-256', `sha256=${createHmac('sha256', 'gh').update(text).digest('hex')}`],
];

/** A captured request, the user's edit of it, and whether that is signed again. */
const edits = {
  'a body': [original, { body: '{"id":"evt_2","object":"event"}' }, true],
  'a path that is not signed': [original, { requestTarget: '/other' }, true],
  'another vendor': [aRequest({ body: '{}', headers: github('{}') }), { body: '{"a":1}' }, true],
  'a signature that the user wrote': [
    original,
    { body: '{}', headers: [['Stripe-Signature', 't=1,v1=00']] },
    false,
  ],
  'a signature that the user took out': [original, { body: '{}', headers: [] }, false],
  'a request without signature': [
    aRequest({ body: '{}', headers: github('{}').slice(0, 2) }),
    { body: '{"a":1}' },
    false,
  ],
  'a shared token': [
    aRequest({
      body: '{}',
      headers: [
        ['X-Gitlab-Event', 'Push Hook'],
        ['X-Gitlab-Token', 'their own'],
      ],
    }),
    { body: '{"a":1}' },
    false,
  ],
  'nobody known': [aRequest({ body: '{}' }), { body: '{"a":1}' }, false],
  'no secret configured': [
    aRequest({ body: '{}', headers: [['X-Shopify-Hmac-SHA256', 'abc=']] }),
    { body: '{"a":1}' },
    false,
  ],
} as const;

test.each(Object.entries(edits))('signs an edit again if possible: %s', (_, each) => {
  const [request, change, wanted] = each;
  const made = {
    ...request,
    ...change,
    body: 'body' in change ? bodyOf(Buffer.from(change.body)) : request.body,
  };
  const signed = signedEdit(request, made, assessor, now);
  expect(signed !== undefined).toBe(wanted);
  if (!signed) return;
  expect(signed.requestTarget).toBe(made.requestTarget);
  const again = assessor.assess({ ...request, ...signed }, now);
  expect(again.verdict).toMatchObject({ result: 'valid' });
  expect(resigned({ ...request, ...made }, assessor, now).headers).toEqual(signed.headers);
});
