import { command } from '../cli/command.ts';
import { type Io, stopCode, write } from '../cli/io.ts';
import { stylingFor } from '../cli/output-style.ts';
import { readSecret } from '../cli/secrets.ts';
import { writeBytes } from '../cli/write-bytes.ts';
import { rawRequest } from '../format/export/http.ts';
import { outcomeJson, stringifyJson } from '../format/json.ts';
import { outcomeText } from '../format/line.ts';
import { printable } from '../format/printable.ts';
import type { Outcome } from '../model/attempt.ts';
import { bodyOf } from '../model/body.ts';
import { elapsedMs } from '../model/elapsed.ts';
import { UserError } from '../model/errors.ts';
import { calledBy } from '../model/request.ts';
import type { Provider } from '../providers/core/provider.ts';
import type { Incoming } from '../providers/request/parsed-request.ts';
import type { Triggered } from '../session/trigger.ts';
import { editedRequest } from './edit-request.ts';
import { type KnownProviders, knownProviders } from './options/providers.ts';
import { type TriggerInvocation, triggerOptions } from './options/trigger.ts';
import { changedBy, drafted, knownSamples } from './trigger-draft.ts';

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
  const { sampleProviders } = await import('../providers/samples/index.ts');
  const names = args.length === 0 ? sampleProviders : args.slice(0, 1);
  for (const name of names) {
    const events = Object.keys(await knownSamples(name));
    const line = options.json
      ? stringifyJson({ provider: name, events })
      : `${name}\n${events.map((event) => `  ${event}\n`).join('')}`;
    await write(io.stdout, `${line}\n`);
  }
  return 0;
}

async function trigger(invocation: TriggerInvocation): Promise<number> {
  const { args, options, io } = invocation;
  if (options.raw && !options.dryRun) {
    throw new UserError('usage', '--raw requires --dry-run.', 'Without --dry-run, the request is sent.');
  }
  const known = await knownProviders(invocation, args[0]);
  const { provider, request, fault } = await drafted(invocation, known);
  if (fault !== undefined) return notSent(request, provider, fault, invocation);
  const draft = await changedBy(request, options, io);
  const changed = options.edit ? await editedRequest(draft, io) : draft;
  if (io.signal.aborted) return stopCode(io.signal);
  if (!changed) {
    io.stderr.write('webhook-cli: the file is empty, so nothing is sent.\n');
    return 0;
  }
  const triggered = await signed(changed, provider, known, invocation);
  if (options.dryRun) return writeRaw(triggered.request, options.raw, io);
  const { sendTriggered } = await import('../session/trigger.ts');
  const { timeout: timeoutMs = 30_000, insecure } = options;
  const started = performance.now();
  const outcome = await sendTriggered(triggered.request, { timeoutMs, insecure, signal: io.signal });
  const ms = elapsedMs(started);
  await report(triggered, provider, { outcome, ms }, invocation);
  if (outcome.type === 'failed') return 1;
  return options.fail && outcome.response.status >= 400 ? 1 : 0;
}

/** Says why a recorded request can't be sent, as for one that was tried. */
async function notSent(
  request: Incoming,
  provider: Provider | undefined,
  fault: string,
  invocation: TriggerInvocation,
): Promise<number> {
  const message = `an HTTP client cannot send this request: ${fault}`;
  const outcome: Outcome = { type: 'failed', code: 'not-sendable', message };
  const triggered = { request, event: undefined, eventId: undefined, obstacle: undefined };
  const { json } = invocation.options;
  if (!json) invocation.io.stderr.write(`webhook-cli: ${printable(message)}\n`);
  await report(triggered, provider, { outcome, ms: 0 }, invocation);
  return 1;
}

async function signed(
  request: Incoming,
  provider: Provider | undefined,
  known: KnownProviders,
  { options, io }: TriggerInvocation,
): Promise<Triggered> {
  const { readyToSend } = await import('../session/trigger.ts');
  const assessor = known.assessor();
  const now = Date.now();
  const key = options.key === undefined ? undefined : readSecret(options.key, '--key', io);
  const triggered = readyToSend(request, provider, assessor, {
    now,
    key,
    unsigned: options.unsigned ?? false,
  });
  // Who never signs is not expected to.
  if (triggered.obstacle && provider?.scheme.needs !== 'nothing') {
    const { why, mend } = triggered.obstacle;
    io.stderr.write(`webhook-cli: not signed: ${printable([`${why}.`, mend].filter(Boolean).join(' '))}\n`);
  }
  return triggered;
}

async function report(
  { request, event, eventId }: Triggered,
  provider: Provider | undefined,
  { outcome, ms }: { readonly outcome: Outcome; readonly ms: number },
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
  const why = outcome.type === 'failed' ? `  ${styling.paint('dim', printable(outcome.message))}` : '';
  await write(
    io.stdout,
    `${outcomeText(outcome, ms, styling)}  ${what} ${styling.symbols.arrow} ${printable(request.url)}${why}\n`,
  );
}

async function writeRaw(
  { method, url, headers, body }: Incoming,
  exact: boolean | undefined,
  io: Io,
): Promise<number> {
  const { requestTarget } = calledBy(url);
  const written = { method, requestTarget, httpVersion: '1.1', headers, body: bodyOf(body) };
  await writeBytes(rawRequest(written), io, { exact });
  return 0;
}
