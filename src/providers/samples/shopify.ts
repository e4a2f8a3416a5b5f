import type { Fresh, SampleRequest, Samples } from './sample.ts';

/** Topics of https://shopify.dev/docs/api/webhooks, with the headers of its HTTPS deliveries. */
export const shopifySamples: Samples = {
  'orders/create': (fresh) => delivery(fresh, 'orders/create', order(fresh)),
  'orders/paid': (fresh) => delivery(fresh, 'orders/paid', { ...order(fresh), financial_status: 'paid' }),
  'orders/cancelled': (fresh) =>
    delivery(fresh, 'orders/cancelled', {
      ...order(fresh),
      cancelled_at: fresh.iso,
      cancel_reason: 'customer',
    }),
  'products/update': (fresh) =>
    delivery(fresh, 'products/update', {
      id: Number(fresh.digits(13)),
      title: 'Example T-Shirt',
      handle: 'example-t-shirt',
      vendor: 'Acme',
      product_type: 'Shirts',
      status: 'active',
      created_at: fresh.iso,
      updated_at: fresh.iso,
      tags: 'example, mens, t-shirt',
      variants: [
        {
          id: Number(fresh.digits(14)),
          title: 'S',
          price: '19.99',
          sku: 'example-shirt-s',
          inventory_quantity: 75,
        },
      ],
    }),
  'customers/create': (fresh) => delivery(fresh, 'customers/create', customer(fresh)),
  'checkouts/create': (fresh) =>
    delivery(fresh, 'checkouts/create', {
      id: Number(fresh.digits(14)),
      token: fresh.hex(32),
      email: 'jenny.rosen@example.com',
      created_at: fresh.iso,
      currency: 'USD',
      total_price: '398.00',
      line_items: [lineItem(fresh)],
    }),
  'app/uninstalled': (fresh) =>
    delivery(fresh, 'app/uninstalled', {
      id: Number(fresh.digits(11)),
      name: 'Example Shop',
      email: 'owner@example.com',
      domain: 'example-shop.myshopify.com',
      currency: 'USD',
      iana_timezone: 'Europe/Berlin',
    }),
};

function delivery(
  { uuid, iso }: Fresh,
  topic: string,
  body: Readonly<Record<string, unknown>>,
): SampleRequest {
  return {
    headers: [
      ['Accept', '*/*'],
      ['Content-Type', 'application/json'],
      ['User-Agent', 'Shopify-Captain-Hook'],
      ['X-Shopify-Topic', topic],
      ['X-Shopify-Shop-Domain', 'example-shop.myshopify.com'],
      ['X-Shopify-API-Version', '2025-10'],
      ['X-Shopify-Webhook-Id', uuid()],
      ['X-Shopify-Event-Id', uuid()],
      ['X-Shopify-Triggered-At', iso],
    ],
    body,
  };
}

function order(fresh: Fresh) {
  return {
    id: Number(fresh.digits(13)),
    admin_graphql_api_id: `gid://shopify/Order/${fresh.digits(13)}`,
    created_at: fresh.iso,
    currency: 'USD',
    email: 'jenny.rosen@example.com',
    financial_status: 'pending',
    fulfillment_status: null,
    name: `#${fresh.digits(4)}`,
    order_number: Number(fresh.digits(4)),
    subtotal_price: '388.00',
    total_price: '398.00',
    total_tax: '0.00',
    customer: customer(fresh),
    line_items: [lineItem(fresh)],
    shipping_lines: [{ id: Number(fresh.digits(12)), title: 'Standard', price: '10.00' }],
  };
}

function customer({ digits, iso }: Fresh) {
  return {
    id: Number(digits(13)),
    email: 'jenny.rosen@example.com',
    first_name: 'Jenny',
    last_name: 'Rosen',
    created_at: iso,
    updated_at: iso,
    verified_email: true,
    state: 'enabled',
  };
}

function lineItem({ digits }: Fresh) {
  return {
    id: Number(digits(14)),
    title: 'Example T-Shirt',
    quantity: 2,
    price: '194.00',
    sku: 'example-shirt-s',
  };
}
