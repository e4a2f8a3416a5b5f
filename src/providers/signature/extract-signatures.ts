import { invalid, noSignature, type Verdict } from '../core/verdict.ts';
import { type Locator, locatorText, valueAt, valuesAt, withValueAt } from '../request/locator.ts';
import type { ParsedRequest, SignableRequest } from '../request/parsed-request.ts';
import { parseLazily } from '../request/parsed-request.ts';
import {
  formatSignature,
  parseSignatures,
  type SignatureFormat,
  type SignatureValue,
} from './signature-format.ts';
import { parseTimestamp, type TimestampPolicy } from './timestamp-policy.ts';

/** Locators and format of signatures. */
export interface SignatureLocation {
  readonly at: Locator;
  /** Further locators of signatures, such as one for each key. */
  readonly orAt?: readonly Locator[];
  /** The provider sends the header once for each key; without this, a second header is rejected. */
  readonly mayRepeat?: boolean;
  /** The bare signature unless given. */
  readonly envelope?: SignatureFormat;
  readonly clock?: TimestampPolicy;
  /** The signed text contains the timestamp. */
  readonly needsTimestamp: boolean;
}

const bare: SignatureFormat = { prefix: '' };

/** Returns the locators that have a value. Some providers send an empty one if no secret is set. */
export function locatorsWithSignature(
  parsed: ParsedRequest,
  { at, orAt = [] }: SignatureLocation,
): readonly Locator[] {
  return [at, ...orAt].filter((locator) => (valueAt(parsed, locator) ?? '') !== '');
}

/** Returns the signatures of a request with their timestamps, or the verdict if there are none or they are malformed. */
export function extractSignatures(
  parsed: ParsedRequest,
  location: SignatureLocation,
): readonly SignatureValue[] | Verdict {
  const locators = locatorsWithSignature(parsed, location);
  if (locators.length === 0) return noSignature(`no signature in ${locatorText(location.at)}`);
  const clockAt = location.clock?.at;
  for (const locator of clockAt === undefined ? locators : [...locators, clockAt]) {
    if (valuesAt(parsed, locator).length > 1 && !(location.mayRepeat && locator !== clockAt)) {
      return invalid('duplicate-signature', `${locatorText(locator)} appears twice`);
    }
  }
  const timestamp = clockAt === undefined ? undefined : valueAt(parsed, clockAt);
  const signatures = locators
    .flatMap((locator) => valuesAt(parsed, locator))
    .flatMap((value) => parseSignatures(value, location.envelope ?? bare))
    .map((value) => (clockAt === undefined ? value : { ...value, timestamp }));
  if (signatures.length === 0) {
    return invalid('malformed', `${locatorText(locators[0]!)} is not in the expected format`);
  }
  if (location.needsTimestamp && signatures.some((value) => value.timestamp === undefined)) {
    return invalid('malformed', 'the timestamp is missing');
  }
  return signatures;
}

/** Returns the timestamp of the signature, in ms since the epoch. */
export function signedAt(parsed: ParsedRequest, location: SignatureLocation): number | undefined {
  const { clock } = location;
  if (!clock) return undefined;
  const value = valueAt(parsed, clock.at ?? location.at);
  if (value === undefined) return undefined;
  const text =
    clock.at === undefined ? parseSignatures(value, location.envelope ?? bare)[0]?.timestamp : value;
  return text === undefined ? undefined : parseTimestamp(text, clock.unit);
}

/** Returns the request with its signature replaced. */
export function withSignature(
  request: SignableRequest,
  location: SignatureLocation,
  signature: string,
  timestamp: string,
): SignableRequest {
  const before = valueAt(parseLazily(request), location.at);
  return withValueAt(
    request,
    location.at,
    formatSignature(signature, timestamp, location.envelope ?? bare, before),
  );
}
