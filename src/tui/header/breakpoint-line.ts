import { type MaskOptions, maskSecrets } from '../../format/mask.ts';
import { printable } from '../../format/printable.ts';
import { requestLineText } from '../../format/show.ts';
import { lineWidth, type StyledLine } from '../../format/styled.ts';
import { durationText } from '../../format/time.ts';
import { cut, cutWords, textWidth } from '../../format/width.ts';
import type { Breakpoint } from '../../session/breakpoint.ts';
import type { BarKey, Keymap } from '../input/keymap.ts';

const barColumns = 10;

/** Below this width the time left comes first, in as few words as possible. */
const narrowColumns = 60;

/** From this width on the line also says that the request is at the breakpoint. */
const wideColumns = 76;

interface BreakpointLineOptions {
  readonly columns: number;
  /** In ms since the epoch. */
  readonly now: number;
  /** The filter of the breakpoint; empty: every request. */
  readonly filter: string;
  readonly keymap: Keymap;
  readonly masking?: MaskOptions | undefined;
}

/** The intercepted request and the time its sender has waited, or the breakpoint that is set. */
export function breakpointLine(
  { stopped: intercepted, waiting, remaining }: Breakpoint,
  { columns, now, filter, keymap, masking = {} }: BreakpointLineOptions,
): StyledLine {
  if (!intercepted) return [['warn', breakpointText(remaining, filter, columns, keymap.keyOf('breakpoint'))]];
  const { provider, event, replyDeadlineMs } = intercepted.classification;
  const sender = provider === null ? 'the sender' : printable(provider);
  const waitedMs = Math.max(0, now - intercepted.since);
  const clock = clockSpans({ waitedMs, limitMs: replyDeadlineMs, sender }, columns);
  const eventText = event === null ? '' : `  ${maskSecrets(printable(event), masking)}`;
  const request = `${requestLineText(intercepted.request, masking)}${eventText}`;
  return columns < narrowColumns
    ? narrowLine(request, waiting, clock, columns)
    : fullLine(request, waiting, clock, columns);
}

function narrowLine(request: string, waiting: number, clock: StyledLine, columns: number): StyledLine {
  const more = waiting > 0 ? ` +${waiting}` : '';
  const room = Math.max(4, columns - 4 - lineWidth(clock) - more.length);
  return [['warn', ' ‖'], ...clock, ['warn', more], ['strong', ` ${cut(request, room)}`]];
}

function fullLine(request: string, waiting: number, clock: StyledLine, columns: number): StyledLine {
  const more = waiting > 0 ? `  ${waiting} more waiting` : '';
  const remark = `${more}${columns < wideColumns ? '' : '  intercepted'}`;
  const room = Math.max(8, columns - 5 - lineWidth(clock) - remark.length);
  return [['warn', ' ‖ '], ['strong', cut(request, room)], ['warn', remark], ...clock];
}

/** The requests that the breakpoint intercepts, and the key that removes it if there is room. */
function breakpointText(remaining: number | undefined, filter: string, columns: number, key: string): string {
  const what =
    remaining === undefined
      ? 'every request'
      : remaining === 1
        ? 'only the next request'
        : `only the next ${remaining} requests`;
  const matching = filter.trim() === '' ? '' : ` matching ${printable(filter.trim())}`;
  const text = ` ‖ breakpoint set: intercepts ${what}${matching}.`;
  const whole = `${text} ${key} removes it.`;
  return textWidth(whole) < columns ? whole : cutWords(text, columns - 1);
}

/** The keys of the breakpoint, as wide apart as fits. */
export function breakpointKeysLine(keys: readonly BarKey[], columns: number): StyledLine {
  const line = (gap: string): StyledLine =>
    keys.flatMap(
      ({ label, text }, index): StyledLine => [
        ['key', `${index === 0 ? ' '.repeat(3) : gap}${label}`],
        ['plain', ` ${text}`],
      ],
    );
  const whole = line('   ');
  return lineWidth(whole) < columns ? whole : line('  ');
}

interface Clock {
  readonly waitedMs: number;
  readonly limitMs: number | null;
  readonly sender: string;
}

/** Time left before the provider gives up, as a bar and in seconds; the time waited if the limit is unknown. */
function clockSpans({ waitedMs, limitMs, sender }: Clock, columns: number): StyledLine {
  const waited = durationText(Math.floor(waitedMs / 1000) * 1000);
  const brief = columns < narrowColumns;
  if (limitMs === null && brief) return [['warn', ` waits ${waited === '<1 ms' ? '0 s' : waited}`]];
  if (limitMs === null) return [['dim', `  ${sender} has waited ${waited === '<1 ms' ? '0 s' : waited}`]];
  const left = Math.max(0, Math.ceil((limitMs - waitedMs) / 1000));
  const filled = Math.min(barColumns, Math.round((waitedMs / limitMs) * barColumns));
  const words = left === 0 ? 'gave up waiting' : `${left} s left`;
  const bar = `${'▓'.repeat(filled)}${'░'.repeat(barColumns - filled)}`;
  if (brief) return [[left <= limitMs / 4000 ? 'bad' : 'warn', left === 0 ? ' too late' : ` ${left} s left`]];
  const intro = columns < 100 ? '  ' : `  ${sender} waits ${Math.round(limitMs / 1000)} s: `;
  return [
    ['plain', intro],
    [left <= limitMs / 4000 ? 'bad' : 'warn', `${bar} ${words}`],
  ];
}
