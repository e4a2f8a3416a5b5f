import { command } from '../cli/command.ts';
import { type Io, stopCode, write } from '../cli/io.ts';
import { withReadableStore } from '../cli/open-store.ts';
import { stylingFor } from '../cli/output-style.ts';
import { stateFolder } from '../cli/paths.ts';
import { readSecret } from '../cli/secrets.ts';
import { writeBytes } from '../cli/write-bytes.ts';
import { rawRequest } from '../format/export/http.ts';
import { inFlags } from '../format/in-flags.ts';
import { outcomeJson, stringifyJson } from '../format/json.ts';
import { outcomeText } from '../format/line.ts';
import { printable } from '../format/printable.ts';
import { bodyOf } from '../model/body.ts';
import { systemClock } from '../model/clock.ts';
import { UserError } from '../model/errors.ts';
import { calledBy } from '../model/request.ts';
import type { SignedDraft, Triggered } from '../operations/trigger.ts';
import type { Draft, DraftContext, DraftInput } from '../operations/trigger-draft.ts';
import type { SignableRequest } from '../providers/request/parsed-request.ts';
import { openPathTokens } from '../state/path-tokens.ts';
import { editedRequest } from './edit-request.ts';
import { type KnownProviders, knownProviders } from './options/providers.ts';
import { type TriggerInvocation, triggerOptions } from './options/trigger.ts';
import { headersFrom, readInput } from './request-input.ts';
import { runningListener } from './running-listener.ts';

export const triggerCommand = command({
  arguments: [
    { name: 'provider', help: 'provider to send as' },
    { name: 'event', help: 'event to send, such as charge.succeeded' },
  ],
  options: triggerOptions,
  examples: [
    'webhook-cli trigger stripe charge.succeeded --secret env:STRIPE_WEBHOOK_SECRET',
    'webhook-cli trigger github push --to 3000 --path /webhooks --unsigned',
    'webhook-cli trigger --list stripe',
    'webhook-cli trigger --from @ --set data.object.amount=500',
  ],
  run: (invocation) => (invocation.options.list ? listEvents(invocation) : trigger(invocation)),
});

async function listEvents({ args, options, io }: TriggerInvocation): Promise<number> {
  const { sampleEvents } = await import('../operations/sample-events.ts');
  for await (const { provider, events } of sampleEvents(args[0])) {
    const line = options.json
      ? stringifyJson({ provider, events })
      : `${provider}\n${events.map((event) => `  ${event}\n`).join('')}`;
    await write(io.stdout, `${line}\n`);
  }
  return 0;
}

async function trigger(invocation: TriggerInvocation): Promise<number> {
  const { args, options, io } = invocation;
  refuseConflicts(invocation);
  const known = await knownProviders(invocation, args[0]);
  const { sendDraft, signDraft } = await import('../operations/trigger.ts');
  const draft = await draftOf(invocation, known);
  const request = options.edit && !draft.fault ? await editedRequest(draft.request, io) : draft.request;
  if (io.signal.aborted) return stopCode(io.signal);
  if (!request) {
    io.stderr.write('webhook-cli: the file is empty, so nothing is sent.\n');
    return 0;
  }
  const key = options.key === undefined ? undefined : readSecret(options.key, '--key', io);
  const context = { loadAssessor: async () => known.assessor(), clock: systemClock };
  const signed = await signDraft(context, { ...draft, request }, { key, unsigned: options.unsigned });
  warnOfObstacle(signed, io);
  if (options.dryRun && signed.fault === undefined) return writeRaw(signed.request, options.raw, io);
  const { timeout: timeoutMs, insecure } = options;
  const triggered = await sendDraft(signed, { timeoutMs, insecure, signal: io.signal });
  await report(triggered, invocation);
  if (triggered.outcome.type === 'failed') return 1;
  return options.fail && triggered.outcome.response.status >= 400 ? 1 : 0;
}

function refuseConflicts({ args, options }: TriggerInvocation): void {
  if (options.raw && !options.dryRun) {
    throw new UserError('usage', '--raw requires --dry-run.', 'Without --dry-run, the request is sent.');
  }
  if (options.from !== undefined && args[1] !== undefined) {
    throw new UserError('usage', 'An event cannot be combined with --from.', 'Use one of them.');
  }
}

/** Drafts the request that the arguments and options describe. */
async function draftOf(invocation: TriggerInvocation, known: KnownProviders): Promise<Draft> {
  const { args, options, io } = invocation;
  const [provider, event] = args;
  const { to, path, project, set: settings } = options;
  const { draftRequest } = await import('../operations/trigger-draft.ts');
  const context: DraftContext = {
    loadAssessor: async () => known.assessor(),
    listenerUrl: async () => {
      const { urls } = await runningListener(options, io);
      return urls.publicUrl ?? urls.localUrl;
    },
    pathTokenOf: openPathTokens(stateFolder(io.env)).of,
    clock: systemClock,
  };
  const body = options.body === undefined ? undefined : await readInput(options.body, '--body', io);
  const headers = headersFrom(options.header ?? []);
  const input: DraftInput = { provider, event, to, path, body, settings, headers };
  const { from: ref } = options;
  if (ref === undefined) return draftRequest(context, input);
  const { showRequest } = await import('../operations/show.ts');
  return withReadableStore(invocation, async (store) =>
    draftRequest(context, { ...input, from: showRequest({ store }, { ref, project }) }),
  );
}

/** Prints why a request has no signature; providers that never sign are not expected to. */
function warnOfObstacle({ obstacle, provider }: SignedDraft, { stderr }: Io): void {
  if (!obstacle || provider?.scheme.needs === 'nothing') return;
  const { why, hint } = obstacle;
  const sentences = [`${why}.`, ...(hint ? [inFlags(hint)] : [])];
  stderr.write(`webhook-cli: not signed: ${printable(sentences.join(' '))}\n`);
}

async function report(
  { provider, request, event, eventId, fault, outcome, ms }: Triggered,
  { options, io }: TriggerInvocation,
): Promise<void> {
  const name = provider?.name ?? null;
  if (options.json) {
    const { url } = request;
    const sent = {
      provider: name,
      event: event ?? null,
      eventId: eventId ?? null,
      url,
      ms,
      ...outcomeJson(outcome),
    };
    await write(io.stdout, `${stringifyJson(sent)}\n`);
    return;
  }
  const styling = stylingFor(io.stdout, io.env);
  const what = printable([name, event, eventId].filter(Boolean).join(' '));
  if (fault !== undefined && outcome.type === 'failed')
    io.stderr.write(`webhook-cli: ${printable(outcome.message)}\n`);
  const why = outcome.type === 'failed' ? `  ${styling.paint('dim', printable(outcome.message))}` : '';
  await write(
    io.stdout,
    `${outcomeText(outcome, ms, styling)}  ${what} ${styling.symbols.arrow} ${printable(request.url)}${why}\n`,
  );
}

async function writeRaw(
  { method, url, headers, body }: SignableRequest,
  exact: boolean | undefined,
  io: Io,
): Promise<number> {
  const { requestTarget } = calledBy(url);
  const written = { method, requestTarget, httpVersion: '1.1', headers, body: bodyOf(body) };
  await writeBytes(rawRequest(written), io, { exact });
  return 0;
}
