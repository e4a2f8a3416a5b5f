import { fidelitySentences } from '../format/fidelity.ts';
import type { TunnelStatus } from '../model/events.ts';

/** Says what is new of a tunnel, in sentences: its message, and once what it does to requests. */
export function createTunnelRemarks(): (status: TunnelStatus) => string | undefined {
  let last: TunnelStatus | undefined;
  let said: string | undefined;
  return (status) => {
    const isMeasured = last !== undefined && isSameButMeasured(last, status);
    last = status;
    const message = isMeasured ? null : status.message;
    const sentences = status.fidelity ? fidelitySentences(status.fidelity) : undefined;
    const isNew = sentences !== undefined && sentences !== said;
    if (isNew) said = sentences;
    const all = [message, isNew ? sentences : null].filter((text) => text !== null);
    return all.length === 0 ? undefined : all.join(' ');
  };
}

/** True if nothing is new but what the tunnel does to requests. */
function isSameButMeasured(before: TunnelStatus, now: TunnelStatus): boolean {
  const names = ['state', 'driver', 'url', 'verified', 'message'] as const;
  return names.every((name) => before[name] === now[name]);
}
