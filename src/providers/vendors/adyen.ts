import { defineProvider } from '../core/define-provider.ts';
import type { Scheme } from '../core/scheme.ts';
import { valid } from '../core/verdict.ts';
import { valueAtPath } from '../request/locator.ts';
import type { ParsedRequest, SignableRequest } from '../request/parsed-request.ts';
import { parseLazily } from '../request/parsed-request.ts';
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

/** Scheme of one item: each has its own signature over eight of its fields. */
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

function countOf(parsed: ParsedRequest): number {
  const items = valueAtPath(parsed.json(), 'notificationItems');
  return Array.isArray(items) ? Math.max(1, items.length) : 1;
}

const scheme: Scheme = {
  ...firstItem,
  verify(parsed, context) {
    let last = valid();
    for (let index = 0; index < countOf(parsed); index++) {
      last = (index === 0 ? firstItem : itemScheme(index)).verify(parsed, context);
      if (last.result !== 'valid') return last;
    }
    return last;
  },
  sign(request: SignableRequest, context) {
    let signed = request;
    for (let index = 0; index < countOf(parseLazily(request)); index++) {
      signed = itemScheme(index).sign!(signed, context);
    }
    return signed;
  },
};

const delivery = {
  replyDeadlineMs: 10_000,
  retries: '3 times, then with increasing delays for up to 30 days',
  deliverySource: 'https://docs.adyen.com/development-resources/webhooks/troubleshoot',
} as const;

export const adyen = defineProvider({
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

export const adyenPlatform = defineProvider({
  name: 'adyen-platform',
  title: 'Adyen (platforms, management)',
  detect: ['header:HmacSignature'],
  event: '{json:type}',
  scheme: hmac({ at: 'header:HmacSignature', encoding: 'base64', key: 'hex' }),
  ...delivery,
  source: 'https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures/',
});
