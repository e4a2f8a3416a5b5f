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
import type { Replayable } from '../session/replay.ts';
import type { Store } from '../store/store.ts';
import { sendingOf, sendingOptions } from './options/client.ts';
import { knownProviders, providerOptions } from './options/providers.ts';
import { runningListener } from './running-listener.ts';

const options = {
  to: {
    type: 'string',
    short: 't',
    value: 'target',
    help: 'where to',
    default: 'the target it was last forwarded to',
    flagOnly: true,
  },
  fail: { type: 'boolean', help: 'exit with 1 on a status of 400 or more, too', flagOnly: true },
  concurrency: {
    type: 'count',
    short: 'c',
    help: 'how many at once',
    default: '1, in order',
    flagOnly: true,
  },
  resign: {
    type: 'boolean',
    help: 'sign it anew, as its provider would now: a fresh timestamp and signature',
    flagOnly: true,
  },
  newId: {
    type: 'boolean',
    help: 'with --resign: a fresh delivery id, so that it is no redelivery',
    flagOnly: true,
  },
  key: {
    type: 'string',
    value: 'env:NAME',
    help: 'with --resign: a private test key of your own, where the vendor alone has the real one',
    flagOnly: true,
  },
  provider: {
    type: 'string',
    value: 'name',
    help: 'with --resign: who sends it, where that is not to be found out',
    flagOnly: true,
  },
  url: {
    type: 'string',
    value: 'url',
    help: 'with --resign: the address that is signed',
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
      help: 'ids, their first characters, @, @~1; - reads them from stdin',
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

/** So many answers may wait to be recorded while others are sent. */
const unrecordedInAll = 128;

/** From so many on, indexing all ids costs less than looking for each. */
const manyRefs = 50;

async function replayAll(store: Store, refs: readonly string[], invocation: Given): Promise<number> {
  const { options, io } = invocation;
  if (refs.length === 0) {
    throw new UserError('usage', 'There is nothing to replay: no ref came from stdin.');
  }
  const { openReplayer, replayableAt } = await import('../session/replay.ts');
  const to = options.to === undefined ? undefined : parseTarget(options.to);
  if (refs.length >= manyRefs) await store.indexIds();
  // A ref that names nothing is found out before anything is sent.
  const seqs = refs.map((ref) => store.resolve(ref, options.project));
  const concurrency = options.concurrency ?? 1;
  if (concurrency < 1) throw new UserError('usage', '--concurrency is at least 1.');
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

  /** Nothing more is sent once it is known that it could not be recorded. */
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
 * Where a request goes without --to: where it went before. With a new signature only to a target of a listen that runs:
 * what stands in a database may be anybody's.
 */
async function defaultTargets(
  store: Store,
  isWanted: boolean,
  { options, io }: Given,
): Promise<(replayable: Replayable) => Target> {
  const { replayTarget } = await import('../session/replay.ts');
  if (!options.resign || !isWanted) return (replayable) => replayTarget(store, replayable);
  const { urls } = await runningListener(options, io);
  return (replayable) => {
    const before = store.latestTarget(replayable.seq);
    const href = before !== undefined && urls.targets.includes(before) ? before : urls.defaultTarget;
    if (href !== null) return parseTarget(href);
    throw new UserError(
      'usage',
      `The listen that is running forwards ${replayable.request.id} nowhere, so there is no target to replay it to.`,
      'Name one with --to, such as --to 3000.',
    );
  };
}

/** They would be without effect. */
function refuseSigningOptions({ newId, key, provider, url }: Options): void {
  const given = { '--new-id': newId, '--key': key, '--provider': provider, '--url': url };
  for (const [flag, value] of Object.entries(given)) {
    if (value === undefined || value === false) continue;
    throw new UserError(
      'usage',
      `${flag} goes with --resign alone.`,
      'Without it, a request is sent as it was recorded.',
    );
  }
}

/** What is sent in place of a request: the same, signed now. */
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

/** Says which of these were refused when they arrived: a replay by hand sends them all the same. */
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

/** Says that the verifier of a target will find some of these too old. */
async function warnOfOld(store: Store, seqs: readonly Seq[], { stderr }: Io): Promise<void> {
  const known = seqs.flatMap((seq) => {
    const provider = store.facts(seq)?.provider ?? null;
    return provider === null ? [] : [{ seq, provider }];
  });
  if (known.length === 0) return;
  const { tooOldNow } = await import('../session/too-old.ts');
  const old = tooOldNow(store, known, Date.now());
  if (!old) return;
  const { count, provider, toleranceMs } = old;
  const which = seqs.length === 1 ? 'It was' : `${count} of ${seqs.length} were`;
  stderr.write(
    `webhook-cli: ${which} signed longer ago than the ${limitText(toleranceMs)} that ${printable(provider)} allows, ` +
      'so a verifier refuses that. --resign signs anew.\n',
  );
}

/** The first failure, and how many there were besides. */
function notRecorded([first, ...others]: readonly unknown[]): unknown {
  if (!(first instanceof UserError) || others.length === 0) return first;
  const more = `${others.length} more were sent, too, and not recorded.`;
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
