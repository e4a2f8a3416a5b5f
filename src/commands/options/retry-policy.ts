import type { OptionSpecs, OptionValues } from '../../cli/option.ts';
import { UserError } from '../../model/errors.ts';
import type { HoldingOptions } from '../../session/holding.ts';

/** Options of every command that delivers requests for as long as it runs. */
export const holdingOptions = {
  whenDown: {
    type: 'string',
    value: 'hold|fail',
    help: 'a target that gives no answer gets the request later (sender: 202), or never (502, 504)',
    default: 'hold',
  },
  retryOn: {
    type: 'string',
    value: 'statuses',
    help: 'answers that count as none, such as 5xx,429',
    default: 'none',
  },
  maxAttempts: {
    type: 'count',
    value: 'number',
    help: 'give a held request up after so many attempts',
    default: 'no limit',
  },
  giveUpAfter: { type: 'duration', help: 'give a held request up when it is older', default: '3d' },
} as const satisfies OptionSpecs;

/** What the options say; throws a UserError for what makes no sense. */
export function holdingOf(options: OptionValues<typeof holdingOptions>): HoldingOptions {
  const { whenDown, retryOn, maxAttempts, giveUpAfter } = options;
  if (whenDown !== undefined && whenDown !== 'hold' && whenDown !== 'fail') {
    throw new UserError('usage', `--when-down ${JSON.stringify(whenDown)}: it is hold or fail.`);
  }
  const statuses = retryOn?.split(',').map((text) => text.trim()) ?? [];
  const wrong = statuses.find((text) => !/^[1-5][0-9x]{2}$/i.test(text));
  if (wrong !== undefined) {
    throw new UserError('usage', `--retry-on: ${JSON.stringify(wrong)} is not a status such as 429 or 5xx.`);
  }
  if (maxAttempts === 0) throw new UserError('usage', '--max-attempts is at least 1.');
  return { whenDown, retryOn: statuses, maxAttempts, giveUpAfterMs: giveUpAfter };
}
