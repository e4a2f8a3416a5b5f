import { command, commonOptions, type Invocation, refsOfProject } from '../cli/command.ts';
import { type Io, write } from '../cli/io.ts';
import { withExistingStore } from '../cli/open-store.ts';
import { stringifyJson } from '../format/json.ts';
import { printable } from '../format/printable.ts';
import { bodyOf } from '../model/body.ts';
import { exitCodes, UserError } from '../model/errors.ts';
import { newId } from '../model/id.ts';
import { arrivalOf, type CapturedRequest, calledBy, captured, type RequestRecord } from '../model/request.ts';
import type { Provider } from '../providers/core/provider.ts';
import type { Report } from '../session/verify.ts';
import { type KnownProviders, knownProviders, providerOptions } from './options/providers.ts';
import { headersFrom, readInput } from './request-input.ts';
import { reportJson, reportText } from './verify-report.ts';

const options = {
  provider: {
    type: 'string',
    value: 'name',
    help: 'provider to verify as',
    default: 'detected',
    flagOnly: true,
  },
  payload: {
    type: 'string',
    value: 'file',
    help: 'verify the body in this file (- is stdin) instead of a recorded request',
    flagOnly: true,
  },
  header: {
    type: 'string',
    short: 'H',
    value: 'name: value',
    help: 'with --payload: a header of the request (repeatable)',
    many: true,
    flagOnly: true,
  },
  method: {
    type: 'string',
    short: 'X',
    value: 'method',
    help: 'with --payload: method of the request',
    default: 'POST',
    flagOnly: true,
  },
  url: {
    type: 'string',
    value: 'url',
    help: 'set the URL that the sender called, for providers that sign it',
    flagOnly: true,
  },
  at: {
    type: 'string',
    value: 'time',
    help: 'verify as of this time, for signatures with a time limit',
    default: 'when it arrived, or now',
    flagOnly: true,
  },
  ...providerOptions,
  ...refsOfProject,
  ...commonOptions,
} as const;

type Given = Invocation<typeof options>;
type Options = Given['options'];

export const verifyCommand = command({
  arguments: [{ name: 'ref', help: 'request ids or prefixes, @ for the latest', many: true }],
  options,
  examples: [
    'webhook-cli verify @ --secret stripe=env:STRIPE_WEBHOOK_SECRET',
    'webhook-cli verify @ --provider hmac --provider-option header=X-Signature',
  ],
  run,
});

async function run(invocation: Given): Promise<number> {
  const { args, options, io } = invocation;
  const known = await knownProviders(invocation, options.provider);
  const provider = options.provider === undefined ? undefined : known.named(options.provider);
  if (options.url !== undefined && !URL.canParse(options.url)) {
    throw new UserError(
      'usage',
      `--url: ${printable(JSON.stringify(options.url))} is not a valid URL.`,
      'Example: https://example.com/hooks, as registered with the provider.',
    );
  }
  if (options.payload === undefined) return verifyRecorded(invocation, known, provider);
  if (args.length > 0) {
    throw new UserError('usage', 'A ref cannot be combined with --payload.', 'Use one of them.');
  }
  const request = await requestFrom(options, options.payload, io);
  return verifyAll([{ request }], invocation, known, provider);
}

async function verifyRecorded(
  invocation: Given,
  known: KnownProviders,
  provider: Provider | undefined,
): Promise<number> {
  const { args, options, io, flags } = invocation;
  if (options.header || options.method !== undefined) {
    throw new UserError(
      'usage',
      '--header and --method require --payload.',
      'A recorded request has its own.',
    );
  }
  const refs = args.length === 0 ? ['@'] : args;
  return withExistingStore({ options, flags, io }, async (store) => {
    const subjects = refs.map((ref) => {
      const record = store.record(store.resolve(ref, options.project));
      if (!record) throw new UserError('not-found', `Request ${ref} was just deleted.`);
      return { request: record.request, attempts: record.attempts };
    });
    return verifyAll(subjects, invocation, known, provider);
  });
}

interface Subject {
  readonly request: CapturedRequest;
  /** Its attempts; absent if it is not recorded. */
  readonly attempts?: RequestRecord['attempts'];
}

async function verifyAll(
  subjects: readonly Subject[],
  { options, io }: Given,
  known: KnownProviders,
  provider: Provider | undefined,
): Promise<number> {
  const { verifyRequest } = await import('../session/verify.ts');
  const assessor = known.assessor();
  const at = options.at === undefined ? undefined : momentOf(options.at);
  let worst: number = exitCodes.done;
  for (const { request, attempts } of subjects) {
    const now = at ?? request.receivedAt;
    const { url } = options;
    const report = await verifyRequest(request, assessor, {
      provider,
      url,
      now,
      attempts,
      network: io.signal,
    });
    worst = Math.max(worst, exitCodeFor(report));
    const id = attempts ? request.id : null;
    await write(
      io.stdout,
      options.json
        ? `${stringifyJson(reportJson(report, id))}\n`
        : reportText(report, { id, knowsUrl: attempts !== undefined || url !== undefined }, io),
    );
  }
  return worst;
}

function exitCodeFor({ verdict }: Report): number {
  if (verdict.result === 'valid') return exitCodes.done;
  const isMissing =
    verdict.code === 'no-secret' || verdict.code === 'bad-secret' || verdict.code === 'no-option';
  return isMissing ? exitCodes.secretMissing : exitCodes.assertion;
}

function momentOf(text: string): number {
  const moment = /^\d{10}$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  if (!Number.isNaN(moment)) return moment;
  throw new UserError(
    'usage',
    `--at: ${JSON.stringify(text)} is not a valid time.`,
    'Example: 2026-01-31T10:00:00Z.',
  );
}

async function requestFrom(options: Options, payload: string, io: Io): Promise<CapturedRequest> {
  const arrival = arrivalOf({
    method: options.method ?? 'POST',
    ...calledBy(options.url ?? 'http://localhost/'),
    headers: headersFrom(options.header ?? []),
    body: bodyOf(await readInput(payload, '--payload', io)),
    receivedAt: Date.now(),
  });
  return captured(arrival, newId(), '');
}
