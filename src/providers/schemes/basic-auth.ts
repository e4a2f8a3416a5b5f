import type { Scheme } from '../core/scheme.ts';
import { invalid, noSignature, unchecked, valid } from '../core/verdict.ts';
import { valuesAt, withValueAt } from '../request/locator.ts';
import { equalInConstantTime } from '../signature/constant-time.ts';

const at = 'header:Authorization';

/** User and password as `user:password` (RFC 7617): they identify the sender, but do not protect the body. */
export function basicAuth(): Scheme {
  return {
    kind: 'basic authentication',
    needs: 'credentials',
    signatureAt: [at],
    signatureIsSecret: true,
    secretAt: [at],
    signsWith: 'secret',
    verify(parsed, { secrets }) {
      const values = valuesAt(parsed, at);
      const [value] = values;
      if (value === undefined || value === '') return noSignature('no Authorization header');
      if (values.length > 1) return invalid('duplicate-signature', 'header Authorization appears twice');
      if (!/^basic /i.test(value)) return invalid('malformed', 'header Authorization does not use Basic');
      if (secrets.length === 0) return unchecked('no-secret', 'no user:password is configured');
      const given = value.slice('basic '.length).trim();
      const index = secrets.findIndex((secret) => equalInConstantTime(given, base64(secret)));
      return index < 0 ? invalid('mismatch', 'the user name or password does not match') : valid(index);
    },
    sign: (request, { secrets: [secret = ''] }) => withValueAt(request, at, `Basic ${base64(secret)}`),
  };
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
