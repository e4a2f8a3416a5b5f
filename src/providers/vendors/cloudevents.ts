import { defineProvider } from '../core/define-provider.ts';
import { emptyReply, jsonReply } from '../core/handshake-replies.ts';
import type { Handshake } from '../core/provider.ts';
import { valueAt, valueAtPath } from '../request/locator.ts';
import type { ParsedRequest } from '../request/parsed-request.ts';
import { unsigned } from '../schemes/unsigned.ts';

const originAt = 'header:WebHook-Request-Origin';

/** https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md */
function consent(parsed: ParsedRequest) {
  const origin = valueAt(parsed, originAt);
  if (parsed.method !== 'OPTIONS' || origin === undefined) return undefined;
  const rate = valueAt(parsed, 'header:WebHook-Request-Rate');
  return emptyReply(200, [
    ['allow', 'POST'],
    ['webhook-allowed-origin', origin],
    ...(rate === undefined ? [] : [['webhook-allowed-rate', rate] as const]),
  ]);
}

const handshake: Handshake = { label: 'abuse protection', reply: consent };

export const eventGrid = defineProvider({
  name: 'azure-event-grid',
  title: 'Azure Event Grid',
  detect: ['header:aeg-event-type', 'header:aeg-subscription-name', `${originAt}=eventgrid.azure.net`],
  event: ['{json:0.eventType}', '{header:ce-type}', '{json:type}'],
  eventId: ['{json:0.id}', '{header:ce-id}', '{json:id}'],
  scheme: unsigned('Event Grid does not sign requests: use a secret query parameter or header'),
  handshake: {
    label: 'SubscriptionValidation',
    reply(parsed) {
      const code = valueAtPath(parsed.json(), '0.data.validationCode');
      const isValidation = valueAt(parsed, 'header:aeg-event-type') === 'SubscriptionValidation';
      return isValidation && typeof code === 'string'
        ? jsonReply({ validationResponse: code })
        : consent(parsed);
    },
  },
  source: 'https://learn.microsoft.com/azure/event-grid/end-point-validation-event-grid-events-schema',
});

export const cloudEvents = defineProvider({
  name: 'cloudevents',
  title: 'CloudEvents',
  detect: [
    'header:ce-specversion',
    'header:Content-Type=application/cloudevents*',
    ['method=OPTIONS', originAt],
  ],
  event: ['{header:ce-type}', '{json:type}', '{json:0.type}'],
  eventId: ['{header:ce-id}', '{json:id}', '{json:0.id}'],
  scheme: unsigned('CloudEvents defines no signature'),
  handshake,
  source: 'https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md',
});
