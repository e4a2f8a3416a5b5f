import type { OptionSpecs, OptionValues } from '../../cli/option.ts';
import type { RetryOptions } from '../../delivery/retry-policy.ts';
import { defaults } from '../../model/defaults.ts';
import { UserError } from '../../model/errors.ts';

/** Options of every command that delivers requests for as long as it runs. */
export const holdingOptions = {
  whenDown: {
    type: 'string',
    value: 'hold|fail',
    help: 'if the target does not respond: hold and retry (reply 202), or fail (reply 502 or 504)',
    default: 'hold',
  },
  retryOn: {
    type: 'string',
    value: 'statuses',
    help: 'response statuses to retry, such as 5xx,429',
    default: 'none',
  },
  maxAttempts: {
    type: 'count',
    value: 'number',
    help: 'stop retrying a held request after this many attempts',
    default: 'no limit',
  },
  giveUpAfter: {
    type: 'duration',
    help: 'stop retrying a held request after this time',
    default: defaults.giveUpAfterMs,
  },
} as const satisfies OptionSpecs;

/** Retry policy for a session. Throws a UserError for an invalid value. */
export function holdingOf(options: OptionValues<typeof holdingOptions>): RetryOptions {
  const { whenDown, retryOn, maxAttempts, giveUpAfter } = options;
  if (whenDown !== undefined && whenDown !== 'hold' && whenDown !== 'fail') {
    throw new UserError('usage', `--when-down: ${JSON.stringify(whenDown)} is neither hold nor fail.`);
  }
  const statuses = retryOn?.split(',').map((text) => text.trim()) ?? [];
  const wrong = statuses.find((text) => !/^[1-5][0-9x]{2}$/i.test(text));
  if (wrong !== undefined) {
    throw new UserError('usage', `--retry-on: ${JSON.stringify(wrong)} is not a status such as 429 or 5xx.`);
  }
  if (maxAttempts === 0) throw new UserError('usage', '--max-attempts must be at least 1.');
  return { whenDown, retryOn: statuses, maxAttempts, giveUpAfterMs: giveUpAfter };
}
