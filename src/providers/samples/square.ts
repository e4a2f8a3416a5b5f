import type { Fresh, SampleRequest, Samples } from './sample.ts';

/** Events of https://developer.squareup.com/docs/webhooks/v2webhook-events-tech-ref . */
export const squareSamples: Samples = {
  'payment.created': (fresh) => event(fresh, 'payment.created', 'payment', payment(fresh, 'APPROVED')),
  'payment.updated': (fresh) => event(fresh, 'payment.updated', 'payment', payment(fresh, 'COMPLETED')),
  'refund.created': (fresh) =>
    event(fresh, 'refund.created', 'refund', {
      id: fresh.id('', 40),
      payment_id: fresh.id('', 27),
      amount_money: { amount: 100, currency: 'USD' },
      status: 'PENDING',
      created_at: fresh.iso,
      location_id: fresh.id('L', 12).toUpperCase(),
    }),
  'order.created': (fresh) =>
    event(fresh, 'order.created', 'order_created', {
      order_id: fresh.id('', 27),
      version: 1,
      state: 'OPEN',
      location_id: fresh.id('L', 12).toUpperCase(),
      created_at: fresh.iso,
    }),
  'customer.created': (fresh) =>
    event(fresh, 'customer.created', 'customer', {
      id: fresh.id('', 26).toUpperCase(),
      given_name: 'Jenny',
      family_name: 'Rosen',
      email_address: 'jenny.rosen@example.com',
      created_at: fresh.iso,
      updated_at: fresh.iso,
      version: 0,
    }),
  'invoice.published': (fresh) =>
    event(fresh, 'invoice.published', 'invoice', {
      id: `inv:0-${fresh.id('', 28)}`,
      invoice_number: '000001',
      status: 'UNPAID',
      title: 'Event planning',
      order_id: fresh.id('', 27),
      created_at: fresh.iso,
    }),
};

function event(
  fresh: Fresh,
  type: string,
  kind: string,
  object: Readonly<Record<string, unknown>>,
): SampleRequest {
  const { id = fresh.uuid() } = object as { readonly id?: string };
  return {
    headers: [
      ['Content-Type', 'application/json'],
      ['User-Agent', 'Square Connect v2'],
      ['square-environment', 'Sandbox'],
      ['square-initial-delivery-timestamp', fresh.iso],
    ],
    body: {
      merchant_id: fresh.id('M', 12).toUpperCase(),
      type,
      event_id: fresh.uuid(),
      created_at: fresh.iso,
      data: { type: kind.replace(/_.*/, ''), id, object: { [kind]: object } },
    },
  };
}

function payment(fresh: Fresh, status: string) {
  return {
    id: fresh.id('', 27),
    amount_money: { amount: 100, currency: 'USD' },
    total_money: { amount: 100, currency: 'USD' },
    status,
    source_type: 'CARD',
    card_details: {
      status: 'CAPTURED',
      card: { card_brand: 'VISA', last_4: '1111', exp_month: 11, exp_year: 2030 },
    },
    created_at: fresh.iso,
    updated_at: fresh.iso,
    location_id: fresh.id('L', 12).toUpperCase(),
    order_id: fresh.id('', 27),
    version: 1,
  };
}
