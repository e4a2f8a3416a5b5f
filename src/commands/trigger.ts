import { rawRequest } from '../format/http.ts';
import { outcomeJson, stringifyJson } from '../format/json.ts';
import { outcomeText } from '../format/line.ts';
import { printable } from '../format/printable.ts';
import type { Outcome } from '../model/attempt.ts';
import { bodyOf } from '../model/body.ts';
import { elapsedMs } from '../model/elapsed.ts';
import { UserError } from '../model/errors.ts';
import { calledBy } from '../model/request.ts';
import { parseTarget } from '../model/target.ts';
import type { Incoming } from '../providers/incoming.ts';
import type { Provider } from '../providers/provider.ts';
import type { Triggered } from '../session/trigger.ts';
import { command, commonOptions, type Invocation, onlyNamed } from './command.ts';
import { editedRequest } from './edit-request.ts';
import { headersFrom, readInput } from './given-request.ts';
import { type Io, write } from './io.ts';
import { databaseFile, withExistingStore, withStore } from './open-store.ts';
import { type KnownProviders, knownProviders, providerOptions } from './provider-options.ts';
import { readSecret } from './secrets.ts';
import { mostSimilar } from './similar.ts';
import { stylingFor } from './styling.ts';

const options = {
  list: {
    type: 'boolean',
    help: 'list the events that can be sent, of one provider or of all',
    flagOnly: true,
  },
  to: {
    type: 'string',
    short: 't',
    value: 'url',
    help: 'where to: a URL, 3000, :3000/hooks',
    default: 'the listen that is running',
    flagOnly: true,
  },
  path: { type: 'string', value: 'path', help: 'the path that is called', default: '/', flagOnly: true },
  from: { type: 'string', value: 'ref', help: 'make a recorded request the template', flagOnly: true },
  set: {
    type: 'string',
    value: 'path=value',
    help: 'change a value of the body, such as data.object.amount=500 (repeatable)',
    many: true,
    flagOnly: true,
  },
  edit: { type: 'boolean', help: 'edit it in $VISUAL or $EDITOR before it is signed', flagOnly: true },
  body: { type: 'string', value: 'file', help: 'send this body instead; - is stdin', flagOnly: true },
  header: {
    type: 'string',
    short: 'H',
    value: 'name: value',
    help: 'set a header (repeatable)',
    many: true,
    flagOnly: true,
  },
  key: {
    type: 'string',
    value: 'env:NAME',
    help: 'a private test key of your own, where the vendor alone has the real one',
    flagOnly: true,
  },
  unsigned: { type: 'boolean', help: 'leave the signature out', flagOnly: true },
  dryRun: { type: 'boolean', help: 'write the request instead of sending it', flagOnly: true },
  fail: { type: 'boolean', help: 'exit with 1 on a status of 400 or more, too', flagOnly: true },
  timeout: { type: 'duration', help: 'for the whole answer', default: '30s' },
  insecure: { type: 'boolean', help: "accept the target's self-signed certificate", trusted: true },
  ...providerOptions,
  ...onlyNamed,
  ...commonOptions,
} as const;

type Given = Invocation<typeof options>;

export const triggerCommand = command({
  arguments: [
    { name: 'provider', help: 'who seems to send it' },
    { name: 'event', help: 'which event, such as charge.succeeded' },
  ],
  options,
  examples: [
    'webhook-cli trigger stripe charge.succeeded --secret env:STRIPE_WEBHOOK_SECRET',
    'webhook-cli trigger github push --to 3000 --path /webhooks --unsigned',
    'webhook-cli trigger --list stripe',
    'webhook-cli trigger --from @ --set data.object.amount=500',
  ],
  run: (invocation) => (invocation.options.list ? listEvents(invocation) : trigger(invocation)),
});

