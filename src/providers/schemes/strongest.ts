import { UserError } from '../../model/errors.ts';
import type { Context, Scheme } from '../core/scheme.ts';
import { valueAt, withoutValueAt } from '../request/locator.ts';
import { type Incoming, type Reading, readingOf } from '../request/parsed-request.ts';

/**
 * One vendor that sends several signatures at once, the strongest first: the strongest that came decides, so that a weak
 * one never makes up for a wrong strong one. Signing renews each that came. It describes itself as `usual`.
 */
export function strongest(schemes: readonly Scheme[], usual: Scheme = schemes[0]!): Scheme {
  const present = (reading: Reading) => schemes.filter((scheme) => isIn(reading, scheme));
  const first = (reading: Reading) => present(reading)[0] ?? usual;
  return {
    ...usual,
    kind: [...new Set(schemes.map(({ kind }) => kind))].join(' or '),
    proof: [...new Set([usual, ...schemes].flatMap(({ proof }) => proof))],
    proofIsSecret: schemes.some(({ proofIsSecret }) => proofIsSecret),
    secretPlaces: schemes.flatMap(({ secretPlaces }) => secretPlaces ?? []),
    signsUrl: schemes.some(({ signsUrl }) => signsUrl),
    signedAt: (reading) => first(reading).signedAt?.(reading),
    verify: (reading, context) => first(reading).verify(reading, context),
    fetchable: (reading, options) => first(reading).fetchable?.(reading, options),
    sign(request, context) {
      const [main = usual, ...others] = present(readingOf(request));
      // A token proves nothing of the bytes, so that it stays right.
      const stale = others.filter(({ proofIsSecret }) => !proofIsSecret);
      return stale.reduce(
        (signed, scheme) => renewed(signed, scheme, context),
        (main.sign ?? usual.sign)!(request, context),
      );
    },
  };
}

function isIn(reading: Reading, { proof }: Scheme): boolean {
  return proof.some((place) => (valueAt(reading, place) ?? '') !== '');
}

/** With a new signature beside the main one; without the old one where the secret is no key for it. */
function renewed(request: Incoming, scheme: Scheme, context: Context): Incoming {
  try {
    if (scheme.sign) return scheme.sign(request, context);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
  return scheme.proof.reduce(withoutValueAt, request);
}
