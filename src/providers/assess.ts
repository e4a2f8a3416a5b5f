import { wholeBody } from '../model/body.ts';
import type { Classification } from '../model/classification.ts';
import { defaults } from '../model/defaults.ts';
import { messageOf } from '../model/errors.ts';
import { matchesGlob } from '../model/filter.ts';
import { option, type Phrase, phrase } from '../model/phrase.ts';
import type { Reply } from '../model/reply.ts';
import { type CapturedRequest, urlOf } from '../model/request.ts';
import type { Provider } from './core/provider.ts';
import { createProviderIndex, type ProviderIndex } from './core/provider-index.ts';
import type { SchemeContext } from './core/scheme.ts';
import { unchecked, type Verdict } from './core/verdict.ts';
import {
  type ParsedRequest,
  parseLazily,
  type SignableRequest,
  withFormJson,
} from './request/parsed-request.ts';
import { renderFirst } from './request/template.ts';

/** The user's settings of providers. */
export interface ProviderSettings {
  /** Secrets by the name of their provider, several while a secret is rotated. */
  readonly secrets?: ReadonlyMap<string, readonly string[]> | undefined;
  /** Options of schemes, by the name of the provider. */
  readonly options?: ReadonlyMap<string, Readonly<Record<string, string>>> | undefined;
  /** Providers by path, for requests from which the provider cannot be detected. */
  readonly providerPaths?: readonly ProviderPath[] | undefined;
}

/** The provider whose requests arrive at a path; `*` in the path stands for any run of characters. */
export interface ProviderPath {
  readonly path: string;
  readonly provider: string;
}

/** The result of assessing one request. */
export interface Assessment {
  readonly provider: Provider | undefined;
  readonly request: ParsedRequest;
  readonly verdict: Verdict;
  readonly classification: Classification;
  /** The reply to a handshake; undefined if the request is none. Never throws. */
  handshake(): Reply | undefined;
  /** The setting without which this handshake cannot be replied to, for people; undefined for any other request. */
  handshakeRequirement(): Phrase | undefined;
}

/** Detects providers and verifies requests with the user's settings. */
export interface Assessor {
  readonly providers: readonly Provider[];
  byName(name: string): Provider | undefined;
  /** Secrets by the name of their provider. */
  readonly secrets: ReadonlyMap<string, readonly string[]>;
  /** Detects provider and event of a request and verifies its signature as of `now`. Never throws. */
  assess(request: CapturedRequest, now: number, hints?: AssessHints): Assessment;
  /** The input of a provider's scheme. */
  contextOf(provider: Provider, now: number): SchemeContext;
}

/** Facts that the user gives; they are not detected. */
export interface AssessHints {
  readonly provider?: Provider | undefined;
  readonly url?: string | undefined;
}

/** Larger bodies are not verified: GitHub's largest payload has this size. */
export const maxVerifiedBytes = defaults.maxBodyBytes;

interface AssessContext {
  readonly index: ProviderIndex;
  readonly settings: ProviderSettings;
  /** Configured providers whose handshake does not name its sender. */
  readonly anonymous: readonly Provider[];
}

const noSecrets: readonly string[] = [];

/** Creates an assessor; the first of `providers` that matches a request is its provider. */
export function createAssessor(providers: readonly Provider[], settings: ProviderSettings = {}): Assessor {
  const index = createProviderIndex(providers);
  const isConfigured = ({ name }: Provider) =>
    settings.secrets?.has(name) === true || settings.options?.has(name) === true;
  const anonymous = providers.filter((each) => each.handshake?.anonymous && isConfigured(each));
  const context: AssessContext = { index, settings, anonymous };
  return {
    providers,
    byName: index.byName,
    contextOf: (provider, now) => contextOf(settings, provider, now),
    secrets: settings.secrets ?? new Map(),
    assess: (request, now, hints = {}) => assess(context, request, now, hints),
  };
}

function assess(
  context: AssessContext,
  request: CapturedRequest,
  now: number,
  hints: AssessHints,
): Assessment {
  const parsed = parseLazily(signableRequestOf(request, hints.url));
  try {
    const found = hints.provider ?? detectProvider(context, request, parsed);
    if (!found) {
      return assessmentOf(context, undefined, parsed, unchecked('unknown-provider', 'unknown provider'), now);
    }
    const skipped = skipVerdict(request);
    const { provider, verdict } = skipped
      ? { provider: found, verdict: skipped }
      : verify(context, found, parsed, now);
    return assessmentOf(context, provider, parsed, verdict, now);
  } catch (error) {
    // The request is recorded whatever its sender makes fail here.
    const reason = `the check failed: ${messageOf(error)}`;
    return assessmentOf(context, undefined, parsed, unchecked('malformed', reason), now);
  }
}

function assessmentOf(
  context: AssessContext,
  provider: Provider | undefined,
  parsed: ParsedRequest,
  verdict: Verdict,
  now: number,
): Assessment {
  return {
    provider,
    request: parsed,
    verdict,
    classification: classify(provider, parsed, verdict),
    handshake: () =>
      provider
        ? ownHandshake(context, provider, parsed, verdict, now)
        : anonymousHandshake(context, parsed, now),
    handshakeRequirement: () =>
      provider && missingSetting(provider, parsed, contextOf(context.settings, provider, now)),
  };
}

function contextOf({ secrets, options }: ProviderSettings, provider: Provider, now: number): SchemeContext {
  const { name, family } = provider;
  const own = secrets?.get(name) ?? noSecrets;
  const shared = family === undefined ? noSecrets : (secrets?.get(family) ?? noSecrets);
  return { secrets: [...own, ...shared], options: options?.get(name) ?? {}, now };
}

