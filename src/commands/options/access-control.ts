import type { Io } from '../../cli/io.ts';
import type { OptionSpecs, OptionValues } from '../../cli/option.ts';
import { readSecret } from '../../cli/secrets.ts';
import { UserError } from '../../model/errors.ts';

/** Options that restrict who may send requests. */
export const admissionOptions = {
  basicAuth: {
    type: 'string',
    value: 'user:env:NAME',
    help: 'require this user and the password from env:NAME or file:PATH',
    secretSource: true,
    untrusted: 'refused',
  },
  allowIp: {
    type: 'string',
    value: 'network',
    help: 'accept requests from this address or network only (repeatable)',
    many: true,
    untrusted: 'refused',
  },
  pathToken: {
    type: 'boolean',
    help: 'accept requests below a random path only; it is generated once per folder',
    untrusted: 'refused',
  },
  maxRate: {
    type: 'count',
    value: 'number',
    help: 'requests per second allowed from one address; more are rejected with 429',
    untrusted: 'refused',
  },
  recordRefused: { type: 'boolean', help: 'also record requests that are rejected' },
} as const satisfies OptionSpecs;

/** Access control for a session. Throws a UserError for an invalid value or a missing secret. */
export function admissionOf(options: OptionValues<typeof admissionOptions>, io: Io) {
  const { basicAuth, allowIp, pathToken, maxRate, recordRefused } = options;
  if (maxRate === 0) throw new UserError('usage', '--max-rate must be at least 1.');
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
    throw new UserError('usage', '--basic-auth has no user name.', 'Use user:env:NAME or user:file:PATH.');
  }
  return { user, password: readSecret(text.slice(colon + 1), '--basic-auth', io) };
}
