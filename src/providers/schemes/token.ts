import { sameText } from '../constant-time.ts';
import { type Place, valuesAt, withValueAt } from '../place.ts';
import type { Scheme } from '../scheme.ts';
import { invalid, unchecked, valid } from '../verdict.ts';

export interface Token {
  readonly at: Place;
  /** What stands before the token. */
  readonly prefix?: string;
}

/** A shared word that comes with every request: it proves who sent it, not what was sent. */
export function token({ at, prefix = '' }: Token): Scheme {
  return {
    kind: 'shared token',
    needs: 'token',
    proof: [at],
    proofIsSecret: true,
    signsWith: 'secret',
    verify(reading, { secrets }) {
      const values = valuesAt(reading, at);
      const [value] = values;
      if (value === undefined || value === '') {
        return unchecked('no-signature', `there is no token in ${at.replace(':', ' ')}`);
      }
      if (values.length > 1) return invalid('doubled', `${at.replace(':', ' ')} came twice`);
      if (secrets.length === 0) return unchecked('no-secret', 'no token is configured');
      const index = secrets.findIndex((secret) => sameText(value, prefix + secret));
      return index < 0 ? invalid('mismatch', 'the token is another one') : valid(index);
    },
    sign: (request, { secrets: [secret = ''] }) => withValueAt(request, at, prefix + secret),
  };
}
