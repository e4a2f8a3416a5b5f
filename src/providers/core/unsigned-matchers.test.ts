import { expect, test } from 'vitest';
import { aRequest } from '../../../test/support/builders.ts';
import { signatureText, verdictText } from '../../format/sender-text.ts';
import { createAssessor } from '../assess.ts';
import { providers } from '../index.ts';
import { samplesOf } from '../samples/index.ts';
import { freshAt, sampleBody } from '../samples/sample.ts';
import { unsignedMatchers } from './unsigned-matchers.ts';

const assessor = createAssessor(providers, { secrets: new Map([['stripe', ['whsec_a']]]) });
const agent = (value: string) => [['User-Agent', value]] as const;
const stripe = '{"id":"evt_1","object":"event","type":"charge.succeeded"}';
const github =
  '{"action":"opened","repository":{"html_url":"https://github.com/o/r"},"sender":{"login":"o"}}';

/** Requests without a signature, and the provider that is detected. */
const cases: Readonly<Record<string, readonly [Parameters<typeof aRequest>[0], string | null]>> = {
  'the user agent of Stripe': [
    { headers: agent('Stripe/1.0 (+https://stripe.com/docs/webhooks)') },
    'stripe',
  ],
  'an event of Stripe': [{ body: stripe }, 'stripe'],
  'a thin event of Stripe': [
    { body: '{"id":"evt_test_1","object":"v2.core.event","type":"v1.a"}' },
    'stripe',
  ],
  'the user agent of GitHub': [{ headers: agent('GitHub-Hookshot/044aadd'), body: '{}' }, 'github'],
  'an event of GitHub': [{ body: github }, 'github'],
  'a delivery id of GitHub': [{ headers: [['X-GitHub-Delivery', 'd']] }, 'github'],
  'the user agent of GitLab': [{ headers: agent('GitLab/17.1.0'), body: '{}' }, 'gitlab'],
  'the user agent of Slack': [{ headers: agent('Slackbot 1.0 (+https://api.slack.com/robots)') }, 'slack'],
  'the user agent of Trello': [{ method: 'HEAD', headers: agent('Trello Webhook') }, 'trello'],
  'a form of Twilio': [
    {
      headers: [['Content-Type', 'application/x-www-form-urlencoded']],
      body: 'AccountSid=AC1&SmsStatus=sent',
    },
    'twilio',
  ],
  'an object of Stripe that is not an event': [{ body: '{"id":"ch_1","object":"charge"}' }, null],
  'an event with another id': [{ body: '{"id":"evnt_1","object":"event","type":"a"}' }, null],
  'a repository elsewhere': [
    { body: '{"repository":{"html_url":"https://github.com.evil.example/"},"sender":{"login":"o"}}' },
    null,
  ],
  'a browser': [{ headers: agent('Mozilla/5.0 Stripe/1.0') }, null],
  'another provider with its signature': [
    {
      body: stripe,
      headers: [
        ['svix-id', '1'],
        ['svix-timestamp', '1'],
        ['svix-signature', 'v1,x'],
      ],
    },
    'svix',
  ],
};

test.each(Object.entries(cases))('%s', (_, [request, provider]) => {
  expect(assessor.assess(aRequest(request), 0).classification.provider).toBe(provider);
});

test('a request without a signature is shown as unsigned', () => {
  const { classification } = assessor.assess(aRequest({ body: stripe }), 0);
  expect(classification).toMatchObject({ event: 'charge.succeeded', eventId: 'evt_1' });
  expect(classification.verification).toEqual({
    result: 'unchecked',
    reason: 'unsigned: no signature in header Stripe-Signature',
  });
  expect(signatureText(classification.verification).text).toBe('unsigned');
  expect(verdictText(classification.verification)).toBe(classification.verification.reason);
  expect(signatureText({ result: 'unchecked', reason: 'no secret is configured' }).text).toBe('unchecked');
});

test('every name is in the catalogue, and samples of Stripe and GitHub are detected by their bodies', async () => {
  const names = new Set(providers.map(({ name }) => name));
  expect(Object.keys(unsignedMatchers).filter((name) => !names.has(name))).toEqual([]);
  for (const sample of Object.values((await samplesOf('stripe'))!)) {
    const body = sampleBody(sample(freshAt(0)));
    expect(assessor.assess(aRequest({ body, headers: [] }), 0).classification.provider).toBe('stripe');
  }
});
