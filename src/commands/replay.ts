import { command, commonOptions, type Invocation, refsOfProject } from '../cli/command.ts';
import { type Io, stopCode, write } from '../cli/io.ts';
import { withExistingStore } from '../cli/open-store.ts';
import { stylingFor } from '../cli/output-style.ts';
import { readLines } from '../cli/read-stdin.ts';
import { readSecret } from '../cli/secrets.ts';
import { attemptJson, stringifyJson } from '../format/json.ts';
import { attemptLine } from '../format/line.ts';
import { printable } from '../format/printable.ts';
import { limitText } from '../format/time.ts';
import type { Attempt, SentRequest } from '../model/attempt.ts';
import { UserError } from '../model/errors.ts';
import type { CapturedRequest } from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import { parseTarget, type Target } from '../model/target.ts';
import type { Replayable } from '../session/delivery/replay.ts';
import type { Store } from '../store/store.ts';
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
    default: 'the target it was last forwarded to',
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
  run: (invocation) =>
    withExistingStore(invocation, async (store) => {
      const { args, io } = invocation;
      const refs = args.includes('-')
        ? [...args.filter((ref) => ref !== '-'), ...(await readLines(io))]
        : args;
      return replayAll(store, refs, invocation);
    }),
});

/** Attempts that may wait to be recorded while others are sent. */
const unrecordedInAll = 128;

/** From this many refs on, indexing all ids costs less than finding each one. */
const manyRefs = 50;

async function replayAll(store: Store, refs: readonly string[], invocation: Given): Promise<number> {
  const { options, io } = invocation;
  if (refs.length === 0) {
    throw new UserError('usage', 'Nothing to replay: stdin has no refs.');
  }
  const { openReplayer, replayableAt } = await import('../session/delivery/replay.ts');
  const to = options.to === undefined ? undefined : parseTarget(options.to);
  if (refs.length >= manyRefs) await store.indexIds();
  // An unknown ref is an error before anything is sent.
  const seqs = refs.map((ref) => store.resolve(ref, options.project));
  const concurrency = options.concurrency ?? defaultConcurrency;
  if (concurrency < 1) throw new UserError('usage', '--concurrency must be at least 1.');
  if (!options.resign) refuseSigningOptions(options);
  const edit = options.resign ? await resigner(invocation) : undefined;
  warnOfRefused(store, seqs, io);
  if (!options.resign) await warnOfOld(store, seqs, io);
  const targetOf = await defaultTargets(store, to === undefined, invocation);
  const replayer = openReplayer(store, sendingOf(options, io), io.signal);
  const report = reporter(options, io);
  const mostUnrecorded = Math.ceil(unrecordedInAll / concurrency);
  const unrecordable: unknown[] = [];
  let next = 0;
  let worst = 0;

  /** Nothing more is sent once an attempt could not be recorded. */
  async function told(recorded: Promise<Attempt>): Promise<void> {
    try {
      const attempt = await recorded;
      worst = Math.max(worst, exitCodeFor(attempt, options.fail ?? false));
      await report(attempt);
    } catch (error) {
      unrecordable.push(error);
    }
  }

  /** One after the other; the next is sent while those before it are being recorded. */
  async function replayNext(): Promise<void> {
    const telling: Promise<void>[] = [];
    while (next < seqs.length && !io.signal.aborted && unrecordable.length === 0) {
      const replayable = replayableAt(store, seqs[next++]!);
      const where = to ?? targetOf(replayable);
      const { recorded } = await replayer.replay(replayable, where, edit?.(replayable.request));
      telling.push(told(recorded));
      if (telling.length > mostUnrecorded) await telling.shift();
    }
    await Promise.all(telling);
  }

  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, seqs.length) }, replayNext));
  } finally {
    await replayer.close();
  }
  if (unrecordable.length > 0) throw notRecorded(unrecordable);
  return io.signal.aborted ? stopCode(io.signal) : worst;
}

