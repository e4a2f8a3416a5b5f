import { sendOnce } from '../deliver/send-once.ts';
import type { Outcome } from '../model/attempt.ts';
import { bodyOf } from '../model/body.ts';
import { type HeaderList, headerValue, withoutFraming, withoutHeader } from '../model/headers.ts';
import { type CapturedRequest, calledBy, requestTargetOf } from '../model/request.ts';
import { type Assessor, signableRequestOf } from '../providers/assess.ts';
import { withFreshId } from '../providers/core/fresh-id.ts';
import type { Provider } from '../providers/core/provider.ts';
import { valueAt, withoutValueAt, withValueAt } from '../providers/request/locator.ts';
import { parseLazily, type SignableRequest, withFormJson } from '../providers/request/parsed-request.ts';
import { renderFirst } from '../providers/request/template.ts';
import { freshAt, type SampleRequest, sampleBody } from '../providers/samples/sample.ts';
import { withSetting } from '../providers/samples/set-value.ts';
import { type Obstacle, obstacleToSigning, signedBy } from './signing.ts';

/** A request that is ready to send, as its provider would send it. */
export interface Triggered {
  readonly request: SignableRequest;
  readonly event: string | undefined;
  readonly eventId: string | undefined;
  /** The reason why it has no signature, if one was wanted. */
  readonly obstacle: Obstacle | undefined;
}

/** Makes an unsigned request to a URL from a sample. */
export function fromSample(
  sample: (fresh: ReturnType<typeof freshAt>) => SampleRequest,
  url: string,
  now: number,
): SignableRequest {
  const made = sample(freshAt(now));
  return { method: made.method ?? 'POST', url, headers: made.headers, body: sampleBody(made) };
}

/** Makes an unsigned request to a URL from a recorded one, with a new delivery id. */
export function fromRecorded(
  request: CapturedRequest,
  provider: Provider | undefined,
  url: string,
): SignableRequest {
  const incoming = signableRequestOf(request, url);
  const rehosted = { ...incoming, body: incoming.body, headers: withoutHeader(request.headers, 'host') };
  return provider ? withFreshId(rehosted, provider) : rehosted;
}

/** Changes that the user makes to a draft. */
export interface DraftChanges {
  /** Replaces the whole body. */
  readonly body: Uint8Array | undefined;
  /** Values to set in the body, as `path=value`. */
  readonly settings: readonly string[];
  readonly headers: HeaderList;
}

/** Applies the user's changes to a request; throws a UserError for a value that cannot be set. */
export function withChanges(
  request: SignableRequest,
  { body, settings, headers }: DraftChanges,
): SignableRequest {
  const start = body === undefined ? request : { ...request, body };
  const set = settings.reduce(withSetting, start);
  return headers.reduce((made, [name, value]) => withValueAt(made, `header:${name}`, value), set);
}

/**
 * Adds Host and signature: the result is what a provider would send at `now`. It has no signature if it cannot be signed
 * or is to be `unsigned`. Throws a UserError if the secret is not a key of the scheme.
 */
export function readyToSend(
  request: SignableRequest,
  provider: Provider | undefined,
  assessor: Assessor,
  {
    now,
    key,
    unsigned,
  }: { readonly now: number; readonly key?: string | undefined; readonly unsigned: boolean },
): Triggered {
  const { origin, requestTarget } = calledBy(request.url);
  const headers = withHost(request.headers, request.url);
  const addressed = { ...request, url: signedOrigin(headers, origin) + requestTarget, headers };
  const obstacle =
    provider && !unsigned
      ? obstacleToSigning(provider, assessor.contextOf(provider, now).secrets, key)
      : undefined;
  const made = !provider
    ? addressed
    : unsigned || obstacle
      ? codeWithoutSignature(addressed, provider)
      : signedBy(provider, addressed, assessor, now, key);
  const signed = { ...made, url: origin + requestTargetOf(made.url) };
  const reading = withFormJson(parseLazily(signed));
  return {
    request: signed,
    event: provider && renderFirst(reading, provider.event),
    eventId: provider && renderFirst(reading, provider.eventId),
    obstacle,
  };
}

/** Removes the signature of a template: it is of other bytes or of another time. */
function codeWithoutSignature(request: SignableRequest, { scheme }: Provider): SignableRequest {
  return scheme.signatureAt
    .filter((place) => valueAt(parseLazily(request), place) !== undefined)
    .reduce(withoutValueAt, request);
}

/** Scheme and host as the receiver sees them: by the Host that is sent. */
function signedOrigin(headers: HeaderList, origin: string): string {
  const called = `${origin.slice(0, origin.indexOf('//') + 2)}${headerValue(headers, 'host') ?? ''}`;
  return URL.parse(called)?.pathname === '/' ? called : origin;
}

function withHost(headers: HeaderList, url: string): HeaderList {
  const kept = withoutFraming(headers);
  const host = headerValue(kept, 'host') === undefined ? [['Host', new URL(url).host] as const] : [];
  const typed =
    headerValue(kept, 'content-type') === undefined ? [['Content-Type', 'application/json'] as const] : [];
  return [...host, ...kept, ...typed];
}

/** Sends a triggered request. Never rejects. */
export function sendTriggered(
  { method, url, headers, body }: SignableRequest,
  options: {
    readonly timeoutMs: number;
    readonly insecure?: boolean | undefined;
    readonly signal: AbortSignal;
  },
): Promise<Outcome> {
  const { origin, requestTarget } = calledBy(url);
  return sendOnce({ method, requestTarget, headers, body: bodyOf(body) }, { origin, ...options });
}
