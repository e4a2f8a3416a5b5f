import type { Fresh, SampleRequest, Samples } from './sample.ts';

/** Events of https://docs.lemonsqueezy.com/help/webhooks/event-types: JSON:API objects. */
export const lemonSqueezySamples: Samples = {
  order_created: (fresh) => event(fresh, 'order_created', 'orders', order(fresh)),
  order_refunded: (fresh) =>
    event(fresh, 'order_refunded', 'orders', {
      ...order(fresh),
      refunded: true,
      refunded_at: fresh.iso,
      status: 'refunded',
    }),
  subscription_created: (fresh) =>
    event(fresh, 'subscription_created', 'subscriptions', subscription(fresh, 'active')),
  subscription_cancelled: (fresh) =>
    event(fresh, 'subscription_cancelled', 'subscriptions', {
      ...subscription(fresh, 'cancelled'),
      cancelled: true,
    }),
  license_key_created: (fresh) =>
    event(fresh, 'license_key_created', 'license-keys', {
      store_id: 1,
      order_id: Number(fresh.digits(6)),
      user_email: 'jenny.rosen@example.com',
      key: fresh.uuid(),
      activation_limit: 5,
      status: 'inactive',
      created_at: fresh.iso,
    }),
};

function event(
  fresh: Fresh,
  name: string,
  type: string,
  attributes: Readonly<Record<string, unknown>>,
): SampleRequest {
  return {
    headers: [
      ['Content-Type', 'application/json'],
      ['User-Agent', 'LemonSqueezy-Hookshot'],
      ['X-Event-Name', name],
    ],
    body: {
      meta: {
        test_mode: true,
        event_name: name,
        webhook_id: fresh.uuid(),
        custom_data: { customer_id: '25' },
      },
      data: { type, id: fresh.digits(6), attributes },
    },
  };
}

function order(fresh: Fresh) {
  return {
    store_id: 1,
    identifier: fresh.uuid(),
    order_number: Number(fresh.digits(4)),
    user_name: 'Jenny Rosen',
    user_email: 'jenny.rosen@example.com',
    currency: 'USD',
    subtotal: 999,
    tax: 200,
    total: 1199,
    status: 'paid',
    refunded: false,
    refunded_at: null,
    created_at: fresh.iso,
  };
}

function subscription(fresh: Fresh, status: string) {
  return {
    store_id: 1,
    order_id: Number(fresh.digits(6)),
    product_name: 'Example Product',
    user_name: 'Jenny Rosen',
    user_email: 'jenny.rosen@example.com',
    status,
    cancelled: false,
    renews_at: fresh.iso,
    ends_at: null,
    created_at: fresh.iso,
  };
}