/**
 * The target of a request without --to: the one it was last forwarded to. A new signature goes only to a target of a
 * running listen, because anybody may have written a target into the database.
 */
async function defaultTargets(
  store: Store,
  isWanted: boolean,
  { options, io }: Given,
): Promise<(replayable: Replayable) => Target> {
  const { replayTarget } = await import('../session/delivery/replay.ts');
  if (!options.resign || !isWanted) return (replayable) => replayTarget(store, replayable);
  const { urls } = await runningListener(options, io);
  return (replayable) => {
    const before = store.latestTarget(replayable.seq);
    const href = before !== undefined && urls.targets.includes(before) ? before : urls.defaultTarget;
    if (href !== null) return parseTarget(href);
    throw new UserError(
      'usage',
      `The running listen does not forward ${replayable.request.id}, so there is no target to replay it to.`,
      'Use --to, such as --to 3000.',
    );
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

/** Signs a request again, as of now. */
async function resigner(invocation: Given): Promise<(request: CapturedRequest) => SentRequest> {
  const { options, io } = invocation;
  const { newId, url } = options;
  const known = await knownProviders(invocation, options.provider);
  const { resigned } = await import('../session/resign.ts');
  const assessor = known.assessor();
  const provider = options.provider === undefined ? undefined : known.named(options.provider);
  const key = options.key === undefined ? undefined : readSecret(options.key, '--key', io);
  return (request) => resigned(request, assessor, Date.now(), { provider, newId, key, url });
}

/** Warns about requests that were refused when they arrived: a replay sends them anyway. */
function warnOfRefused(store: Store, seqs: readonly Seq[], { stderr }: Io): void {
  const refused = [...new Set(seqs)].flatMap((seq) => {
    const refusal = store.refusal(seq);
    return refusal === null ? [] : [{ seq, refusal }];
  });
  const [first, ...others] = refused;
  if (!first) return;
  const reasons = [...new Set(refused.map(({ refusal }) => printable(refusal)))].join(', ');
  const what =
    others.length === 0
      ? `${store.summary(first.seq)?.id} was refused when it arrived (${reasons}); replaying it anyway.`
      : `${refused.length} of these were refused when they arrived (${reasons}); replaying them anyway.`;
  stderr.write(`webhook-cli: ${what}\n`);
}

/** Warns about requests whose signature the target will find too old. */
async function warnOfOld(store: Store, seqs: readonly Seq[], { stderr }: Io): Promise<void> {
  const known = seqs.flatMap((seq) => {
    const provider = store.classification(seq)?.provider ?? null;
    return provider === null ? [] : [{ seq, provider }];
  });
  if (known.length === 0) return;
  const { expiredSignatures } = await import('../session/expired-signatures.ts');
  const old = expiredSignatures(store, known, Date.now());
  if (!old) return;
  const { count, provider, toleranceMs } = old;
  const which = seqs.length === 1 ? 'It was' : `${count} of ${seqs.length} were`;
  stderr.write(
    `webhook-cli: ${which} signed longer ago than the ${limitText(toleranceMs)} that ${printable(provider)} allows: ` +
      'the signature will be rejected as too old. Use --resign to sign again.\n',
  );
}

/** The first failure and the number of others. */
function notRecorded([first, ...others]: readonly unknown[]): unknown {
  if (!(first instanceof UserError) || others.length === 0) return first;
  const more = `${others.length} more were sent but not recorded.`;
  return new UserError(first.code, `${first.message} ${more}`, first.hint, { cause: first });
}

function exitCodeFor({ outcome }: Attempt, fail: boolean): number {
  if (outcome.type === 'failed') return 1;
  return fail && outcome.response.status >= 400 ? 1 : 0;
}

function reporter({ json }: Options, { stdout, env }: Io) {
  const styling = stylingFor(stdout, env);
  return (attempt: Attempt) =>
    write(stdout, `${json ? stringifyJson(attemptJson(attempt)) : attemptLine(attempt, styling)}\n`);
}
