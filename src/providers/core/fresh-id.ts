import { randomBytes, randomUUID } from 'node:crypto';
import { valueAt, withValueAt } from '../request/locator.ts';
import { parseLazily, type SignableRequest } from '../request/parsed-request.ts';
import type { Provider } from './provider.ts';

/** Returns the request with a new random delivery id, or unchanged if it has none. */
export function withFreshId(request: SignableRequest, { eventId, freshIdAt }: Provider): SignableRequest {
  const locators = freshIdAt ?? eventId.flatMap((template) => /^\{([^{}]+)\}$/.exec(template)?.[1] ?? []);
  const parsed = parseLazily(request);
  const locator = locators.find((each) => valueAt(parsed, each) !== undefined);
  return locator === undefined
    ? request
    : withValueAt(request, locator, freshLike(valueAt(parsed, locator)!));
}

/** Returns a random id of the same form: same length, same kinds of characters, same prefix such as `evt_`. */
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
        // A number must not begin with 0.
        const first = index === 0 && alphabet.startsWith('0');
        return alphabet[
          first ? 1 + (random[index]! % (alphabet.length - 1)) : random[index]! % alphabet.length
        ]!;
      })
      .join('')
  );
}

const alphabets = ['0123456789', 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
