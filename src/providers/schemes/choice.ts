import { readTrait } from '../core/matcher.ts';
import type { Trait } from '../core/provider.ts';
import type { Scheme } from '../core/scheme.ts';
import { type Incoming, type Reading, readingOf } from '../request/parsed-request.ts';

/** A scheme for the requests that have a trait. */
export interface Choice {
  readonly when: Trait;
  readonly scheme: Scheme;
}

/** One vendor, several schemes: the first whose trait a request has, else `otherwise`. It describes itself as that one. */
export function choice(choices: readonly Choice[], otherwise: Scheme): Scheme {
  const read = choices.map(({ when, scheme }) => ({ trait: readTrait(when), scheme }));
  const all = [otherwise, ...choices.map(({ scheme }) => scheme)];
  const chosen = (reading: Reading) => read.find(({ trait }) => trait.isIn(reading))?.scheme ?? otherwise;
  const { options } = otherwise;
  return {
    kind: [...new Set(all.map(({ kind }) => kind))].join(' or '),
    needs: otherwise.needs,
    proof: [...new Set(all.flatMap(({ proof }) => proof))],
    proofIsSecret: all.some(({ proofIsSecret }) => proofIsSecret),
    secretPlaces: all.flatMap(({ secretPlaces }) => secretPlaces ?? []),
    signsUrl: all.some(({ signsUrl }) => signsUrl),
    toleranceMs: otherwise.toleranceMs,
    signsWith: otherwise.signsWith ?? 'secret',
    ...(options && { options }),
    signedAt: (reading) => chosen(reading).signedAt?.(reading),
    verify: (reading, context) => chosen(reading).verify(reading, context),
    fetchable: (reading, options) => chosen(reading).fetchable?.(reading, options),
    sign(request: Incoming, context) {
      const scheme = chosen(readingOf(request));
      return (scheme.sign ?? otherwise.sign)!(request, context);
    },
  };
}
