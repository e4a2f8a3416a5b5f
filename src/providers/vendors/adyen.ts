import { row } from '../core/define-provider.ts';
import type { Scheme } from '../core/scheme.ts';
import { valid } from '../core/verdict.ts';
import { at } from '../request/locator.ts';
import type { Incoming, Reading } from '../request/parsed-request.ts';
import { readingOf } from '../request/parsed-request.ts';
import { hmac } from '../schemes/hmac.ts';

const signedFields = [
  'pspReference',
  'originalReference',
  'merchantAccountCode',
  'merchantReference',
  'amount.value',
  'amount.currency',
  'eventCode',
  'success',
];

/** The scheme of one item: each carries its own signature, over eight of its fields. */
function itemScheme(index: number): Scheme {
  const item = `json:notificationItems.${index}.NotificationRequestItem`;
  return hmac({
    at: `${item}.additionalData.hmacSignature`,
    encoding: 'base64',
    key: 'hex',
    message: signedFields.map((field) => `{${item}.${field}}`).join(':'),
  });
}

const firstItem = itemScheme(0);

function countOf(reading: Reading): number {
  const items = at(reading.json(), 'notificationItems');
  return Array.isArray(items) ? Math.max(1, items.length) : 1;
}

const scheme: Scheme = {
  ...firstItem,
  verify(reading, context) {
    let last = valid();
    for (let index = 0; index < countOf(reading); index++) {
      last = (index === 0 ? firstItem : itemScheme(index)).verify(reading, context);
      if (last.result !== 'valid') return last;
    }
    return last;
  },
  sign(request: Incoming, context) {
    let signed = request;
    for (let index = 0; index < countOf(readingOf(request)); index++) {
      signed = itemScheme(index).sign!(signed, context);
    }
    return signed;
  },
};

const delivery = {
  replyDeadlineMs: 10_000,
  retries: '3 times, then with growing gaps for up to 30 days',
  deliverySource: 'https://docs.adyen.com/development-resources/webhooks/troubleshoot',
} as const;

export const adyen = row({
  name: 'adyen',
  title: 'Adyen (payments)',
  detect: ['json:notificationItems.0.NotificationRequestItem.eventCode'],
  event: '{json:notificationItems.0.NotificationRequestItem.eventCode}',
  eventId:
    '{json:notificationItems.0.NotificationRequestItem.pspReference}.{json:notificationItems.0.NotificationRequestItem.eventCode}',
  freshIdAt: ['json:notificationItems.0.NotificationRequestItem.pspReference'],
  scheme,
  ...delivery,
  source: 'https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures/',
  evidence: 'vector',
});

export const adyenPlatform = row({
  name: 'adyen-platform',
  title: 'Adyen (platforms, management)',
  detect: ['header:HmacSignature'],
  event: '{json:type}',
  scheme: hmac({ at: 'header:HmacSignature', encoding: 'base64', key: 'hex' }),
  ...delivery,
  source: 'https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures/',
});
