import type { Scheme, SchemeContext } from '../core/scheme.ts';
import { invalid, noSignature, unchecked, valid } from '../core/verdict.ts';
import { type Locator, locatorText, valuesAt, withValueAt } from '../request/locator.ts';
import { parseLazily } from '../request/parsed-request.ts';
import { equalInConstantTime } from '../signature/constant-time.ts';

/** The shared token of a provider. */
export interface TokenSpec {
  readonly at: Locator;
  /** Prefix of the token. */
  readonly prefix?: string;
  /** Each item of a batch has a token, and all must match. */
  readonly all?: boolean;
  /** The option that names the header, if it is configurable. */
  readonly orOption?: 'header';
}

/** Scheme for a shared token in every request: it identifies the sender, but does not protect the body. */
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
