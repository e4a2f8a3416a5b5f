import type { Provider } from '../core/provider.ts';
import { hmac } from '../schemes/hmac.ts';

/** Signatures of `{t}.{body}`, one for each secret while it is rotated; `whsec_` is part of the secret. */
export const stripe: Provider = {
  name: 'stripe',
  title: 'Stripe',
  detect: ['header:Stripe-Signature=*t=*'],
  event: ['{json:type}'],
  eventId: ['{json:id}'],
  scheme: hmac({
    at: 'header:Stripe-Signature',
    envelope: { fields: ',', signature: 'v1', timestamp: 't' },
    encoding: 'hex',
    message: '{timestamp}.{body}',
    clock: { unit: 's', tolerance: 300, futurePasses: true },
  }),
  retries: 'up to 3 days with exponential backoff, 3 times over a few hours in a sandbox',
  source: 'https://docs.stripe.com/webhooks',
  evidence: 'sdk',
};
