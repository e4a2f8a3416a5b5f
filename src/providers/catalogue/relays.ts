import { defineProvider } from '../core/define-provider.ts';
import { hmac } from '../schemes/hmac.ts';

/** Providers that forward requests of others with all their headers; they must precede those in the list. */
export const relays = [
  defineProvider({
    name: 'hookdeck',
    title: 'Hookdeck',
    isRelay: true,
    event: [],
    eventId: '{header:x-hookdeck-eventid}',
    scheme: hmac({
      at: 'header:x-hookdeck-signature',
      orAt: ['header:x-hookdeck-signature-2'],
      encoding: 'base64',
    }),
    source: 'https://hookdeck.com/docs/authentication',
  }),
  defineProvider({
    name: 'dub',
    title: 'Dub',
    event: '{json:event}',
    eventId: '{json:id}',
    scheme: hmac({ at: 'header:Dub-Signature', encoding: 'hex' }),
    source: 'https://dub.co/docs/concepts/webhooks/verify-webhook-requests',
  }),
];
