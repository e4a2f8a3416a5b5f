import { wholeBody } from '../model/body.ts';
import type { Facts } from '../model/facts.ts';
import { matchesGlob } from '../model/filter.ts';
import type { Reply } from '../model/reply.ts';
import { type CapturedRequest, urlOf } from '../model/request.ts';
import type { Provider } from './core/provider.ts';
import { createProviderIndex } from './core/provider-index.ts';
import type { SchemeContext } from './core/scheme.ts';
import { unchecked, type Verdict } from './core/verdict.ts';
import {
  type ParsedRequest,
  parseLazily,
  type SignableRequest,
  withFormJson,
} from './request/parsed-request.ts';
import { renderFirst } from './request/template.ts';

/** What the user has said of providers. */
export interface ProviderSettings {
  /** Secrets by the name of their provider, several where they are rotated. */
  readonly secrets?: ReadonlyMap<string, readonly string[]> | undefined;
  /** What schemes need besides, by the name of the provider. */
  readonly options?: ReadonlyMap<string, Readonly<Record<string, string>>> | undefined;
  /** Who calls which path, for what can't be told by what it sends: a path, `*` for any run of characters. */
  readonly providerPaths?: readonly ProviderPath[] | undefined;
}

export interface ProviderPath {
  readonly path: string;
  readonly provider: string;
}

/** What was found out of one request. */
export interface Assessment {
  readonly provider: Provider | undefined;
  readonly request: ParsedRequest;
  readonly verdict: Verdict;
  readonly facts: Facts;
  /** The answer to a call that sets a webhook up, if this is one. Never throws. */
  handshake(): Reply | undefined;
  /** What an answer to such a call takes that can't be answered now, for people; undefined for any other. */
  handshakeRequirement(): string | undefined;
}

/** Knows the providers and what the user has said of them. */
export interface Assessor {
  readonly providers: readonly Provider[];
  byName(name: string): Provider | undefined;
  /** Secrets by the name of their provider. */
  readonly secrets: ReadonlyMap<string, readonly string[]>;
  /** Who sent a request, which event it is and whether it is genuine, as of `now`. Never throws. */
  assess(request: CapturedRequest, now: number, known?: AssessHints): Assessment;
  /** What a provider's scheme is given. */
  contextOf(provider: Provider, now: number): SchemeContext;
}

/** What need not be found out, because the user says it. */
export interface AssessHints {
  readonly provider?: Provider | undefined;
  readonly url?: string | undefined;
}

/** Larger bodies are not verified: the largest that GitHub sends is as large. */
export const maxVerifiedBytes = 25 * 1024 * 1024;

const none: readonly string[] = [];

