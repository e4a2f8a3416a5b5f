import type { SessionEvent } from '../model/events.ts';
import { phrase, phraseText } from '../model/phrase.ts';
import type { Reply } from '../model/reply.ts';
import type { Assessment } from '../providers/assess.ts';

/** Options of replying to handshakes. */
export interface HandshakeOptions {
  /** Also reply to handshakes that a target could reply to. */
  readonly inFront: boolean;
  readonly emit: (event: SessionEvent) => void;
}

/** The listener's reply to a handshake; undefined for any other request, and if a target is to reply. */
export type HandshakeReplier = (assessment: Assessment, hasTarget: boolean) => Reply | undefined;

/**
 * Creates the listener's replies to handshakes, by which providers verify a webhook's URL. Warns once for each provider
 * if a setting is missing for its reply.
 */
export function createHandshakeReplier({ inFront, emit }: HandshakeOptions): HandshakeReplier {
  const warned = new Set<string>();
  return (assessment, hasTarget) => {
    const { provider } = assessment;
    if (hasTarget && !inFront) return undefined;
    const reply = assessment.handshake();
    const isRejected = reply === undefined || reply.status >= 400;
    if (!isRejected || !provider?.handshake || warned.has(provider.name)) return reply;
    const missing = assessment.handshakeRequirement();
    if (missing !== undefined) {
      warned.add(provider.name);
      const { title, handshake } = provider;
      const said = phrase`Cannot reply to the ${title} handshake (${handshake.label}) without ${missing}.`;
      emit({ type: 'warning', message: phraseText(said), said });
    }
    return reply;
  };
}
