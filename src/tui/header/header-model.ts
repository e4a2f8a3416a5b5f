import type { MaskOptions } from '../../format/mask.ts';
import { printable } from '../../format/printable.ts';
import type { StyledLine } from '../../format/styled.ts';
import { cutWords, wrapWords } from '../../format/width.ts';
import type { TunnelStatus } from '../../model/events.ts';
import type { TargetHealth } from '../../model/target-health.ts';
import type { Session } from '../../session/session.ts';
import type { HistoryCounts } from '../history/history-counts.ts';
import { breakpointKeys, type Keymap } from '../input/keymap.ts';
import { isLongNotice, isSmall } from '../state/layout.ts';
import type { Notice, State } from '../state/state.ts';
import { breakpointKeysLine, breakpointLine } from './breakpoint-line.ts';

/** The header as it is drawn. */
export interface HeaderModel {
  readonly localUrl: string;
  readonly tunnel: TunnelStatus;
  /** A tunnel was opened, or is being opened. */
  readonly hasTunnel: boolean;
  /** The target that is named: the one in trouble if there is one. */
  readonly target: { readonly href: string; readonly port: number } | undefined;
  /** Requests are forwarded, by routes if no target is named. */
  readonly forwards: boolean;
  readonly health: TargetHealth;
  /** Numbers of the requests that the list can show, and of the messages that were not recorded. */
  readonly counts: HistoryCounts & { readonly refused: number };
  /** A request has arrived since the start. */
  readonly hasReceived: boolean;
  /** Number of requests in each of the last minutes. */
  readonly arrivals: readonly number[];
  /** The lines below the first one. */
  readonly messages: readonly StyledLine[];
}

/** Lines of a notice that does not fit into the last line of the screen. */
const maxNoticeLines = 5;

interface MessageOptions {
  /** In ms since the epoch. */
  readonly now: number;
  readonly keymap: Keymap;
  readonly masking?: MaskOptions | undefined;
}

/** Warnings, long notices, and the states of forwarding and breakpoint, as lines. */
export function headerMessages(session: Session, state: State, options: MessageOptions): StyledLine[] {
  return [
    ...warningLines(session, state),
    ...fallbackLines(session, state, options),
    ...noticeLines(state),
    ...pauseLines(session, state, options),
    ...breakpointLines(session, state, options),
  ];
}

function warningLines({ tunnel }: Session, { columns, warning }: State): StyledLine[] {
  const max = columns < 60 ? 1 : 2;
  const messages: Notice[] = [];
  if (warning !== undefined) messages.push({ tone: 'bad', text: printable(warning) });
  if (tunnel.message !== null) {
    const tone = tunnel.state === 'online' ? 'warn' : 'bad';
    messages.push({ tone, text: printable(tunnel.message) });
  }
  return messages
    .flatMap(({ tone, text }) =>
      inLines(text, columns - 2, max).map((line): StyledLine => [[tone, ` ${line}`]]),
    )
    .slice(0, max);
}

function fallbackLines({ fallback }: Session, { columns }: State, { keymap }: MessageOptions): StyledLine[] {
  if (fallback === undefined) return [];
  const line = ` ${keymap.keyOf('use-fallback')} uses ${fallback} instead, a service of another company.`;
  return [[['key', cutWords(line, columns - 1)]]];
}

function noticeLines(state: State): StyledLine[] {
  const { notice, columns } = state;
  if (!notice || !isLongNotice(state)) return [];
  return inLines(notice.text, columns - 2, maxNoticeLines).map((line) => [[notice.tone, ` ${line}`]]);
}

function pauseLines(
  { paused, counts }: Session,
  { columns }: State,
  { keymap }: MessageOptions,
): StyledLine[] {
  return paused ? [[['warn', cutWords(pausedText(counts.held, keymap), columns - 1)]]] : [];
}

function breakpointLines(
  { breakpoint }: Session,
  state: State,
  { now, keymap, masking = {} }: MessageOptions,
): StyledLine[] {
  const { columns, rows, breakpointFilter } = state;
  if (!breakpoint.isSet && !breakpoint.stopped) return [];
  const line = breakpointLine(breakpoint, { columns, now, filter: breakpointFilter, masking, keymap });
  if (!breakpoint.stopped || isSmall(columns, rows)) return [line];
  // The line stays while a prompt has the keys, so that nothing moves; it names enabled keys only.
  const live = { ...state.live, intercepted: true };
  return [line, breakpointKeysLine(breakpointKeys(keymap, { ...state, live }), columns)];
}

function pausedText(held: number, keymap: Keymap): string {
  const what = held === 0 ? 'new requests are held' : held === 1 ? '1 request held' : `${held} requests held`;
  return ` ‖ forwarding paused: ${what}, senders get 202. ${keymap.keyOf('pause')} resumes and delivers in order.`;
}

/** A sentence in at most `max` lines; the rest becomes an ellipsis. */
function inLines(text: string, columns: number, max: number): string[] {
  const lines = wrapWords(text, columns);
  return [...lines.slice(0, max - 1), cutWords(lines.slice(max - 1).join(' '), columns)].filter(
    (line) => line !== '',
  );
}