async function listEvents({ args, options, io }: Given): Promise<number> {
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

async function knownSamples(provider: string) {
  const { samplesOf, sampleProviders } = await import('../providers/samples/index.ts');
  const samples = await samplesOf(provider);
  if (samples) return samples;
  throw new UserError(
    'usage',
    `There are no samples of ${printable(JSON.stringify(provider))}.`,
    `There are those of ${sampleProviders.join(', ')}; any other: trigger ${provider} --body file, or --from a recorded one.`,
  );
}

async function trigger(invocation: Given): Promise<number> {
  const { args, options, io } = invocation;
  const known = await knownProviders(options, io, args[0]);
  const { provider, request } = await drafted(invocation, known);
  const draft = await changedBy(request, options, io);
  const changed = options.edit ? await editedRequest(draft, io) : draft;
  if (!changed) {
    io.stderr.write('webhook-cli: it was emptied, so nothing is sent.\n');
    return 0;
  }
  const triggered = await signed(changed, provider, known, invocation);
  if (options.dryRun) return writeRaw(triggered.request, io);
  const { sendTriggered } = await import('../session/trigger.ts');
  const { timeout: timeoutMs = 30_000, insecure } = options;
  const started = performance.now();
  const outcome = await sendTriggered(triggered.request, { timeoutMs, insecure, signal: io.signal });
  const ms = elapsedMs(started);
  await report(triggered, provider, { outcome, ms }, invocation);
  if (outcome.type === 'failed') return 1;
  return options.fail && outcome.response.status >= 400 ? 1 : 0;
}

interface Draft {
  readonly provider: Provider | undefined;
  readonly request: Incoming;
}

/** The request before it is changed and signed: a sample, a recorded one, or an empty one for a body of the user's. */
async function drafted({ args, options, io, flags }: Given, known: KnownProviders): Promise<Draft> {
  const { fromRecorded, fromSample } = await import('../session/trigger.ts');
  const [name, event] = args;
  const url = await addressOf(options, io);
  const provider = name === undefined ? undefined : known.named(name);
  if (options.from !== undefined) {
    if (event !== undefined)
      throw new UserError('usage', 'There are both an event and --from.', 'Give one of them.');
    return withExistingStore({ options, flags, io }, async (store) => {
      const record = store.record(store.resolve(options.from!, options.name));
      if (!record) throw new UserError('not-found', `The request ${options.from} was deleted a moment ago.`);
      const recorded = known.providers.find((each) => each.name === record.facts.provider);
      const who = provider ?? recorded;
      const { requestTarget } = record.request;
      const where =
        options.to === undefined && options.path === undefined ? new URL(requestTarget, url).href : url;
      return { provider: who, request: fromRecorded(record.request, who, where) };
    });
  }
  if (!provider) {
    throw new UserError(
      'usage',
      'Who is to send it?',
      'Such as trigger stripe charge.succeeded; trigger --list shows all.',
    );
  }
  if (event === undefined && options.body !== undefined) {
    return { provider, request: { method: 'POST', url, headers: [], body: new Uint8Array(0) } };
  }
  const samples = await knownSamples(provider.name);
  const sample = event === undefined ? undefined : samples[event];
  if (!sample) {
    throw noSuchEvent(provider, event, Object.keys(samples));
  }
  return { provider, request: fromSample(sample, url, Date.now()) };
}

function noSuchEvent({ name, title }: Provider, event: string | undefined, events: readonly string[]) {
  const close = event === undefined ? undefined : mostSimilar(event, events);
  const all = events.length > 12 ? `trigger --list ${name} shows all.` : `There are ${events.join(', ')}.`;
  return new UserError(
    'usage',
    event === undefined
      ? `Which event of ${title}?`
      : `There is no sample of ${title}'s event ${printable(JSON.stringify(event))}.`,
    close === undefined ? all : `Did you mean ${close}? ${all}`,
  );
}

async function addressOf(options: Given['options'], io: Io): Promise<string> {
  const { path = '' } = options;
  if (path !== '' && !path.startsWith('/')) {
    throw new UserError('usage', `--path: ${JSON.stringify(path)} does not begin with a slash.`);
  }
  if (options.to !== undefined) {
    const { href } = parseTarget(options.to);
    return path === '' ? href : href.replace(/\/$/, '') + path;
  }
  const { listeningUrl } = await import('../session/trigger.ts');
  const url = await withStore(databaseFile(options.db, io), {}, async (store) =>
    listeningUrl(store, options.name),
  );
  return url + (path === '' ? '/' : path);
}

async function changedBy(request: Incoming, options: Given['options'], io: Io): Promise<Incoming> {
  const { changed } = await import('../session/trigger.ts');
  return changed(request, {
    body: options.body === undefined ? undefined : await readInput(options.body, '--body', io),
    settings: options.set ?? [],
    headers: headersFrom(options.header ?? []),
  });
}

async function signed(
  request: Incoming,
  provider: Provider | undefined,
  known: KnownProviders,
  { options, io }: Given,
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
    io.stderr.write(`webhook-cli: without a signature: ${[`${why}.`, mend].filter(Boolean).join(' ')}\n`);
  }
  return triggered;
}

async function report(
  { request, event, deliveryId }: Triggered,
  provider: Provider | undefined,
  { outcome, ms }: { readonly outcome: Outcome; readonly ms: number },
  { options, io }: Given,
): Promise<void> {
  const name = provider?.name ?? null;
  if (options.json) {
    const { url } = request;
    const sent = {
      provider: name,
      event: event ?? null,
      deliveryId: deliveryId ?? null,
      url,
      ms,
      ...outcomeJson(outcome),
    };
    await write(io.stdout, `${stringifyJson(sent)}\n`);
    return;
  }
  const styling = stylingFor(io.stdout, io.env);
  const what = printable([name, event, deliveryId].filter(Boolean).join(' '));
  await write(
    io.stdout,
    `${outcomeText(outcome, ms, styling)}  ${what} ${styling.symbols.arrow} ${printable(request.url)}\n`,
  );
}

async function writeRaw({ method, url, headers, body }: Incoming, { stdout }: Io): Promise<number> {
  const { requestTarget } = calledBy(url);
  const written = { method, requestTarget, httpVersion: '1.1', headers, body: bodyOf(body) };
  for (const piece of rawRequest(written)) await write(stdout, piece);
  return 0;
}