function detectProvider(
  { index, settings: { providerPaths } }: AssessContext,
  request: CapturedRequest,
  parsed: ParsedRequest,
): Provider | undefined {
  const path = request.requestTarget.split('?')[0]!;
  const configured = providerPaths?.find((each) => matchesGlob(path, each.path));
  return configured ? index.byName(configured.provider) : index.detect(parsed);
}

interface Verified {
  readonly provider: Provider;
  readonly verdict: Verdict;
}

/** Verifies a request, also as of the provider behind a relay and of the members of a family, which share headers. */
function verify(context: AssessContext, provider: Provider, parsed: ParsedRequest, now: number): Verified {
  const sender = provider.isRelay ? context.index.detectBehindRelay(parsed) : undefined;
  if (sender) {
    const inner = verify(context, sender, parsed, now);
    if (inner.verdict.result === 'valid') return inner;
  }
  const own = verifyAs(context, provider, parsed, now);
  if (own.verdict.result === 'valid') return own;
  const members = context.index
    .membersOf(provider)
    .filter(({ name }) => context.settings.secrets?.has(name))
    .map((member) => verifyAs(context, member, parsed, now));
  const valid = members.find(({ verdict }) => verdict.result === 'valid');
  if (valid || own.verdict.result !== 'unchecked') return valid ?? own;
  const invalid = members.find(({ verdict }) => verdict.result === 'invalid');
  return { provider, verdict: (invalid ?? own).verdict };
}

function verifyAs(
  { settings }: AssessContext,
  provider: Provider,
  parsed: ParsedRequest,
  now: number,
): Verified {
  return { provider, verdict: provider.scheme.verify(parsed, contextOf(settings, provider, now)) };
}

/** The reply to a provider's handshake. Providers that share one handshake are all tried with their own settings. */
function ownHandshake(
  { index, settings }: AssessContext,
  provider: Provider,
  parsed: ParsedRequest,
  verdict: Verdict,
  now: number,
): Reply | undefined {
  const { handshake } = provider;
  if (!handshake || (handshake.unsignedOnly && verdict.result === 'valid')) return undefined;
  const sharing = index.providers.filter(
    (each) => each.handshake === handshake && settings.options?.has(each.name),
  );
  const replies = (sharing.length === 0 ? [provider] : sharing).map((each) =>
    handshakeReply(each, parsed, contextOf(settings, each, now)),
  );
  return replies.find((reply) => reply !== undefined && reply.status < 400) ?? replies[0];
}

function anonymousHandshake(
  { anonymous, settings }: AssessContext,
  parsed: ParsedRequest,
  now: number,
): Reply | undefined {
  for (const each of anonymous) {
    const reply = handshakeReply(each, parsed, contextOf(settings, each, now));
    if (reply) return reply;
  }
  return undefined;
}

/** The secret, token or consent with which this request would be replied to as a handshake. */
function missingSetting(
  provider: Provider,
  parsed: ParsedRequest,
  context: SchemeContext,
): Phrase | undefined {
  if (!provider.handshake) return undefined;
  const { secrets, options } = context;
  const succeedsWith = (change: Partial<SchemeContext>) => {
    const reply = handshakeReply(provider, parsed, { ...context, ...change });
    return reply !== undefined && reply.status < 400;
  };
  if (secrets.length === 0 && succeedsWith({ secrets: ['any|one'] })) {
    return phrase`its secret: ${option('secret', `${provider.name}=env:NAME`)}`;
  }
  const words = options['verifyToken'] === undefined ? queryValues(parsed) : [];
  if (words.some((verifyToken) => succeedsWith({ options: { ...options, verifyToken } }))) {
    return phrase`its token: ${option('providerOption', `${provider.name}.verifyToken=…`)}`;
  }
  return succeedsWith({ options: { ...options, confirmSns: 'yes' } }) ? [option('confirmSns')] : undefined;
}

/** The values of the query; any of them may be the verify token. */
function queryValues(parsed: ParsedRequest): readonly string[] {
  return [...(parsed.parsedUrl()?.searchParams.values() ?? [])].slice(0, 8);
}

function handshakeReply(
  { handshake }: Provider,
  parsed: ParsedRequest,
  context: SchemeContext,
): Reply | undefined {
  try {
    return handshake?.reply(parsed, context);
  } catch {
    // A request that cannot be read as a handshake is none.
    return undefined;
  }
}

/** A recorded request as schemes read it; its body is read on first access, and empty if it is too large to verify. */
export function signableRequestOf(request: CapturedRequest, url: string = urlOf(request)): SignableRequest {
  let bytes: Uint8Array | undefined;
  return {
    method: request.method,
    url,
    headers: request.headers,
    bodySize: request.body.size,
    get body() {
      bytes ??= request.body.size > maxVerifiedBytes ? new Uint8Array(0) : wholeBody(request.body);
      return bytes;
    },
  };
}

function skipVerdict({ state, body }: CapturedRequest): Verdict | undefined {
  if (state !== 'complete') return unchecked('incomplete', 'the request is incomplete');
  return body.size > maxVerifiedBytes ? unchecked('too-large', 'the body is too large') : undefined;
}

function classify(
  provider: Provider | undefined,
  parsed: ParsedRequest,
  { result, reason }: Verdict,
): Classification {
  const readable = provider && withFormJson(parsed);
  return {
    provider: provider?.name ?? null,
    event: (readable && renderFirst(readable, provider.event)) ?? null,
    eventId: (readable && renderFirst(readable, provider.eventId)) ?? null,
    verification: { result, reason },
    replyDeadlineMs: provider?.replyDeadlineMs ?? null,
  };
}
