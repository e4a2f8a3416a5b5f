import { wholeBody } from '../model/body.ts';
import type { Classification } from '../model/classification.ts';
import { defaults } from '../model/defaults.ts';
import { messageOf } from '../model/errors.ts';
import { matchesGlob } from '../model/filter.ts';
import { option, type Phrase, phrase } from '../model/phrase.ts';
import type { Reply } from '../model/reply.ts';
import { type CapturedRequest, urlOf } from '../model/request.ts';
import type { Provider } from './core/provider.ts';
import { createRecogniser } from './core/provider-index.ts';
import type { Context } from './core/scheme.ts';
import { unchecked, type Verdict } from './core/verdict.ts';
import { type Incoming, type Reading, readingOf, withFormJson } from './request/parsed-request.ts';
import { firstFilled } from './request/template.ts';

/** What the user has said of providers. */
export interface ProviderSettings {
  /** Secrets by the name of their provider, several where they are rotated. */
  readonly secrets?: ReadonlyMap<string, readonly string[]> | undefined;
  /** What schemes need besides, by the name of the provider. */
  readonly options?: ReadonlyMap<string, Readonly<Record<string, string>>> | undefined;
  /** Who calls which path, for what can't be told by what it sends: a path, `*` for any run of characters. */
  readonly callers?: readonly Caller[] | undefined;
}

export interface Caller {
  readonly path: string;
  readonly provider: string;
}

/** What was found out of one request. */
export interface Assessment {
  readonly provider: Provider | undefined;
  readonly reading: Reading;
  readonly verdict: Verdict;
  readonly classification: Classification;
  /** The answer to a call that sets a webhook up, if this is one. Never throws. */
  handshake(): Reply | undefined;
  /** What an answer to such a call takes that can't be answered now, for people; undefined for any other. */
  missingForHandshake(): Phrase | undefined;
}

/** Knows the providers and what the user has said of them. */
export interface Assessor {
  readonly providers: readonly Provider[];
  named(name: string): Provider | undefined;
  /** Secrets by the name of their provider. */
  readonly secrets: ReadonlyMap<string, readonly string[]>;
  /** Who sent a request, which event it is and whether it is genuine, as of `now`. Never throws. */
  assess(request: CapturedRequest, now: number, known?: AlreadyKnown): Assessment;
  /** What a provider's scheme is given. */
  contextOf(provider: Provider, now: number): Context;
}

/** What need not be found out, because the user says it. */
export interface AlreadyKnown {
  readonly provider?: Provider | undefined;
  readonly url?: string | undefined;
}

/** Larger bodies are not verified: the largest that GitHub sends is as large. */
export const largestVerifiedBytes = defaults.maxBodyBytes;

const none: readonly string[] = [];