export function createAssessor(providers: readonly Provider[], settings: ProviderSettings = {}): Assessor {
  const index = createProviderIndex(providers);

  function contextOf({ name, family }: Provider, now: number): SchemeContext {
    const own = settings.secrets?.get(name) ?? none;
    const shared = family === undefined ? none : (settings.secrets?.get(family) ?? none);
    return { secrets: [...own, ...shared], options: settings.options?.get(name) ?? {}, now };
  }

  function providerOf(request: CapturedRequest, parsed: ParsedRequest): Provider | undefined {
    const path = request.requestTarget.split('?')[0]!;
    const caller = settings.providerPaths?.find((each) => matchesGlob(path, each.path));
    return caller ? index.byName(caller.provider) : index.detect(parsed);
  }

  /** A family's member shows itself by its secret; without, it stays the family. */
  function verified(
    provider: Provider,
    parsed: ParsedRequest,
    now: number,
  ): { who: Provider; verdict: Verdict } {
    const sender = provider.isRelay ? index.detectBehindRelay(parsed) : undefined;
    if (sender) {
      const inner = verified(sender, parsed, now);
      if (inner.verdict.result === 'valid') return inner;
    }
    const own = provider.scheme.verify(parsed, contextOf(provider, now));
    if (own.result === 'valid') return { who: provider, verdict: own };
    const members = index.membersOf(provider).filter(({ name }) => settings.secrets?.has(name));
    const tried = members.map((who) => ({ who, verdict: who.scheme.verify(parsed, contextOf(who, now)) }));
    const member = tried.find(({ verdict }) => verdict.result === 'valid');
    if (member) return member;
    const verdict =
      own.result === 'unchecked'
        ? (tried.find((one) => one.verdict.result === 'invalid')?.verdict ?? own)
        : own;
    return { who: provider, verdict };
  }

  const isConfigured = ({ name }: Provider) =>
    settings.secrets?.has(name) === true || settings.options?.has(name) === true;
  const anonymous = providers.filter((each) => each.handshake?.anonymous && isConfigured(each));

  /** Some vendors share a call that does not say which of them it is: what is configured of any of them counts. */
  function ownHandshake(
    provider: Provider,
    parsed: ParsedRequest,
    verdict: Verdict,
    now: number,
  ): Reply | undefined {
    const { handshake } = provider;
    if (!handshake || (handshake.unsignedOnly && verdict.result === 'valid')) return undefined;
    const sharing = providers.filter(
      (each) => each.handshake === handshake && settings.options?.has(each.name),
    );
    const replies = (sharing.length === 0 ? [provider] : sharing).map((each) =>
      handshakeReply(each, parsed, contextOf(each, now)),
    );
    return replies.find((reply) => reply !== undefined && reply.status < 400) ?? replies[0];
  }

  function anonymousHandshake(parsed: ParsedRequest, now: number): Reply | undefined {
    for (const each of anonymous) {
      const reply = handshakeReply(each, parsed, contextOf(each, now));
      if (reply) return reply;
    }
    return undefined;
  }

  function assessment(
    provider: Provider | undefined,
    parsed: ParsedRequest,
    verdict: Verdict,
    now: number,
  ): Assessment {
    return {
      provider,
      request: parsed,
      verdict,
      facts: classify(provider, parsed, verdict),
      handshake: () =>
        provider ? ownHandshake(provider, parsed, verdict, now) : anonymousHandshake(parsed, now),
      handshakeRequirement() {
        if (!provider?.handshake) return undefined;
        const context = contextOf(provider, now);
        const { secrets, options } = context;
        const isAnsweredWith = (change: Partial<SchemeContext>) => {
          const reply = handshakeReply(provider, parsed, { ...context, ...change });
          return reply !== undefined && reply.status < 400;
        };
        // A handshake is what would be answered with a secret, a token, or once the user agrees.
        if (secrets.length === 0 && isAnsweredWith({ secrets: ['any|one'] })) {
          return `its secret: --secret ${provider.name}=env:NAME`;
        }
        const words = options['verifyToken'] === undefined ? queryValues(parsed) : [];
        if (words.some((verifyToken) => isAnsweredWith({ options: { ...options, verifyToken } }))) {
          return `its token: --provider-option ${provider.name}.verifyToken=…`;
        }
        return isAnsweredWith({ options: { ...options, confirmSns: 'yes' } }) ? '--confirm-sns' : undefined;
      },
    };
  }

  return {
    providers,
    byName: index.byName,
    contextOf,
    secrets: settings.secrets ?? new Map(),
    assess(request, now, known = {}) {
      const parsed = parseLazily(signableRequestOf(request, known.url));
      try {
        const found = known.provider ?? providerOf(request, parsed);
        if (!found)
          return assessment(undefined, parsed, unchecked('unknown-provider', 'unknown provider'), now);
        const obstacle = reasonToSkip(request);
        const { who, verdict } = obstacle ? { who: found, verdict: obstacle } : verified(found, parsed, now);
        return assessment(who, parsed, verdict, now);
      } catch (error) {
        // Whatever a sender makes fail here is recorded all the same.
        const reason = `it could not be checked: ${error instanceof Error ? error.message : String(error)}`;
        return assessment(undefined, parsed, unchecked('malformed', reason), now);
      }
    },
  };
}

/** Every value of the query: one of them may be the word that was agreed on. */
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
    // What can't be read as a handshake is none.
    return undefined;
  }
}

/** A recorded request as providers look at it: its body is read when somebody looks there. */
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

function reasonToSkip({ state, body }: CapturedRequest): Verdict | undefined {
  if (state !== 'complete') return unchecked('incomplete', 'not all of it arrived');
  return body.size > maxVerifiedBytes ? unchecked('too-large', 'body too large') : undefined;
}

function classify(provider: Provider | undefined, parsed: ParsedRequest, { result, reason }: Verdict): Facts {
  const facts = provider && withFormJson(parsed);
  return {
    provider: provider?.name ?? null,
    event: (facts && renderFirst(facts, provider.event)) ?? null,
    eventId: (facts && renderFirst(facts, provider.eventId)) ?? null,
    verification: { result, reason },
    replyDeadlineMs: provider?.replyDeadlineMs ?? null,
  };
}
