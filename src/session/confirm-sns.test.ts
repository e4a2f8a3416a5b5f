import { expect, test } from 'vitest';
import { parseLazily } from '../providers/request/parsed-request.ts';
import { confirmSns } from './confirm-sns.ts';

function confirmation(SubscribeURL: string, Type = 'SubscriptionConfirmation') {
  const body = Buffer.from(JSON.stringify({ Type, SubscribeURL }));
  return parseLazily({ method: 'POST', url: 'http://localhost/', headers: [], body });
}

async function confirmed(
  reading: ReturnType<typeof confirmation>,
  answer = { text: 'ok', reason: undefined },
) {
  const called: string[] = [];
  const told: string[] = [];
  await confirmSns(reading, {
    emit: (event) => told.push(event.type === 'warning' ? event.message : event.type),
    signal: new AbortController().signal,
    get: async (url) => {
      called.push(url);
      return answer;
    },
  });
  return { called, told };
}

const url = 'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=abc';

test('calls the URL of a confirmation once, and reports the result', async () => {
  expect(await confirmed(confirmation(url))).toEqual({
    called: [url],
    told: ['The SNS subscription is confirmed at sns.eu-west-1.amazonaws.com.'],
  });
});

test.each([
  'http://sns.eu-west-1.amazonaws.com/',
  'https://sns.eu-west-1.amazonaws.com.evil.example/',
  'https://sns.eu-west-1.amazonaws.com:8443/',
  'https://user@sns.eu-west-1.amazonaws.com/',
  'https://evil.example/?sns.eu-west-1.amazonaws.com',
  'https://s3.amazonaws.com/',
])('%s is never called', async (address) => {
  expect(await confirmed(confirmation(address))).toEqual({ called: [], told: [] });
});

test('ignores other messages of SNS', async () => {
  expect((await confirmed(confirmation(url, 'Notification'))).called).toEqual([]);
});
