import type { Clock } from '../model/clock.ts';
import { UserError } from '../model/errors.ts';
import { type HeaderList, withoutHeader } from '../model/headers.ts';
import { withoutToken } from '../model/path-token.ts';
import { operation, option, phrase } from '../model/phrase.ts';
import { type CapturedRequest, calledBy, type RequestRecord } from '../model/request.ts';
import { joinTarget } from '../model/request-target.ts';
import { parseTarget } from '../model/target.ts';
import { type Assessor, signableRequestOf } from '../providers/assess.ts';
import { withFreshId } from '../providers/core/fresh-id.ts';
import type { Provider } from '../providers/core/provider.ts';
import { withValueAt } from '../providers/request/locator.ts';
import type { SignableRequest } from '../providers/request/parsed-request.ts';
import { freshAt, type Samples, sampleBody } from '../providers/samples/sample.ts';
import { withSetting } from '../providers/samples/set-value.ts';
import { providerNamed } from './provider-named.ts';
import { sampleOf } from './sample-events.ts';

/** The parts that drafting a triggered request uses. */
export interface DraftContext {
  readonly loadAssessor: () => Promise<Assessor>;
  /** Finds the URL of the running listener; called only if no target is given. */
  readonly listenerUrl: () => string | Promise<string>;
  /** The path token that a recorded request target begins with. */
  readonly pathTokenOf: (requestTarget: string) => string | undefined;
  readonly clock: Clock;
}

/** Describes the request to draft: a sample of an event, a recorded request, or a body. */
export interface DraftInput extends DraftChanges {
  /** The provider to send as; that of the recorded request unless given. */
  readonly provider?: string | undefined;
  readonly event?: string | undefined;
  /** The recorded request to start from. */
  readonly from?: RequestRecord | undefined;
  /** The target; the running listener unless given. */
  readonly to?: string | undefined;
  /** The path below the target; `/`, or that of the recorded request, unless given. */
  readonly path?: string | undefined;
}

/** Changes that the user makes to a draft. */
export interface DraftChanges {
  /** Replaces the whole body. */
  readonly body?: Uint8Array | undefined;
  /** Values to set in the body, as `path=value`. */
  readonly settings?: readonly string[] | undefined;
  readonly headers?: HeaderList | undefined;
}

/** A request before it is signed. */
export interface Draft {
  readonly provider: Provider | undefined;
  readonly request: SignableRequest;
  /** The reason why it cannot be sent, to be used within a sentence. */
  readonly fault?: string | undefined;
}

/**
 * Drafts a request to trigger. Rejects with a UserError for an unknown provider or event, a value that cannot be set,
 * and if there is no listener to send it to.
 */
export async function draftRequest(context: DraftContext, input: DraftInput): Promise<Draft> {
  // An error in the request comes before that of a missing listener.
  const path = pathOf(input.path);
  const assessor = await context.loadAssessor();
  const provider =
    input.provider === undefined ? undefined : providerNamed(assessor.providers, input.provider);
  const draft = input.from
    ? await recordedDraft(context, input, path, input.from, provider ?? senderOf(input.from, assessor))
    : await newDraft(context, input, path, provider);
  return draft.fault === undefined ? { ...draft, request: withChanges(draft.request, input) } : draft;
}

async function newDraft(
  context: DraftContext,
  input: DraftInput,
  path: string,
  provider: Provider | undefined,
): Promise<Draft> {
  const { event, body } = input;
  if (!provider) {
    const example = operation('trigger', 'stripe', 'charge.succeeded');
    const list = operation('trigger', option('list'));
    throw new UserError(
      'usage',
      'No provider given.',
      phrase`Example: ${example}. Run ${list} to see all events.`,
    );
  }
  if (event === undefined && body !== undefined) {
    const url = await urlFor(context, input.to, path);
    return { provider, request: { method: 'POST', url, headers: [], body: new Uint8Array(0) } };
  }
  const sample = await sampleOf(provider, event);
  return {
    provider,
    request: fromSample(sample, await urlFor(context, input.to, path), context.clock.now()),
  };
}

async function recordedDraft(
  context: DraftContext,
  { to, path: givenPath }: DraftInput,
  path: string,
  { request }: RequestRecord,
  provider: Provider | undefined,
): Promise<Draft> {
  const url = await urlFor(context, to, path);
  const keepsPath = to === undefined && givenPath === undefined;
  const joined = keepsPath ? belowListener(url, request, context) : { url };
  if ('fault' in joined) {
    return { provider, request: fromRecorded(request, provider, url), fault: joined.fault };
  }
  return { provider, request: fromRecorded(request, provider, joined.url) };
}

function senderOf({ classification }: RequestRecord, { providers }: Assessor): Provider | undefined {
  return providers.find(({ name }) => name === classification.provider);
}

/** The URL of a recorded request below that of a listener, whose own path token is not the request's. */
function belowListener(
  url: string,
  { requestTarget }: CapturedRequest,
  { pathTokenOf }: DraftContext,
): ReturnType<typeof joinTarget> {
  const { origin, requestTarget: prefix } = calledBy(url);
  const own = withoutToken(requestTarget, pathTokenOf(requestTarget));
  return joinTarget({ origin, basePath: prefix.replace(/\/+$/, '') }, own);
}

function pathOf(given = '/'): string {
  // What a request line cannot hold is written as a browser would.
  const path = given.replace(/[^\x21-\x7e]+/g, encodeURIComponent);
  if (path.startsWith('/')) return path;
  throw new UserError(
    'usage',
    phrase`${option('path')}: ${JSON.stringify(path)} does not start with a slash.`,
  );
}

/** The URL that is called, and signed. A base path is called as it is, without a slash at its end. */
async function urlFor({ listenerUrl }: DraftContext, to: string | undefined, path: string): Promise<string> {
  if (to === undefined) return (await listenerUrl()) + path;
  const { origin, basePath } = parseTarget(to);
  return origin + basePath + (basePath === '' ? path : path.replace(/^\/(?=$|[?#])/, ''));
}

/** Makes an unsigned request to a URL from a sample. */
function fromSample(sample: Samples[string], url: string, now: number): SignableRequest {
  const made = sample(freshAt(now));
  return { method: made.method ?? 'POST', url, headers: made.headers, body: sampleBody(made) };
}

/** Makes an unsigned request to a URL from a recorded one, with a new delivery id. */
function fromRecorded(
  request: CapturedRequest,
  provider: Provider | undefined,
  url: string,
): SignableRequest {
  const incoming = signableRequestOf(request, url);
  const rehosted = { ...incoming, body: incoming.body, headers: withoutHeader(request.headers, 'host') };
  return provider ? withFreshId(rehosted, provider) : rehosted;
}

/** Applies the user's changes to a request; throws a UserError for a value that cannot be set. */
function withChanges(
  request: SignableRequest,
  { body, settings = [], headers = [] }: DraftChanges,
): SignableRequest {
  const start = body === undefined ? request : { ...request, body };
  const set = settings.reduce(withSetting, start);
  return headers.reduce((made, [name, value]) => withValueAt(made, `header:${name}`, value), set);
}
