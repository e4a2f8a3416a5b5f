import { expect, test } from 'vitest';
import { aRequest } from '../../test/support/builders.ts';
import { inFlags } from '../format/in-flags.ts';
import type { SessionEvent } from '../model/events.ts';
import { createAssessor } from '../providers/assess.ts';
import { providers } from '../providers/index.ts';
import { createHandshakeReplier } from './handshakes.ts';

const crc = aRequest({ method: 'GET', requestTarget: '/x?crc_token=abc' });
const subscription = aRequest({
  headers: [['x-amz-sns-message-type', 'SubscriptionConfirmation']],
  body: JSON.stringify({
    Type: 'SubscriptionConfirmation',
    SubscribeURL: 'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription',
  }),
});

function handshakes(secrets: Readonly<Record<string, string>> = {}, inFront = false) {
  const told: string[] = [];
  const entries = Object.entries(secrets).map(([name, secret]) => [name, [secret]] as const);
  const assessor = createAssessor(providers, { secrets: new Map(entries) });
  const emit = (event: SessionEvent) =>
    event.type === 'warning' && told.push(inFlags(event.said ?? event.message));
  const reply = createHandshakeReplier({ inFront, emit });
  const statusOf = (request: typeof crc, hasTarget = false) =>
    reply(assessor.assess(request, 0), hasTarget)?.status;
  return { told, statusOf };
}

test('warns once for each provider about what its reply needs', () => {
  const { told, statusOf } = handshakes();
  expect([crc, crc, subscription, subscription].map((call) => statusOf(call))).toEqual(
    Array(4).fill(undefined),
  );
  expect(told).toEqual([
    'Cannot reply to the X (Twitter) handshake (CRC) without its secret: --secret x=env:NAME.',
    'Cannot reply to the AWS SNS handshake (SubscriptionConfirmation) without --confirm-sns.',
  ]);
});

test('replies if nothing is missing, and leaves it to a target unless it is in front', () => {
  const alone = handshakes({ x: 'secret' });
  expect([alone.statusOf(crc), alone.statusOf(crc, true), alone.told]).toEqual([200, undefined, []]);
  expect(handshakes({ x: 'secret' }, true).statusOf(crc, true)).toBe(200);
  expect(handshakes().statusOf(crc, true)).toBeUndefined();
});

test('ignores events, and challenges that could be a message', () => {
  const { told, statusOf } = handshakes();
  const event = aRequest({
    headers: [['x-twitter-webhooks-signature', 'sha256=x']],
    body: '{"for_user_id":"1"}',
  });
  const forged = aRequest({ method: 'GET', requestTarget: '/x?crc_token=%7B%22a%22%3A1%7D' });
  expect([statusOf(event), statusOf(forged), told]).toEqual([undefined, undefined, []]);
});
