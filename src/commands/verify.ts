import { senderText, signatureText } from '../format/facts.ts';
import { stringifyJson } from '../format/json.ts';
import { printable } from '../format/printable.ts';
import { bodyOf } from '../model/body.ts';
import { exitCodes, UserError } from '../model/errors.ts';
import { newId } from '../model/id.ts';
import { type CapturedRequest, calledBy, type RequestRecord } from '../model/request.ts';
import type { Provider } from '../providers/provider.ts';
import type { Verdict } from '../providers/verdict.ts';
import type { Report } from '../session/verify.ts';
import { command, commonOptions, type Invocation, lookAtNamed } from './command.ts';
import { headersFrom, readInput } from './given-request.ts';
import { type Io, write } from './io.ts';
import { withExistingStore } from './open-store.ts';
import { type KnownProviders, knownProviders, providerOptions, secretVariable } from './provider-options.ts';
import { stylingFor } from './styling.ts';

const options = {
  provider: {
    type: 'string',
    value: 'name',
    help: 'who sent it, where that is not to be found out',
    flagOnly: true,
  },
  payload: {
    type: 'string',
    value: 'file',
    help: 'verify the body in this file (- is stdin), nothing recorded',
    flagOnly: true,
  },
  header: {
    type: 'string',
    short: 'H',
    value: 'name: value',
    help: 'with --payload: a header it came with (repeatable)',
    many: true,
    flagOnly: true,
  },
  method: {
    type: 'string',
    short: 'X',
    value: 'method',
    help: 'with --payload: the method',
    default: 'POST',
    flagOnly: true,
  },
  url: {
    type: 'string',
    value: 'url',
    help: 'the address that the sender called, for schemes that sign it',
    flagOnly: true,
  },
  at: {
    type: 'string',
    value: 'time',
    help: 'as of this moment, for schemes with a time limit',
    default: 'when it arrived, or now',
    flagOnly: true,
  },
  ...providerOptions,
  ...lookAtNamed,
  ...commonOptions,
} as const;

type Given = Invocation<typeof options>;
type Options = Given['options'];

export const verifyCommand = command({
  arguments: [{ name: 'ref', help: 'ids, their first characters, @ for the latest', many: true }],
  options,
  examples: [
    'webhook-cli verify @ --secret stripe=env:STRIPE_WEBHOOK_SECRET',
    'webhook-cli verify --provider hmac --option header=X-Sig --payload body.bin',
  ],
  run,
});

async function run(invocation: Given): Promise<number> {
  const { args, options, io } = invocation;
  const known = await knownProviders(options, io, options.provider);
  const provider = options.provider === undefined ? undefined : known.named(options.provider);
  if (options.url !== undefined && !URL.canParse(options.url)) {
    throw new UserError(
      'usage',
      `--url: ${printable(JSON.stringify(options.url))} is no address.`,
      'Such as https://example.com/hooks, as it is registered with the vendor.',
    );
  }
  if (options.payload === undefined) return verifyRecorded(invocation, known, provider);
  if (args.length > 0) {
    throw new UserError('usage', 'There are both a ref and --payload.', 'Give one of them.');
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
      '--header and --method go with --payload alone.',
      'A recorded request has its own.',
    );
  }
  const refs = args.length === 0 ? ['@'] : args;
  return withExistingStore({ options, flags, io }, async (store) => {
    const subjects = refs.map((ref) => {
      const record = store.record(store.resolve(ref, options.name));
      if (!record) throw new UserError('not-found', `The request ${ref} was deleted a moment ago.`);
      return { request: record.request, attempts: record.attempts };
    });
    return verifyAll(subjects, invocation, known, provider);
  });
}

interface Subject {
  readonly request: CapturedRequest;
  /** What became of it; absent for one that is not recorded. */
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

function reportJson({ provider, facts, verdict, finding }: Report, id: string | null) {
  return {
    requestId: id,
    provider: provider?.name ?? null,
    event: facts.event,
    deliveryId: facts.deliveryId,
    result: verdict.result,
    code: verdict.code,
    reason: verdict.reason,
    finding: finding ?? null,
  };
}

interface Known {
  readonly id: string | null;
  /** Whether the address is known that the sender called. */
  readonly knowsUrl: boolean;
}

/** The verdict on a line, and below it what explains it, or what to do. */
function reportText(report: Report, { id, knowsUrl }: Known, { stdout, env }: Io): string {
  const { facts, verdict, finding } = report;
  const { paint, symbols } = stylingFor(stdout, env);
  const { mark, text, tone } = signatureText(verdict);
  const words =
    mark === 'ok' ? text : `${mark === 'bad' ? badText(verdict) : text}: ${printable(verdict.reason ?? '')}`;
  const head = [
    paint(tone, mark === 'none' ? words : `${symbols[mark]} ${words}`),
    ...(facts.provider === null ? [] : [senderText(facts)]),
    ...(id === null ? [] : [paint('dim', id)]),
  ].join('  ');
  const below = finding ? [finding.message, ...finding.hint.split('\n')] : adviceOn(report, knowsUrl);
  return `${head}\n${below.map((line) => `  ${printable(line)}\n`).join('')}`;
}

function badText({ code }: Verdict): string {
  return code === 'too-old' || code === 'in-the-future' ? 'out of time' : 'not genuine';
}

/** What to do where nothing was found that explains it. */
function adviceOn({ provider, verdict }: Report, knowsUrl: boolean): string[] {
  if (verdict.code === 'unknown-provider')
    return ['Name it with --provider; webhook-cli providers lists all.'];
  if (!provider) return [];
  const { name, title, scheme } = provider;
  if (verdict.code === 'no-secret') {
    return [`Give it with --secret ${name}=env:NAME, ${name}=file:PATH or in ${secretVariable(name)}.`];
  }
  if (verdict.code !== 'mismatch') return [];
  return scheme.signsUrl && !knowsUrl && name !== 'hmac'
    ? [`${title} signs the address that it called, too: say which with --url.`]
    : [
        'No change of body, address or secret that was tried makes it hold: it is another secret, or another text.',
      ];
}

function momentOf(text: string): number {
  const moment = /^\d{10}$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  if (!Number.isNaN(moment)) return moment;
  throw new UserError(
    'usage',
    `--at: ${JSON.stringify(text)} is no moment.`,
    'Such as 2026-01-31T10:00:00Z.',
  );
}

async function requestFrom(options: Options, payload: string, io: Io): Promise<CapturedRequest> {
  return {
    id: newId(),
    name: '',
    receivedAt: Date.now(),
    ms: 0,
    method: options.method ?? 'POST',
    ...calledBy(options.url ?? 'http://localhost/'),
    httpVersion: '1.1',
    headers: headersFrom(options.header ?? []),
    trailers: [],
    body: bodyOf(await readInput(payload, '--payload', io)),
    remoteAddress: '',
    state: 'complete',
  };
}
