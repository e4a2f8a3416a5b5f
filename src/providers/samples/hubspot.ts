import type { Fresh, SampleRequest, Samples } from './sample.ts';

/** Notifications of https://developers.hubspot.com/docs/api-reference/webhooks-webhooks-v3/guide: a list each. */
export const hubspotSamples: Samples = {
  'contact.creation': (fresh) =>
    notifications(fresh, 'contact.creation', { changeFlag: 'NEW', changeSource: 'CRM_UI' }),
  'contact.deletion': (fresh) =>
    notifications(fresh, 'contact.deletion', { changeFlag: 'DELETED', changeSource: 'CRM_UI' }),
  'contact.propertyChange': (fresh) =>
    notifications(fresh, 'contact.propertyChange', {
      propertyName: 'lifecyclestage',
      propertyValue: 'subscriber',
      changeSource: 'CRM',
    }),
  'company.creation': (fresh) =>
    notifications(fresh, 'company.creation', { changeFlag: 'CREATED', changeSource: 'CRM_UI' }),
  'deal.propertyChange': (fresh) =>
    notifications(fresh, 'deal.propertyChange', {
      propertyName: 'dealstage',
      propertyValue: 'closedwon',
      changeSource: 'CRM',
    }),
};

function notifications(
  { digits, now }: Fresh,
  type: string,
  more: Readonly<Record<string, string>>,
): SampleRequest {
  return {
    headers: [
      ['Content-Type', 'application/json'],
      [
        'User-Agent',
        'HubSpot Connect 2.0 (http://dev.hubspot.com/) (namespace: webhooks-nio-http-client) - WebhooksExecutorDaemon-executor',
      ],
    ],
    body: [
      {
        eventId: Number(digits(9)),
        subscriptionId: Number(digits(6)),
        portalId: Number(digits(7)),
        appId: Number(digits(7)),
        occurredAt: now,
        subscriptionType: type,
        attemptNumber: 0,
        objectId: Number(digits(6)),
        ...more,
      },
    ],
  };
}
