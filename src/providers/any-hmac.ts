import { customHmac, hmacOptions } from './custom-hmac.ts';
import { row } from './row.ts';
import type { Scheme } from './scheme.ts';
import { unchecked } from './verdict.ts';

const scheme: Scheme = {
  kind: 'HMAC by options',
  needs: 'secret',
  options: ['header'],
  checkOptions: (options) => void customHmac(options),
  proof: [],
  signsUrl: true,
  signsWith: 'secret',
  verify(reading, context) {
    const { options } = context;
    if (options['header'] === undefined) {
      return unchecked('no-option', '--provider-option header=NAME says where the signature stands');
    }
    return customHmac(options).scheme.verify(reading, context);
  },
  sign: (request, context) => customHmac(context.options).scheme.sign!(request, context),
};

/** Whatever is signed by HMAC and is nobody's that is known: options describe it. */
export const anyHmac = row({
  name: 'hmac',
  title: 'Any HMAC',
  detect: [],
  scheme,
  source: 'https://www.rfc-editor.org/rfc/rfc2104',
  note: `for what is not in this list: --provider-option ${Object.keys(hmacOptions).join('=, ')}=`,
});
