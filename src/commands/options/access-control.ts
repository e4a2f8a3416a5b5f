import type { Io } from '../../cli/io.ts';
import type { OptionSpecs, OptionValues } from '../../cli/option.ts';
import { readSecret } from '../../cli/secrets.ts';
import { UserError } from '../../model/errors.ts';

/** Options that say who may come in. */
export const admissionOptions = {
  basicAuth: {
    type: 'string',
    value: 'user:env:NAME',
    help: 'take only what has this user and the password from env:NAME or file:PATH',
    secretSource: true,
    untrusted: 'refused',
  },
  allowIp: {
    type: 'string',
    value: 'network',
    help: 'take only what comes from here (repeatable)',
    many: true,
    untrusted: 'refused',
  },
  pathToken: {
    type: 'boolean',
    help: 'accept only requests below a random path, made once for this folder',
    untrusted: 'refused',
  },
  maxRate: {
    type: 'count',
    value: 'number',
    help: 'requests a second from one address, the rest is answered 429',
    untrusted: 'refused',
  },
  recordRefused: { type: 'boolean', help: 'record those, too, who may not come in' },
} as const satisfies OptionSpecs;

/** What the options say; throws a UserError for what makes no sense and for a secret that is not there. */
export function admissionOf(options: OptionValues<typeof admissionOptions>, io: Io) {
  const { basicAuth, allowIp, pathToken, maxRate, recordRefused } = options;
  if (maxRate === 0) throw new UserError('usage', '--max-rate is at least 1.');
  return {
    basicAuth: basicAuth === undefined ? undefined : credentials(basicAuth, io),
    allowIp,
    pathToken,
    maxRate,
    recordRefused,
  };
}

function credentials(text: string, io: Io): { readonly user: string; readonly password: string } {
  const colon = text.indexOf(':');
  const user = text.slice(0, colon);
  if (colon < 1) {
    throw new UserError(
      'usage',
      '--basic-auth has no user name.',
      'Give it as user:env:NAME or user:file:PATH.',
    );
  }
  return { user, password: readSecret(text.slice(colon + 1), '--basic-auth', io) };
}
