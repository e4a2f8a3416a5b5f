import { invalid, noSignature, type Verdict } from '../core/verdict.ts';
import { type Place, placeText, valueAt, valuesAt, withValueAt } from '../request/locator.ts';
import type { Incoming, Reading } from '../request/parsed-request.ts';
import { readingOf } from '../request/parsed-request.ts';
import { type Envelope, opened, type Proof, sealed } from './signature-format.ts';
import { type Clock, momentOf } from './timestamp-policy.ts';

/** Where signatures stand, and how. */
export interface ProofPlace {
  readonly at: Place;
  /** More places that may hold it, such as one for each key. */
  readonly orAt?: readonly Place[];
  /** The vendor sends the header once for each key; elsewhere a doubled one is refused. */
  readonly mayRepeat?: boolean;
  /** The signature alone unless given. */
  readonly envelope?: Envelope;
  readonly clock?: Clock;
  /** The signed text can't do without the timestamp. */
  readonly needsTimestamp: boolean;
}

const bare: Envelope = { prefix: '' };

/** The places where something stands: an empty value is what some send where no secret is set. */
export function placesWithProof(reading: Reading, { at, orAt = [] }: ProofPlace): readonly Place[] {
  return [at, ...orAt].filter((place) => (valueAt(reading, place) ?? '') !== '');
}

/** The signatures of a request with their timestamps, or what is wrong with how they came. */
export function proofsIn(reading: Reading, where: ProofPlace): readonly Proof[] | Verdict {
  const places = placesWithProof(reading, where);
  if (places.length === 0) return noSignature(`there is no signature in ${placeText(where.at)}`);
  const clockAt = where.clock?.at;
  for (const place of clockAt === undefined ? places : [...places, clockAt]) {
    if (valuesAt(reading, place).length > 1 && !(where.mayRepeat && place !== clockAt)) {
      return invalid('doubled', `${placeText(place)} came twice`);
    }
  }
  const timestamp = clockAt === undefined ? undefined : valueAt(reading, clockAt);
  const proofs = places
    .flatMap((place) => valuesAt(reading, place))
    .flatMap((value) => opened(value, where.envelope ?? bare))
    .map((proof) => (clockAt === undefined ? proof : { ...proof, timestamp }));
  if (proofs.length === 0) {
    return invalid('malformed', `${placeText(places[0]!)} does not have the form of a signature`);
  }
  if (where.needsTimestamp && proofs.some((proof) => proof.timestamp === undefined)) {
    return invalid('malformed', 'there is no timestamp');
  }
  return proofs;
}

/** When a request says that it was signed, in ms since the epoch. */
export function signedAtOf(reading: Reading, where: ProofPlace): number | undefined {
  const { clock } = where;
  if (!clock) return undefined;
  const value = valueAt(reading, clock.at ?? where.at);
  if (value === undefined) return undefined;
  const text = clock.at === undefined ? opened(value, where.envelope ?? bare)[0]?.timestamp : value;
  return text === undefined ? undefined : momentOf(text, clock.unit);
}

/** The request with a signature in place of the one it had. */
export function withProof(
  request: Incoming,
  where: ProofPlace,
  signature: string,
  timestamp: string,
): Incoming {
  const before = valueAt(readingOf(request), where.at);
  return withValueAt(request, where.at, sealed(signature, timestamp, where.envelope ?? bare, before));
}
