import { sendOnce } from '../deliver/send-once.ts';
import type { Outcome } from '../model/attempt.ts';
import { bodyOf } from '../model/body.ts';
import type { Clock } from '../model/clock.ts';
import { defaults } from '../model/defaults.ts';
import { elapsedMs } from '../model/elapsed.ts';
import { UserError } from '../model/errors.ts';
import { type HeaderList, headerValue, withoutFraming } from '../model/headers.ts';
import { calledBy, requestTargetOf } from '../model/request.ts';
import type { Assessor } from '../providers/assess.ts';
import type { Provider } from '../providers/core/provider.ts';
import { valueAt, withoutValueAt } from '../providers/request/locator.ts';
import { parseLazily, type SignableRequest, withFormJson } from '../providers/request/parsed-request.ts';
import { renderFirst } from '../providers/request/template.ts';
import { type Obstacle, obstacleToSigning, signedBy } from './sign.ts';
import { type Draft, type DraftContext, type DraftInput, draftRequest } from './trigger-draft.ts';

/** A request that is ready to send, as its provider would send it. */
export interface SignedDraft {
  readonly provider: Provider | undefined;
  readonly request: SignableRequest;
  readonly event: string | undefined;
  readonly eventId: string | undefined;
  /** The reason why it has no signature, if one was wanted. */
  readonly obstacle: Obstacle | undefined;
  /** The reason why it cannot be sent, to be used within a sentence. */
  readonly fault?: string | undefined;
}

/** A request that was triggered, and how that ended. */
export interface Triggered extends SignedDraft {
  readonly outcome: Outcome;
  readonly ms: number;
}

/** Options of signing a draft. */
export interface SignDraftOptions {
  /** A private test key, for schemes whose own key only the provider has. */
  readonly key?: string | undefined;
  /** Send it without a signature. */
  readonly unsigned?: boolean | undefined;
  /** Reject with a UserError (code `secret-missing`) where only a secret is missing to sign it. */
  readonly requireSecret?: boolean | undefined;
}

/** Options of sending a signed draft. */
export interface SendDraftOptions {
  /** Time limit for the whole response in ms; 30 s unless given. */
  readonly timeoutMs?: number | undefined;
  /** Accept the target's self-signed certificate. */
  readonly insecure?: boolean | undefined;
  readonly signal: AbortSignal;
}

/**
 * Sends an event as its provider would, signed if that is possible. Resolves with the outcome; rejects with a UserError
 * for an unknown provider or event, a value that cannot be set, and if there is no listener to send it to.
 */
export async function triggerEvent(
  context: DraftContext,
  input: DraftInput & SignDraftOptions,
  options: SendDraftOptions,
): Promise<Triggered> {
  const draft = await draftRequest(context, input);
  return sendDraft(await signDraft(context, draft, input), options);
}

/**
 * Adds Host and signature: the result is what a provider would send now. It has no signature if it cannot be signed or
 * is to be `unsigned`. Rejects with a UserError if the secret is not a key of the scheme.
 */
export async function signDraft(
  { loadAssessor, clock }: { readonly loadAssessor: () => Promise<Assessor>; readonly clock: Clock },
  { provider, request, fault }: Draft,
  { key, unsigned, requireSecret }: SignDraftOptions = {},
): Promise<SignedDraft> {
  if (fault !== undefined) {
    return { provider, request, fault, event: undefined, eventId: undefined, obstacle: undefined };
  }
  const assessor = await loadAssessor();
  const now = clock.now();
  const { origin, requestTarget } = calledBy(request.url);
  const headers = withHost(request.headers, request.url);
  const addressed = { ...request, url: signedOrigin(headers, origin) + requestTarget, headers };
  const obstacle =
    provider && !unsigned
      ? obstacleToSigning(provider, assessor.contextOf(provider, now).secrets, key)
      : undefined;
  if (requireSecret && obstacle?.needsSecret)
    throw new UserError('secret-missing', `Not sent: ${obstacle.why}.`, obstacle.hint);
  const made = !provider
    ? addressed
    : unsigned || obstacle
      ? withoutProof(addressed, provider)
      : signedBy(provider, addressed, assessor, now, key);
  const signed = { ...made, url: origin + requestTargetOf(made.url) };
  const reading = withFormJson(parseLazily(signed));
  return {
    provider,
    request: signed,
    event: provider && renderFirst(reading, provider.event),
    eventId: provider && renderFirst(reading, provider.eventId),
    obstacle,
  };
}

/** Removes the signature of a template: it is of other bytes or of another time. */
function withoutProof(request: SignableRequest, { scheme }: Provider): SignableRequest {
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

/** Sends a signed draft. Never rejects: a failure is an outcome, also that of a request that cannot be sent. */
export async function sendDraft(
  draft: SignedDraft,
  { timeoutMs = defaults.timeoutMs, ...options }: SendDraftOptions,
): Promise<Triggered> {
  if (draft.fault !== undefined) {
    const message = `an HTTP client cannot send this request: ${draft.fault}`;
    return { ...draft, outcome: { type: 'failed', code: 'not-sendable', message }, ms: 0 };
  }
  const { method, url, headers, body } = draft.request;
  const { origin, requestTarget } = calledBy(url);
  const started = performance.now();
  const sent = { method, requestTarget, headers, body: bodyOf(body) };
  const outcome = await sendOnce(sent, { origin, timeoutMs, ...options });
  return { ...draft, outcome, ms: elapsedMs(started) };
}
