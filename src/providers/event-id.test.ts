import { expect, test } from 'vitest';
import { aRequest } from '../../test/support/builders.ts';
import type { HeaderList } from '../model/headers.ts';
import { createAssessor } from './assess.ts';
import { providers } from './index.ts';

const assessor = createAssessor(providers);

function deliveryIdOf(headers: HeaderList, body: string) {
  const { classification } = assessor.assess(aRequest({ headers, body: Buffer.from(body) }), 0);
  return `${classification.provider} ${classification.eventId}`;
}

test('a retry of Box keeps the id in its body', () => {
  const body = '{"type":"webhook_event","id":"0b1e","trigger":"FILE.UPLOADED"}';
  const ids = ['one', 'two'].map((id) => deliveryIdOf([['BOX-DELIVERY-ID', id]], body));
  expect(ids).toEqual(['box 0b1e', 'box 0b1e']);
});

test('the states of a Twilio message are not redeliveries', () => {
  const headers = [
    ['Content-Type', 'application/x-www-form-urlencoded'],
    ['X-Twilio-Signature', 'x'],
  ] as const;
  const states = ['MessageStatus=sent', 'MessageStatus=delivered', 'SmsStatus=received'];
  expect(states.map((state) => deliveryIdOf(headers, `MessageSid=SM1&${state}`))).toEqual([
    'twilio SM1.sent',
    'twilio SM1.delivered',
    'twilio SM1.received',
  ]);
  expect(deliveryIdOf([...headers, ['I-Twilio-Idempotency-Token', 't-1']], 'MessageSid=SM1')).toBe(
    'twilio t-1',
  );
});
