import type { Locator } from '../request/locator.ts';
import type { Template } from '../request/template.ts';
import type { Provider } from './provider.ts';

/** A provider of the catalogue; members that are left out have the usual value. */
export interface ProviderSpec extends Omit<Provider, 'detect' | 'event' | 'eventId' | 'evidence'> {
  /** The request has its signature, unless given. */
  readonly detect?: Provider['detect'];
  readonly event?: Template | readonly Template[];
  readonly eventId?: Template | readonly Template[];
  /** `text` unless given. */
  readonly evidence?: Provider['evidence'];
}

/** Defines a provider, with the usual values for members that are left out. */
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