export function createAssessor(providers: readonly Provider[], settings: ProviderSettings = {}): Assessor {
  const recogniser = createRecogniser(providers);

  function contextOf({ name, family }: Provider, now: number): Context {
    const own = settings.secrets?.get(name) ?? none;
    const shared = family === undefined ? none : (settings.secrets?.get(family) ?? none);
    return { secrets: [...own, ...shared], options: settings.options?.get(name) ?? {}, now };
  }

  function providerOf(request: CapturedRequest, reading: Reading): Provider | undefined {
    const path = request.requestTarget.split('?')[0]!;
    const caller = settings.callers?.find((each) => matchesGlob(path, each.path));
    return caller ? recogniser.named(caller.provider) : recogniser.recognise(reading);
  }

  /** A family's member shows itself by its secret; without, it stays the family. */
  function verified(provider: Provider, reading: Reading, now: number): { who: Provider; verdict: Verdict } {
    const sender = provider.isRelay ? recogniser.behindRelay(reading) : undefined;
    if (sender) {
      const inner = verified(sender, reading, now);
      if (inner.verdict.result === 'valid') return inner;
    }
    const own = provider.scheme.verify(reading, contextOf(provider, now));
    if (own.result === 'valid') return { who: provider, verdict: own };
    const members = recogniser.membersOf(provider).filter(({ name }) => settings.secrets?.has(name));
    const tried = members.map((who) => ({ who, verdict: who.scheme.verify(reading, contextOf(who, now)) }));
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
    reading: Reading,
    verdict: Verdict,
    now: number,
  ): Reply | undefined {
    const { handshake } = provider;
    if (!handshake || (handshake.unsignedOnly && verdict.result === 'valid')) return undefined;
    const sharing = providers.filter(
      (each) => each.handshake === handshake && settings.options?.has(each.name),
    );
    const answers = (sharing.length === 0 ? [provider] : sharing).map((each) =>
      handshakeAnswer(each, reading, contextOf(each, now)),
    );
    return answers.find((answer) => answer !== undefined && answer.status < 400) ?? answers[0];
  }

  function anonymousHandshake(reading: Reading, now: number): Reply | undefined {
    for (const each of anonymous) {
      const answer = handshakeAnswer(each, reading, contextOf(each, now));
      if (answer) return answer;
    }
    return undefined;
  }

  function assessment(
    provider: Provider | undefined,
    reading: Reading,
    verdict: Verdict,
    now: number,
  ): Assessment {
    return {
      provider,
      reading,
      verdict,
      classification: classificationOf(provider, reading, verdict),
      handshake: () =>
        provider ? ownHandshake(provider, reading, verdict, now) : anonymousHandshake(reading, now),
      missingForHandshake() {
        if (!provider?.handshake) return undefined;
        const context = contextOf(provider, now);
        const { secrets, options } = context;
        const isAnsweredWith = (change: Partial<Context>) => {
          const reply = handshakeAnswer(provider, reading, { ...context, ...change });
          return reply !== undefined && reply.status < 400;
        };
        // A handshake is what would be answered with a secret, a token, or once the user agrees.
        if (secrets.length === 0 && isAnsweredWith({ secrets: ['any|one'] })) {
          return phrase`its secret: ${option('secret', `${provider.name}=env:NAME`)}`;
        }
        const words = options['verifyToken'] === undefined ? wordsIn(reading) : [];
        if (words.some((verifyToken) => isAnsweredWith({ options: { ...options, verifyToken } }))) {
          return phrase`its token: ${option('providerOption', `${provider.name}.verifyToken=…`)}`;
        }
        return isAnsweredWith({ options: { ...options, confirmSns: 'yes' } })
          ? [option('confirmSns')]
          : undefined;
      },
    };
  }

  return {
    providers,
    named: recogniser.named,
    contextOf,
    secrets: settings.secrets ?? new Map(),
    assess(request, now, known = {}) {
      const reading = readingOf(incomingOf(request, known.url));
      try {
        const found = known.provider ?? providerOf(request, reading);
        if (!found)
          return assessment(undefined, reading, unchecked('unknown-provider', 'unknown provider'), now);
        const obstacle = obstacleTo(request);
        const { who, verdict } = obstacle ? { who: found, verdict: obstacle } : verified(found, reading, now);
        return assessment(who, reading, verdict, now);
      } catch (error) {
        // Whatever a sender makes fail here is recorded all the same.
        const reason = `it could not be checked: ${messageOf(error)}`;
        return assessment(undefined, reading, unchecked('malformed', reason), now);
      }
    },
  };
}

/** Every value of the query: one of them may be the word that was agreed on. */
function wordsIn(reading: Reading): readonly string[] {
  return [...(reading.address()?.searchParams.values() ?? [])].slice(0, 8);
}

function handshakeAnswer({ handshake }: Provider, reading: Reading, context: Context): Reply | undefined {
  try {
    return handshake?.answer(reading, context);
  } catch {
    // What can't be read as a handshake is none.
    return undefined;
  }
}

/** A recorded request as providers look at it: its body is read when somebody looks there. */
export function incomingOf(request: CapturedRequest, url: string = urlOf(request)): Incoming {
  let bytes: Uint8Array | undefined;
  return {
    method: request.method,
    url,
    headers: request.headers,
    bodySize: request.body.size,
    get body() {
      bytes ??= request.body.size > largestVerifiedBytes ? new Uint8Array(0) : wholeBody(request.body);
      return bytes;
    },
  };
}

function obstacleTo({ state, body }: CapturedRequest): Verdict | undefined {
  if (state !== 'complete') return unchecked('incomplete', 'not all of it arrived');
  return body.size > largestVerifiedBytes ? unchecked('too-large', 'body too large') : undefined;
}

function classificationOf(
  provider: Provider | undefined,
  reading: Reading,
  { result, reason }: Verdict,
): Classification {
  const classification = provider && withFormJson(reading);
  return {
    provider: provider?.name ?? null,
    event: (classification && firstFilled(classification, provider.event)) ?? null,
    eventId: (classification && firstFilled(classification, provider.eventId)) ?? null,
    verification: { result, reason },
    replyDeadlineMs: provider?.replyDeadlineMs ?? null,
  };
}
