import type { Scheme, SchemeContext } from '../core/scheme.ts';
import { invalid, noSignature, unchecked, valid } from '../core/verdict.ts';
import { type Locator, locatorText, valuesAt, withValueAt } from '../request/locator.ts';
import { parseLazily } from '../request/parsed-request.ts';
import { equalInConstantTime } from '../signature/constant-time.ts';

export interface TokenSpec {
  readonly at: Locator;
  /** What stands before the token. */
  readonly prefix?: string;
  /** It comes with each item of a batch, and every one has to be right. */
  readonly all?: boolean;
  /** The option that names another header, where the user can choose one. */
  readonly orOption?: 'header';
}

/** A shared word that comes with every request: it proves who sent it, not what was sent. */
export function token({ at, prefix = '', all = false, orOption }: TokenSpec): Scheme {
  const locatorFor = ({ options }: SchemeContext): Locator => {
    const header = orOption && options[orOption];
    return header === undefined ? at : `header:${header}`;
  };
  return {
    kind: 'shared token',
    needs: 'token',
    signatureAt: [at],
    signatureIsSecret: true,
    secretAt: [at],
    signsWith: 'secret',
    verify(parsed, context) {
      const { secrets } = context;
      const locator = locatorFor(context);
      const values = valuesAt(parsed, locator);
      const [value] = values;
      if (value === undefined || value === '') {
        return noSignature(`no token in ${locatorText(locator)}`);
      }
      if (!all && values.length > 1)
        return invalid('duplicate-signature', `${locatorText(locator)} appears twice`);
      if (secrets.length === 0) return unchecked('no-secret', 'no token is configured');
      const index = secrets.findIndex((secret) =>
        values.every((each) => equalInConstantTime(each, prefix + secret)),
      );
      return index < 0 ? invalid('mismatch', 'the token does not match') : valid(index);
    },
    sign(request, context) {
      const locator = locatorFor(context);
      const value = prefix + (context.secrets[0] ?? '');
      if (!all) return withValueAt(request, locator, value);
      const count = Math.max(1, valuesAt(parseLazily(request), locator).length);
      const locators = Array.from({ length: count }, (_, index) => locator.replace('*', String(index)));
      return locators.reduce((signed, each) => withValueAt(signed, each, value), request);
    },
  };
}
