import type { Context, Scheme } from '../core/scheme.ts';
import { invalid, noSignature, unchecked, valid } from '../core/verdict.ts';
import { type Place, placeText, valuesAt, withValueAt } from '../request/locator.ts';
import { readingOf } from '../request/parsed-request.ts';
import { sameText } from '../signature/constant-time.ts';

export interface Token {
  readonly at: Place;
  /** What stands before the token. */
  readonly prefix?: string;
  /** It comes with each item of a batch, and every one has to be right. */
  readonly all?: boolean;
  /** The option that names another header, where the user can choose one. */
  readonly orOption?: 'header';
}

/** A shared word that comes with every request: it proves who sent it, not what was sent. */
export function token({ at, prefix = '', all = false, orOption }: Token): Scheme {
  const placeFor = ({ options }: Context): Place => {
    const header = orOption && options[orOption];
    return header === undefined ? at : `header:${header}`;
  };
  return {
    kind: 'shared token',
    needs: 'token',
    proof: [at],
    proofIsSecret: true,
    secretPlaces: [at],
    signsWith: 'secret',
    verify(reading, context) {
      const { secrets } = context;
      const place = placeFor(context);
      const values = valuesAt(reading, place);
      const [value] = values;
      if (value === undefined || value === '') {
        return noSignature(`there is no token in ${placeText(place)}`);
      }
      if (!all && values.length > 1) return invalid('doubled', `${placeText(place)} came twice`);
      if (secrets.length === 0) return unchecked('no-secret', 'no token is configured');
      const index = secrets.findIndex((secret) => values.every((each) => sameText(each, prefix + secret)));
      return index < 0 ? invalid('mismatch', 'the token is another one') : valid(index);
    },
    sign(request, context) {
      const place = placeFor(context);
      const value = prefix + (context.secrets[0] ?? '');
      if (!all) return withValueAt(request, place, value);
      const count = Math.max(1, valuesAt(readingOf(request), place).length);
      const places = Array.from({ length: count }, (_, index) => place.replace('*', String(index)));
      return places.reduce((signed, each) => withValueAt(signed, each, value), request);
    },
  };
}
