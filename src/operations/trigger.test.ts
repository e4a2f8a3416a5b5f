import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { operationParts, stripeBody, stripeRequest, withSecrets } from '../../test/support/operations.ts';
import { systemClock } from '../model/clock.ts';
import { sampleEvents } from './sample-events.ts';
import { showRequest } from './show.ts';
import { triggerEvent } from './trigger.ts';
import type { DraftContext } from './trigger-draft.ts';

async function triggering(secrets: Readonly<Record<string, string>> = { stripe: 'whsec_a' }) {
  const parts = await operationParts();
  const up = await parts.target();
  const context: DraftContext = {
    loadAssessor: withSecrets(secrets),
    listenerUrl: () => `${up.url}/base`,
    pathTokenOf: () => undefined,
    clock: systemClock,
  };
  const { signal } = parts.stop;
  const trigger = (input: Parameters<typeof triggerEvent>[1]) => triggerEvent(context, input, { signal });
  return { ...parts, up, trigger };
}

test('sends a signed sample to the listener', async () => {
  const { trigger, up } = await triggering();
  const sent = await trigger({ provider: 'stripe', event: 'charge.succeeded' });
  expect(sent).toMatchObject({
    event: 'charge.succeeded',
    outcome: { type: 'response' },
    obstacle: undefined,
  });
  const { url, rawHeaders, body } = up.requests[0]!;
  expect(url).toBe('/base/');
  const [, time, signature] = /t=(\d+),v1=(\w+)/.exec(
    rawHeaders[rawHeaders.indexOf('Stripe-Signature') + 1]!,
  )!;
  expect(createHmac('sha256', 'whsec_a').update(`${time}.${body}`).digest('hex')).toBe(signature);
});

test('sends an unsigned sample without a secret, with the obstacle', async () => {
  const { trigger, up } = await triggering({});
  const { obstacle } = await trigger({ provider: 'stripe', event: 'charge.succeeded' });
  expect(obstacle?.why).toBe('no secret of Stripe is configured');
  expect(up.requests[0]!.rawHeaders).not.toContain('Stripe-Signature');
});

test('applies changes, a path and a target', async () => {
  const { trigger, up } = await triggering();
  await trigger({
    ...{ provider: 'github', event: 'push', to: up.url, path: '/hooks' },
    settings: ['ref=refs/heads/other'],
    headers: [['X-Extra', '1']],
  });
  const { url, rawHeaders, body } = up.requests[0]!;
  expect([url, JSON.parse(body.toString()).ref]).toEqual(['/hooks', 'refs/heads/other']);
  expect(rawHeaders).toContain('X-Extra');
});

test('starts from a recorded request, at its own path', async () => {
  const { trigger, up, record, store } = await triggering();
  const eventId = 'evt_1MqqbKLt4dXK03v5qaIbiNCC';
  const classification = {
    provider: 'stripe',
    event: null,
    eventId,
    verification: { result: 'unchecked', reason: null },
    replyDeadlineMs: null,
  } as const;
  const body = stripeBody.replace('evt_1', eventId);
  const facts = { ...stripeRequest(), body, requestTarget: '/hooks?x=1' };
  const seq = await record(facts, { classification });
  const sent = await trigger({ from: showRequest({ store }, { ref: seq }) });
  expect(sent.eventId).toMatch(/^evt_\w{24}$/);
  expect(sent.eventId).not.toBe(eventId);
  expect(up.requests[0]!.url).toBe('/base/hooks?x=1');
});

test('a request that cannot be sent is an outcome', async () => {
  const { trigger, up, record, store } = await triggering();
  const seq = await record({ requestTarget: 'http://[/' });
  const sent = await trigger({ from: showRequest({ store }, { ref: seq }) });
  expect(sent.outcome).toMatchObject({ type: 'failed', code: 'not-sendable' });
  expect(up.requests).toEqual([]);
});

test.each([
  [{ provider: 'strip', event: 'x' }, 'Unknown provider "strip".', 'Did you mean stripe?'],
  [
    { provider: 'stripe', event: 'charge.suceeded' },
    'No sample for Stripe event "charge.suceeded".',
    /^Did you mean charge\.succeeded\?/,
  ],
  [{ provider: 'stripe' }, 'No event given for Stripe.', /see all|Available/],
  [{}, 'No provider given.', 'Example: trigger. Run trigger with option "list" to see all events.'],
  [{ provider: 'clickup', event: 'x' }, 'No samples for "clickup".', /option "from: REF"|"from: REF"/],
  [
    { provider: 'stripe', event: 'x', path: 'y' },
    'option "path": "y" does not start with a slash.',
    undefined,
  ],
])('%j is rejected', async (input, message, hint) => {
  const { trigger } = await triggering();
  await expect(trigger(input)).rejects.toMatchObject({
    code: 'usage',
    message,
    hint: hint instanceof RegExp ? expect.stringMatching(hint) : hint,
  });
});

test('lists the events of a provider', async () => {
  const listed = [];
  for await (const each of sampleEvents('github')) listed.push(each);
  expect(listed).toMatchObject([{ provider: 'github', events: expect.arrayContaining(['push']) }]);
});
