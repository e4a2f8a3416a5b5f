import type { MaskOptions } from '../format/mask.ts';
import { printable } from '../format/printable.ts';
import type { StyledLine } from '../format/styled.ts';
import { cut, wrapWords } from '../format/width.ts';
import type { TunnelStatus } from '../model/events.ts';
import type { Session } from '../session/session.ts';
import { breakpointLine, stopKeysLine } from './breakpoint-line.ts';
import { type Keymap, stopKeys } from './keymap.ts';
import { isSmall } from './layout.ts';
import { isLong } from './long-notice.ts';
import type { Notice, State } from './state.ts';
import type { TargetHealth } from './target-health.ts';

/** What the header tells. */
export interface HeaderFacts {
  readonly localUrl: string;
  readonly tunnel: TunnelStatus;
  /** Whether there is a way to a public URL at all. */
  readonly hasTunnel: boolean;
  readonly target: { readonly href: string; readonly port: number } | undefined;
  readonly health: TargetHealth;
  readonly counts: Session['counts'];
  /** How many requests arrived in each of the last minutes. */
  readonly arrivals: readonly number[];
  /** What is below the first line. */
  readonly messages: readonly StyledLine[];
}

/** Of a notice that does not fit into the last line of the screen. */
const mostNoticeLines = 5;

/** What went wrong, what is stopped and what waits because the user wants it so, in a few lines. */
export function headerMessages(
  session: Session,
  view: State,
  { now, keymap, masking = {} }: MessageOptions,
): StyledLine[] {
  const { columns, warning, notice, breaking } = view;
  const { state, message } = session.tunnel;
  const most = columns < 60 ? 1 : 2;
  const told: Notice[] = [];
  if (warning !== undefined) told.push({ tone: 'bad', text: printable(warning) });
  if (message !== null) told.push({ tone: state === 'online' ? 'warn' : 'bad', text: printable(message) });
  const lines = told
    .flatMap(({ tone, text }) =>
      inLines(text, columns - 2, most).map((line): StyledLine => [[tone, ` ${line}`]]),
    )
    .slice(0, most);
  if (notice && isLong(view)) {
    for (const line of inLines(notice.text, columns - 2, mostNoticeLines))
      lines.push([[notice.tone, ` ${line}`]]);
  }
  const { paused, breakpoint } = session;
  if (paused) lines.push([['warn', cut(pausedText(session.counts.held), columns - 1)]]);
  if (breakpoint.isSet || breakpoint.stopped)
    lines.push(breakpointLine(breakpoint, { columns, now, meant: breaking, masking }));
  // The line stays while keys go elsewhere, so that nothing moves; it names only keys that can act.
  if (breakpoint.stopped && !isSmall(view.columns, view.rows)) {
    const live = { ...view.live, stopped: true };
    lines.push(stopKeysLine(stopKeys(keymap, { ...view, live }), columns));
  }
  return lines;
}

interface MessageOptions {
  /** In ms since the epoch. */
  readonly now: number;
  readonly keymap: Keymap;
  readonly masking?: MaskOptions | undefined;
}

function pausedText(held: number): string {
  const waiting =
    held === 0 ? 'what arrives waits' : held === 1 ? '1 request waits' : `${held} requests wait`;
  return ` ‖ forwarding is paused: ${waiting}, senders are answered 202. p delivers in order.`;
}

/** A sentence in at most `most` lines; what does not fit ends in an ellipsis. */
function inLines(text: string, columns: number, most: number): string[] {
  const lines = wrapWords(text, columns);
  return [...lines.slice(0, most - 1), cut(lines.slice(most - 1).join(' '), columns)].filter(
    (line) => line !== '',
  );
}
