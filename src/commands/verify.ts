import { command, commonOptions, type Invocation, refsOfProject } from '../cli/command.ts';
import { write } from '../cli/io.ts';
import { withReadableStore } from '../cli/open-store.ts';
import { stringifyJson } from '../format/json.ts';
import { printable } from '../format/printable.ts';
import { systemClock } from '../model/clock.ts';
import { exitCodes, UserError } from '../model/errors.ts';
import type { Report } from '../operations/verify.ts';
import type { Provider } from '../providers/core/provider.ts';
import { type KnownProviders, knownProviders, providerOptions } from './options/providers.ts';
import { headersFrom, readInput } from './request-input.ts';
import { type ReportedRequest, reportJson, reportText } from './verify-report.ts';

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
  const { args, options } = invocation;
  const known = await knownProviders(invocation, options.provider);
  const provider = options.provider === undefined ? undefined : known.named(options.provider);
  refuseInvalidUrl(options.url);
  if (options.payload === undefined) return verifyRefs(invocation, known, provider);
  if (args.length > 0) {
    throw new UserError('usage', 'A ref cannot be combined with --payload.', 'Use one of them.');
  }
  return verifyPayload(options.payload, invocation, known, provider);
}

function refuseInvalidUrl(url: string | undefined): void {
  if (url === undefined || URL.canParse(url)) return;
  throw new UserError(
    'usage',
    `--url: ${printable(JSON.stringify(url))} is not a valid URL.`,
    'Example: https://example.com/hooks, as registered with the provider.',
  );
}

async function verifyRefs(
  invocation: Given,
  known: KnownProviders,
  provider: Provider | undefined,
): Promise<number> {
  const { args, options, io } = invocation;
  if (options.header || options.method !== undefined) {
    throw new UserError(
      'usage',
      '--header and --method require --payload.',
      'A recorded request has its own.',
    );
  }
  const refs = args.length === 0 ? ['@'] : args;
  const { project, url } = options;
  return withReadableStore(invocation, async (store) => {
    const { verifyRecorded } = await import('../operations/verify.ts');
    const context = { store, loadAssessor: async () => known.assessor() };
    const input = { refs, project, provider, url, at: timeOf(options.at), network: io.signal };
    let exitCode: number = exitCodes.done;
    for await (const { request, report } of verifyRecorded(context, input)) {
      exitCode = Math.max(exitCode, exitCodeFor(report));
      await print(report, { id: request.id, knowsUrl: true }, invocation);
    }
    return exitCode;
  });
}

async function verifyPayload(
  file: string,
  invocation: Given,
  known: KnownProviders,
  provider: Provider | undefined,
): Promise<number> {
  const { options, io } = invocation;
  const { url, method } = options;
  const headers = headersFrom(options.header ?? []);
  const body = await readInput(file, '--payload', io);
  const { requestOfPayload } = await import('../operations/payload.ts');
  const { verifyRequest } = await import('../operations/verify.ts');
  const request = requestOfPayload({ body, headers, method, url }, systemClock);
  const now = timeOf(options.at) ?? request.receivedAt;
  const report = await verifyRequest(request, known.assessor(), { provider, url, now, network: io.signal });
  await print(report, { id: null, knowsUrl: url !== undefined }, invocation);
  return exitCodeFor(report);
}

function print(report: Report, known: ReportedRequest, { options, io }: Given): Promise<void> {
  const text = options.json
    ? `${stringifyJson(reportJson(report, known.id))}\n`
    : reportText(report, known, io);
  return write(io.stdout, text);
}

function exitCodeFor({ verdict }: Report): number {
  if (verdict.result === 'valid') return exitCodes.done;
  const isMissing =
    verdict.code === 'no-secret' || verdict.code === 'bad-secret' || verdict.code === 'no-option';
  return isMissing ? exitCodes.secretMissing : exitCodes.assertion;
}

function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = /^\d{10}$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  if (!Number.isNaN(time)) return time;
  throw new UserError(
    'usage',
    `--at: ${JSON.stringify(text)} is not a valid time.`,
    'Example: 2026-01-31T10:00:00Z.',
  );
}
