import type { Reply } from '../model/reply.ts';
import type { Assessment } from '../providers/assess.ts';
import type { SessionEvent } from './events.ts';

export interface HandshakesOptions {
  /** Answer them also where there is a target to do it. */
  readonly inFront: boolean;
  readonly emit: (event: SessionEvent) => void;
}

/**
 * The listener's replies to calls that set webhooks up: undefined for any other call, and where a target is to answer.
 * Says once for each provider what is missing for an answer that can't be given.
 */
export function createHandshakes({ inFront, emit }: HandshakesOptions) {
  const told = new Set<string>();
  return (assessment: Assessment, hasTarget: boolean): Reply | undefined => {
    const { provider } = assessment;
    if (hasTarget && !inFront) return undefined;
    const reply = assessment.handshake();
    const isTurnedDown = reply === undefined || reply.status >= 400;
    if (!isTurnedDown || !provider?.handshake || told.has(provider.name)) return reply;
    const missing = assessment.missingForHandshake();
    if (missing !== undefined) {
      told.add(provider.name);
      const { title, handshake } = provider;
      emit({
        type: 'warning',
        message: `${title} asks for its handshake (${handshake.called}), which takes ${missing}.`,
      });
    }
    return reply;
  };
}
