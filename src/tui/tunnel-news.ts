import { fidelitySentences } from '../format/fidelity.ts';
import { printable } from '../format/printable.ts';
import type { TunnelState, TunnelStatus } from '../model/events.ts';

interface TunnelView {
  readonly tunnel: TunnelStatus;
  readonly hasTunnel: boolean;
}

const stateTexts: Readonly<Record<TunnelState, string>> = {
  connecting: 'The tunnel is being opened.',
  online: 'The tunnel is online.',
  unreachable: 'The tunnel is unreachable: requests do not arrive.',
  closed: 'The tunnel is closed.',
};

/** What has changed about the tunnel, in sentences: its public URL, its state, what to know or do, what it does to requests. */
export function tunnelNews(
  { tunnel, hasTunnel }: TunnelView,
  last: TunnelView | undefined,
): readonly string[] {
  if (!hasTunnel) return [];
  const { url, state, message, fidelity } = tunnel;
  const before = last?.hasTunnel ? last.tunnel : undefined;
  const isNewUrl = url !== null && url !== before?.url;
  const isNewState = state !== before?.state;
  const isNewMessage = message !== null && withoutNumbers(message) !== withoutNumbers(before?.message ?? '');
  const sentences = fidelity ? fidelitySentences(fidelity) : undefined;
  const saidBefore = before?.fidelity ? fidelitySentences(before.fidelity) : undefined;
  return [
    ...(isNewUrl ? [`Public URL: ${printable(url)} .`] : []),
    ...(isNewState ? [stateTexts[state]] : []),
    ...(isNewMessage ? [printable(message)] : []),
    ...(sentences !== undefined && sentences !== saidBefore ? [sentences] : []),
  ];
}

/** The number of a try, and seconds, are no news. */
function withoutNumbers(text: string): string {
  return text.replace(/\d+/g, '');
}
