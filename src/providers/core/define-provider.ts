import type { Locator } from '../request/locator.ts';
import type { Template } from '../request/template.ts';
import type { Provider } from './provider.ts';

/** A provider of the catalogue: what it does not say has the usual value. */
export interface ProviderSpec extends Omit<Provider, 'detect' | 'event' | 'eventId' | 'evidence'> {
  /** Its signature is there unless given. */
  readonly detect?: Provider['detect'];
  readonly event?: Template | readonly Template[];
  readonly eventId?: Template | readonly Template[];
  /** The vendor's text unless given. */
  readonly evidence?: Provider['evidence'];
}

/** The provider that a row stands for. */
export function defineProvider({
  detect,
  event = [],
  eventId = [],
  evidence = 'text',
  ...rest
}: ProviderSpec): Provider {
  return {
    ...rest,
    detect: detect ?? rest.scheme.signatureAt.slice(0, 1).map((locator: Locator) => locator),
    event: [event].flat(),
    eventId: [eventId].flat(),
    evidence,
  };
}
