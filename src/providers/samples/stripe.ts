import type { Fresh, SampleRequest, Samples } from './sample.ts';

/** Objects as https://docs.stripe.com/api describes them, in an event (https://docs.stripe.com/api/events/object). */
export const stripeSamples: Samples = {
  'payment_intent.succeeded': (fresh) =>
    event(fresh, 'payment_intent.succeeded', paymentIntent(fresh, 'succeeded')),
  'payment_intent.payment_failed': (fresh) =>
    event(fresh, 'payment_intent.payment_failed', {
      ...paymentIntent(fresh, 'requires_payment_method'),
      amount_received: 0,
      last_payment_error: {
        type: 'card_error',
        code: 'card_declined',
        decline_code: 'insufficient_funds',
        message: 'Your card has insufficient funds.',
      },
    }),
  'charge.succeeded': (fresh) => event(fresh, 'charge.succeeded', charge(fresh)),
  'charge.refunded': (fresh) =>
    event(fresh, 'charge.refunded', { ...charge(fresh), amount_refunded: 2000, refunded: true }),
  'customer.created': (fresh) => event(fresh, 'customer.created', customer(fresh)),
  'customer.subscription.created': (fresh) =>
    event(fresh, 'customer.subscription.created', subscription(fresh, 'active')),
  'customer.subscription.deleted': (fresh) =>
    event(fresh, 'customer.subscription.deleted', {
      ...subscription(fresh, 'canceled'),
      canceled_at: fresh.seconds,
      ended_at: fresh.seconds,
    }),
  'invoice.paid': (fresh) => event(fresh, 'invoice.paid', invoice(fresh, 'paid')),
  'invoice.payment_failed': (fresh) => event(fresh, 'invoice.payment_failed', invoice(fresh, 'open')),
  'checkout.session.completed': (fresh) =>
    event(fresh, 'checkout.session.completed', {
      id: fresh.id('cs_test_', 58),
      object: 'checkout.session',
      amount_subtotal: 2000,
      amount_total: 2000,
      created: fresh.seconds,
      currency: 'usd',
      customer: fresh.id('cus_', 14),
      customer_details: { email: 'jenny.rosen@example.com', name: 'Jenny Rosen', tax_exempt: 'none' },
      livemode: false,
      metadata: {},
      mode: 'payment',
      payment_intent: fresh.id('pi_', 24),
      payment_method_types: ['card'],
      payment_status: 'paid',
      status: 'complete',
      success_url: 'https://example.com/success',
    }),
};

function event(fresh: Fresh, type: string, object: Readonly<Record<string, unknown>>): SampleRequest {
  return {
    headers: [
      ['Accept', '*/*; q=0.5, application/xml'],
      ['Cache-Control', 'no-cache'],
      ['Content-Type', 'application/json; charset=utf-8'],
      ['User-Agent', 'Stripe/1.0 (+https://stripe.com/docs/webhooks)'],
    ],
    // Stripe sends its events indented.
    body: JSON.stringify(
      {
        id: fresh.id('evt_', 24),
        object: 'event',
        api_version: '2025-09-30.clover',
        created: fresh.seconds,
        data: { object },
        livemode: false,
        pending_webhooks: 1,
        request: { id: fresh.id('req_', 14), idempotency_key: fresh.uuid() },
        type,
      },
      null,
      2,
    ),
  };
}

function paymentIntent({ id, seconds }: Fresh, status: string) {
  return {
    id: id('pi_', 24),
    object: 'payment_intent',
    amount: 2000,
    amount_received: 2000,
    capture_method: 'automatic',
    created: seconds,
    currency: 'usd',
    customer: id('cus_', 14),
    latest_charge: id('ch_', 24),
    livemode: false,
    metadata: { order_id: '6735' },
    payment_method: id('pm_', 24),
    payment_method_types: ['card'],
    status,
  };
}

function charge({ id, seconds }: Fresh) {
  return {
    id: id('ch_', 24),
    object: 'charge',
    amount: 2000,
    amount_captured: 2000,
    amount_refunded: 0,
    balance_transaction: id('txn_', 24),
    billing_details: { email: 'jenny.rosen@example.com', name: 'Jenny Rosen', phone: null },
    captured: true,
    created: seconds,
    currency: 'usd',
    livemode: false,
    metadata: {},
    paid: true,
    payment_intent: id('pi_', 24),
    payment_method_details: { card: { brand: 'visa', last4: '4242' }, type: 'card' },
    refunded: false,
    status: 'succeeded',
  };
}

function customer({ id, seconds }: Fresh) {
  return {
    id: id('cus_', 14),
    object: 'customer',
    balance: 0,
    created: seconds,
    email: 'jenny.rosen@example.com',
    livemode: false,
    metadata: {},
    name: 'Jenny Rosen',
    phone: null,
  };
}

function subscription({ id, seconds }: Fresh, status: string) {
  return {
    id: id('sub_', 24),
    object: 'subscription',
    cancel_at_period_end: false,
    canceled_at: null,
    created: seconds,
    currency: 'usd',
    customer: id('cus_', 14),
    items: {
      object: 'list',
      data: [
        {
          id: id('si_', 14),
          object: 'subscription_item',
          price: { id: id('price_', 24), unit_amount: 2000 },
          quantity: 1,
        },
      ],
    },
    livemode: false,
    metadata: {},
    status,
  };
}

function invoice({ id, seconds, hex }: Fresh, status: string) {
  const paid = status === 'paid';
  return {
    id: id('in_', 24),
    object: 'invoice',
    amount_due: 2000,
    amount_paid: paid ? 2000 : 0,
    amount_remaining: paid ? 0 : 2000,
    attempt_count: 1,
    billing_reason: 'subscription_cycle',
    created: seconds,
    currency: 'usd',
    customer: id('cus_', 14),
    customer_email: 'jenny.rosen@example.com',
    livemode: false,
    number: `${hex(8).toUpperCase()}-0001`,
    status,
    total: 2000,
  };
}
