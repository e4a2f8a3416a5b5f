import { command, commonOptions, type Invocation, refsOfProject } from '../cli/command.ts';
import { stopCode } from '../cli/io.ts';
import { withExistingStore } from '../cli/open-store.ts';
import { readLines } from '../cli/read-stdin.ts';
import { readSecret } from '../cli/secrets.ts';
import { printable } from '../format/printable.ts';
import { targetName } from '../format/target-name.ts';
import { limitText } from '../format/time.ts';
import type { Attempt } from '../model/attempt.ts';
import { UserError } from '../model/errors.ts';
import type { ReplayContext, ReplayInput, ReplayWarning } from '../operations/replay.ts';
import type { Store } from '../store/store.ts';
import { attemptPrinter } from './attempt-printer.ts';
import { sendingOf, sendingOptions } from './options/client.ts';
import { knownProviders, providerOptions } from './options/providers.ts';
import { runningListener } from './running-listener.ts';

/** One after the other, in the order given. */
const defaultConcurrency = 1;

const options = {
  to: {
    type: 'string',
    short: 't',
    value: 'target',
    help: 'send to this target: 3000, :3000/hooks, http://host/base',
    default: 'the target it is held for or was last forwarded to',
    flagOnly: true,
  },
  fail: { type: 'boolean', help: 'exit with code 1 on a response status of 400 or more', flagOnly: true },
  concurrency: {
    type: 'count',
    short: 'c',
    help: 'number of requests in parallel; 1: in order',
    default: defaultConcurrency,
    flagOnly: true,
  },
  resign: {
    type: 'boolean',
    help: 'sign again with a fresh timestamp, as the provider would now',
    flagOnly: true,
  },
  newId: {
    type: 'boolean',
    help: 'with --resign: use a new event id, so that it is not a redelivery',
    flagOnly: true,
  },
  key: {
    type: 'string',
    value: 'env:NAME',
    help: 'with --resign: private test key, for providers whose real key only they have',
    flagOnly: true,
  },
  provider: {
    type: 'string',
    value: 'name',
    help: 'with --resign: provider to sign as',
    default: 'detected',
    flagOnly: true,
  },
  url: {
    type: 'string',
    value: 'url',
    help: 'with --resign: URL to sign',
    default: 'the one that was called',
    flagOnly: true,
  },
  ...providerOptions,
  ...refsOfProject,
  ...sendingOptions,
  ...commonOptions,
} as const;

type Given = Invocation<typeof options>;
type Options = Given['options'];

export const replayCommand = command({
  arguments: [
    {
      name: 'ref',
      help: 'request ids or prefixes, @ for the latest, @~1; - reads them from stdin',
      required: true,
      many: true,
    },
  ],
  options,
  examples: [
    'webhook-cli replay @',
    'webhook-cli replay k7m h2n --to 4000 --fail',
    'webhook-cli replay @ --resign --secret stripe=env:STRIPE_WEBHOOK_SECRET',
  ],
  run: (invocation) => withExistingStore(invocation, (store) => replay(store, invocation)),
});

async function replay(store: Store, invocation: Given): Promise<number> {
  const { options, io } = invocation;
  const { concurrency = defaultConcurrency, fail = false } = options;
  if (concurrency < 1) throw new UserError('usage', '--concurrency must be at least 1.');
  if (!options.resign) refuseSigningOptions(options);
  const refs = await refsOf(invocation);
  const { planReplay, runReplay } = await import('../operations/replay.ts');
  const { openAttemptContext } = await import('../delivery/attempt.ts');
  const attempts = openAttemptContext(store, sendingOf(options, io), io.signal);
  const print = attemptPrinter(options, io);
  let exitCode = 0;
  try {
    const { context, input } = await replayOf(attempts, refs, invocation);
    const plan = await planReplay(context, input);
    for (const warning of plan.warnings)
      io.stderr.write(`webhook-cli: ${warningText(warning, refs.length)}\n`);
    await runReplay(context, plan, {
      concurrency,
      signal: io.signal,
      async onAttempt(attempt, { seq }) {
        exitCode = Math.max(exitCode, exitCodeFor(attempt, fail));
        const standings = store.standings(seq, Date.now());
        await print(
          attempt,
          standings.find(({ target }) => target === attempt.target),
        );
      },
    });
  } finally {
    await attempts.close();
  }
  return io.signal.aborted ? stopCode(io.signal) : exitCode;
}

async function refsOf({ args, io }: Given): Promise<readonly string[]> {
  if (!args.includes('-')) return args;
  const refs = [...args.filter((ref) => ref !== '-'), ...(await readLines(io))];
  if (refs.length > 0) return refs;
  throw new UserError('usage', 'Nothing to replay: stdin has no refs.');
}

/** The replay that the options mean. Rejects with a UserError if a secret or the key is missing. */
async function replayOf(
  attempts: Omit<ReplayContext, 'loadAssessor' | 'forwardedTargets'>,
  refs: readonly string[],
  invocation: Given,
): Promise<{ readonly context: ReplayContext; readonly input: ReplayInput }> {
  const { options, io } = invocation;
  const { to, project, provider, newId, url } = options;
  const known = options.resign ? await knownProviders(invocation, provider) : undefined;
  const key = options.key === undefined ? undefined : readSecret(options.key, '--key', io);
  const resign = known && {
    provider: provider === undefined ? undefined : known.named(provider),
    newId,
    key,
    url,
  };
  return {
    context: {
      ...attempts,
      loadAssessor: async () => known!.assessor(),
      forwardedTargets: async () => (await runningListener(options, io)).urls,
    },
    input: { refs, project, to, resign },
  };
}

/** Throws a UserError for options that have no effect without --resign. */
function refuseSigningOptions({ newId, key, provider, url }: Options): void {
  const given = { '--new-id': newId, '--key': key, '--provider': provider, '--url': url };
  for (const [flag, value] of Object.entries(given)) {
    if (value === undefined || value === false) continue;
    throw new UserError(
      'usage',
      `${flag} requires --resign.`,
      'Without --resign, a request is sent as it was recorded.',
    );
  }
}

function warningText(warning: ReplayWarning, requestCount: number): string {
  if (warning.type === 'refused') {
    const { ids, reasons } = warning;
    const why = reasons.map(printable).join(', ');
    return ids.length === 1
      ? `${ids[0]} was refused when it arrived (${why}); replaying it anyway.`
      : `${ids.length} of these were refused when they arrived (${why}); replaying them anyway.`;
  }
  if (warning.type === 'held') {
    const { ids, targets } = warning;
    const names = targets.map(targetName).join(', ');
    return ids.length === 1
      ? `${ids[0]} is held for ${names}, so it is sent there.`
      : `${ids.length} of these are held, so they are sent to the target that each is held for: ${names}.`;
  }
  const { count, provider, toleranceMs } = warning;
  const which = requestCount === 1 ? 'It was' : `${count} of ${requestCount} were`;
  return (
    `${which} signed longer ago than the ${limitText(toleranceMs)} that ${printable(provider)} allows: ` +
    'the signature will be rejected as too old. Use --resign to sign again.'
  );
}

function exitCodeFor({ outcome }: Attempt, fail: boolean): number {
  if (outcome.type === 'failed') return 1;
  return fail && outcome.response.status >= 400 ? 1 : 0;
}
