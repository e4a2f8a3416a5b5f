import type { Fresh, SampleRequest, Samples } from './sample.ts';

/** Notifications of https://developer.paddle.com/webhooks/overview . */
export const paddleSamples: Samples = {
  'transaction.completed': (fresh) =>
    notification(fresh, 'transaction.completed', transaction(fresh, 'completed')),
  'transaction.payment_failed': (fresh) =>
    notification(fresh, 'transaction.payment_failed', transaction(fresh, 'past_due')),
  'subscription.created': (fresh) =>
    notification(fresh, 'subscription.created', subscription(fresh, 'active')),
  'subscription.canceled': (fresh) =>
    notification(fresh, 'subscription.canceled', {
      ...subscription(fresh, 'canceled'),
      canceled_at: fresh.iso,
    }),
  'subscription.past_due': (fresh) =>
    notification(fresh, 'subscription.past_due', subscription(fresh, 'past_due')),
  'customer.created': (fresh) =>
    notification(fresh, 'customer.created', {
      id: key('ctm', fresh),
      name: 'Jenny Rosen',
      email: 'jenny.rosen@example.com',
      locale: 'en',
      status: 'active',
      marketing_consent: false,
      created_at: fresh.iso,
      updated_at: fresh.iso,
    }),
};

function notification(fresh: Fresh, type: string, data: Readonly<Record<string, unknown>>): SampleRequest {
  return {
    headers: [
      ['Content-Type', 'application/json'],
      ['User-Agent', 'Paddle'],
    ],
    body: {
      event_id: key('evt', fresh),
      event_type: type,
      occurred_at: fresh.iso,
      notification_id: key('ntf', fresh),
      data,
    },
  };
}

function transaction(fresh: Fresh, status: string) {
  return {
    id: key('txn', fresh),
    status,
    customer_id: key('ctm', fresh),
    currency_code: 'USD',
    origin: 'web',
    collection_mode: 'automatic',
    created_at: fresh.iso,
    items: [
      {
        price: { id: key('pri', fresh), unit_price: { amount: '3000', currency_code: 'USD' } },
        quantity: 10,
      },
    ],
    details: { totals: { subtotal: '30000', tax: '5663', total: '35663', currency_code: 'USD' } },
  };
}

function subscription(fresh: Fresh, status: string) {
  return {
    id: key('sub', fresh),
    status,
    customer_id: key('ctm', fresh),
    address_id: key('add', fresh),
    currency_code: 'USD',
    created_at: fresh.iso,
    started_at: fresh.iso,
    next_billed_at: null,
    collection_mode: 'automatic',
    billing_cycle: { interval: 'month', frequency: 1 },
    items: [{ status: 'active', quantity: 10, recurring: true, price: { id: key('pri', fresh) } }],
  };
}

function key(prefix: string, { id }: Fresh): string {
  return `${prefix}_01${id('', 24).toLowerCase()}`;
}
