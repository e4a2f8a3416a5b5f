import { unsignedMark } from '../../model/classification.ts';
import type { RequestSummary } from '../../model/request.ts';
import type { Session } from '../../session/session.ts';
import type { DetailSource } from '../detail/detail-view.ts';
import type { LiveStatus } from '../state/state.ts';

/** What the status comes from. */
interface LiveSources {
  readonly session: Session;
  readonly details: DetailSource;
  readonly waitsElsewhere: boolean;
}

/** The status that decides which keys are enabled. `current`: the selected request. */
export function liveStatus(
  { session, details, waitsElsewhere }: LiveSources,
  current: RequestSummary | undefined,
  isFiltered: boolean,
): LiveStatus {
  return {
    waitsElsewhere,
    fallback: session.fallback,
    // The selected request is one of those that are found.
    hasRelated: details.related(1) !== undefined,
    hasTarget: session.forwards,
    paused: session.paused,
    breakpointSet: session.breakpoint.isSet,
    intercepted: session.breakpoint.stopped !== undefined,
    noRequests: current === undefined && !isFiltered,
    attempts: current?.attemptCount ?? 0,
    signature: current && signatureOf(current),
  };
}

/** Statuses with which apps reject a signature. */
const rejections: ReadonlySet<number | undefined> = new Set([400, 401, 403]);

/** Reasons that a secret or the sender can mend. */
const lacksSomething = new RegExp(`^${unsignedMark}:|is configured$`);

function signatureOf({ classification, lastAttempt }: RequestSummary): LiveStatus['signature'] {
  if (classification.provider === null) return undefined;
  const { result, reason } = classification.verification;
  // Of a provider that never signs, or of a body that is too large, there is nothing to say.
  if (result === 'unchecked' && !lacksSomething.test(reason ?? '')) return undefined;
  return result === 'valid' && rejections.has(lastAttempt?.status) ? 'rejected' : result;
}
