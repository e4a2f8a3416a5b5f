import { randomBytes, randomUUID } from 'node:crypto';
import { valueAt, withValueAt } from '../request/locator.ts';
import { parseLazily, type SignableRequest } from '../request/parsed-request.ts';
import type { Provider } from './provider.ts';

/** The request with a delivery id that was never there before, where its provider writes one; else as it was. */
export function withFreshId(request: SignableRequest, { eventId, freshIdAt }: Provider): SignableRequest {
  const locators = freshIdAt ?? eventId.flatMap((template) => /^\{([^{}]+)\}$/.exec(template)?.[1] ?? []);
  const parsed = parseLazily(request);
  const locator = locators.find((each) => valueAt(parsed, each) !== undefined);
  return locator === undefined
    ? request
    : withValueAt(request, locator, freshLike(valueAt(parsed, locator)!));
}

/** Digits and letters by which another id of the same kind differs: all of it, or what stands after `evt_`. */
export function freshLike(id: string): string {
  if (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(id)) return randomUUID();
  const prefix = /^[A-Za-z]+[_-](?=\w)/.exec(id)?.[0] ?? '';
  const random = randomBytes(id.length);
  return (
    prefix +
    [...id.slice(prefix.length)]
      .map((character, index) => {
        const alphabet = alphabets.find((each) => each.includes(character));
        if (!alphabet) return character;
        // A number does not begin with 0.
        const first = index === 0 && alphabet.startsWith('0');
        return alphabet[
          first ? 1 + (random[index]! % (alphabet.length - 1)) : random[index]! % alphabet.length
        ]!;
      })
      .join('')
  );
}

const alphabets = ['0123456789', 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
