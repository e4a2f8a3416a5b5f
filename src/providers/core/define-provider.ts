import type { Place } from '../request/locator.ts';
import type { Template } from '../request/template.ts';
import type { Provider } from './provider.ts';

/** A provider of the catalogue: what it does not say has the usual value. */
export interface Row extends Omit<Provider, 'detect' | 'event' | 'eventId' | 'evidence'> {
  /** Its signature is there unless given. */
  readonly detect?: Provider['detect'];
  readonly event?: Template | readonly Template[];
  readonly eventId?: Template | readonly Template[];
  /** The vendor's text unless given. */
  readonly evidence?: Provider['evidence'];
}

/** The provider that a row stands for. */
export function row({ detect, event = [], eventId = [], evidence = 'text', ...rest }: Row): Provider {
  return {
    ...rest,
    detect: detect ?? rest.scheme.proof.slice(0, 1).map((place: Place) => place),
    event: [event].flat(),
    eventId: [eventId].flat(),
    evidence,
  };
}
