import { mostSimilar } from '../cli/did-you-mean.ts';
import type { Io } from '../cli/io.ts';
import { withExistingStore } from '../cli/open-store.ts';
import { stateFolder } from '../cli/paths.ts';
import { printable } from '../format/printable.ts';
import { UserError } from '../model/errors.ts';
import { withoutToken } from '../model/path-token.ts';
import { type CapturedRequest, calledBy } from '../model/request.ts';
import { joinTarget } from '../model/request-target.ts';
import { parseTarget } from '../model/target.ts';
import type { Provider } from '../providers/core/provider.ts';
import type { SignableRequest } from '../providers/request/parsed-request.ts';
import { openPathTokens } from '../state/path-tokens.ts';
import type { KnownProviders } from './options/providers.ts';
import type { TriggerInvocation } from './options/trigger.ts';
import { headersFrom, readInput } from './request-input.ts';
import { runningListener } from './running-listener.ts';

export interface Draft {
  readonly provider: Provider | undefined;
  readonly request: SignableRequest;
  /** Why it can't be sent, in the middle of a sentence. */
  readonly fault?: string | undefined;
}

/** The request before it is changed and signed: a sample, a recorded one, or an empty one for a body of the user's. */
export async function drafted(
  { args, options, io, flags }: TriggerInvocation,
  known: KnownProviders,
): Promise<Draft> {
  const { fromRecorded, fromSample } = await import('../session/trigger.ts');
  const [name, event] = args;
  // What is wrong with the request is said before whether there is anybody to send it to.
  const path = pathOf(options);
  const provider = name === undefined ? undefined : known.named(name);
  if (options.from !== undefined) {
    if (event !== undefined)
      throw new UserError('usage', 'An event cannot be combined with --from.', 'Use one of them.');
    return withExistingStore({ options, flags, io }, async (store) => {
      const record = store.record(store.resolve(options.from!, options.project));
      if (!record) throw new UserError('not-found', `Request ${options.from} was just deleted.`);
      const recorded = known.providers.find((each) => each.name === record.classification.provider);
      const who = provider ?? recorded;
      const url = await addressOf(path, options, io);
      const goesWhereItCame = options.to === undefined && options.path === undefined;
      const joined = goesWhereItCame ? below(url, record.request, io) : { url };
      if ('fault' in joined)
        return { provider: who, request: fromRecorded(record.request, who, url), ...joined };
      return { provider: who, request: fromRecorded(record.request, who, joined.url) };
    });
  }
  if (!provider) {
    throw new UserError(
      'usage',
      'No provider given.',
      'Example: webhook-cli trigger stripe charge.succeeded. Run webhook-cli trigger --list to see all events.',
    );
  }
  if (event === undefined && options.body !== undefined) {
    const url = await addressOf(path, options, io);
    return { provider, request: { method: 'POST', url, headers: [], body: new Uint8Array(0) } };
  }
  const samples = await knownSamples(provider.name);
  const sample = event === undefined ? undefined : samples[event];
  if (!sample) {
    throw noSuchEvent(provider, event, Object.keys(samples));
  }
  return { provider, request: fromSample(sample, await addressOf(path, options, io), Date.now()) };
}

/** The address of a recorded request below that of a listener, whose own path token is not the request's. */
function below(url: string, request: CapturedRequest, { env }: Pick<Io, 'env'>) {
  const { origin, requestTarget: prefix } = calledBy(url);
  const own = withoutToken(request.requestTarget, openPathTokens(stateFolder(env)).of(request.requestTarget));
  return joinTarget({ origin, basePath: prefix.replace(/\/+$/, '') }, own);
}

function noSuchEvent({ name, title }: Provider, event: string | undefined, events: readonly string[]) {
  const close = event === undefined ? undefined : mostSimilar(event, events);
  const all =
    events.length > 12
      ? `Run webhook-cli trigger --list ${name} to see all.`
      : `Available: ${events.join(', ')}.`;
  return new UserError(
    'usage',
    event === undefined
      ? `No event given for ${title}.`
      : `No sample for ${title} event ${printable(JSON.stringify(event))}.`,
    close === undefined ? all : `Did you mean ${close}? ${all}`,
  );
}

function pathOf(options: TriggerInvocation['options']): string {
  // What a request line can't hold is written as a browser would.
  const path = (options.path ?? '/').replace(/[^\x21-\x7e]+/g, encodeURIComponent);
  if (path.startsWith('/')) return path;
  throw new UserError('usage', `--path: ${JSON.stringify(path)} does not start with a slash.`);
}

/** The address that is called, and signed. A base path is called as it is, without a slash at its end. */
async function addressOf(path: string, options: TriggerInvocation['options'], io: Io): Promise<string> {
  if (options.to === undefined) {
    const { urls } = await runningListener(options, io);
    return (urls.publicUrl ?? urls.localUrl) + path;
  }
  const { origin, basePath } = parseTarget(options.to);
  return origin + basePath + (basePath === '' ? path : path.replace(/^\/(?=$|[?#])/, ''));
}

/** A request with what the options want another. */
export async function changedBy(
  request: SignableRequest,
  options: TriggerInvocation['options'],
  io: Io,
): Promise<SignableRequest> {
  const { withChanges } = await import('../session/trigger.ts');
  return withChanges(request, {
    body: options.body === undefined ? undefined : await readInput(options.body, '--body', io),
    settings: options.set ?? [],
    headers: headersFrom(options.header ?? []),
  });
}

/** The samples of a provider; rejects with a UserError that names those that there are. */
export async function knownSamples(provider: string) {
  const { samplesOf, sampleProviders } = await import('../providers/samples/index.ts');
  const samples = await samplesOf(provider);
  if (samples) return samples;
  throw new UserError(
    'usage',
    `No samples for ${printable(JSON.stringify(provider))}.`,
    `Available: ${sampleProviders.join(', ')}. For any other provider, use --body FILE, or --from REF to start from a recorded request.`,
  );
}
