import { type MaskOptions, maskSecrets } from '../format/mask.ts';
import { printable } from '../format/printable.ts';
import { requestLineText } from '../format/show.ts';
import type { StyledLine } from '../format/styled.ts';
import { durationText } from '../format/time.ts';
import { cut, textWidth } from '../format/width.ts';
import type { Breakpoint } from '../session/breakpoint.ts';
import type { BarKey } from './keymap.ts';

const barColumns = 10;

/** Below this width the clock comes first, in as few words as can be. */
const narrowColumns = 60;

/** From this width on there is room to say that it is stopped, beside what is. */
const wideColumns = 76;

interface BreakpointLook {
  readonly columns: number;
  /** In ms since the epoch. */
  readonly now: number;
  /** The filter of what is stopped; empty: everything is. */
  readonly meant: string;
  readonly masking?: MaskOptions | undefined;
}

/** The request that is stopped and how long its sender has waited; or that the next one will be. */
export function breakpointLine(
  { stopped, waiting, remaining }: Breakpoint,
  { columns, now, meant, masking = {} }: BreakpointLook,
): StyledLine {
  if (!stopped) return [['warn', setText(remaining, meant, columns)]];
  const { provider, event, replyDeadlineMs } = stopped.facts;
  const who = provider === null ? 'its sender' : printable(provider);
  const clock = clockSpans(
    { waitedMs: Math.max(0, now - stopped.since), limitMs: replyDeadlineMs, who },
    columns,
  );
  const what = `${requestLineText(stopped.request, masking)}${event === null ? '' : `  ${maskSecrets(printable(event), masking)}`}`;
  if (columns < narrowColumns) {
    const more = waiting > 0 ? ` +${waiting}` : '';
    const forClock = clock.reduce((sum, [, text]) => sum + textWidth(text), 0) + more.length;
    return [
      ['warn', ' ‖'],
      ...clock,
      ['warn', more],
      ['strong', ` ${cut(what, Math.max(4, columns - 4 - forClock))}`],
    ];
  }
  const more = waiting > 0 ? `  ${waiting} more behind it` : '';
  const behind = `${more}${columns < wideColumns ? '' : '  stopped at the breakpoint'}`;
  const room = columns - 5 - clock.reduce((sum, [, text]) => sum + textWidth(text), 0) - behind.length;
  return [['warn', ' ‖ '], ['strong', cut(what, Math.max(8, room))], ['warn', behind], ...clock];
}

/** What will be stopped, and by which key that ends where there is room to say it. */
function setText(remaining: number | undefined, meant: string, columns: number): string {
  const matching =
    meant.trim() === ''
      ? ''
      : ` that ${remaining === undefined || remaining === 1 ? 'matches' : 'match'} ${printable(meant.trim())}`;
  const what =
    remaining === undefined
      ? `the next request${matching} is`
      : remaining === 1
        ? `only the next request${matching} is`
        : `only the next ${remaining} requests${matching} are`;
  const said = ` ‖ breakpoint set: ${what} stopped.`;
  const whole = `${said} i removes it.`;
  return textWidth(whole) < columns ? whole : cut(said, columns - 1);
}

/** What can be done with the stopped request, in the longest form that fits. */
export function stopKeysLine(keys: readonly BarKey[], columns: number): StyledLine {
  const line = (gap: string): StyledLine =>
    keys.flatMap(
      ({ label, text }, index): StyledLine => [
        ['key', `${index === 0 ? ' '.repeat(3) : gap}${label}`],
        ['plain', ` ${text}`],
      ],
    );
  const widthOf = (spans: StyledLine) => spans.reduce((sum, [, text]) => sum + textWidth(text), 0);
  const whole = line('   ');
  return widthOf(whole) < columns ? whole : line('  ');
}

interface Clock {
  readonly waitedMs: number;
  readonly limitMs: number | null;
  readonly who: string;
}

/** The provider's clock, as a bar and in seconds; without a limit that is known, how long the sender has waited. */
function clockSpans({ waitedMs, limitMs, who }: Clock, columns: number): StyledLine {
  const waited = durationText(Math.floor(waitedMs / 1000) * 1000);
  const brief = columns < narrowColumns;
  if (limitMs === null && brief) return [['warn', ` waits ${waited === '<1 ms' ? '0 s' : waited}`]];
  if (limitMs === null) return [['dim', `  ${who} has waited ${waited === '<1 ms' ? '0 s' : waited}`]];
  const left = Math.max(0, Math.ceil((limitMs - waitedMs) / 1000));
  const full = Math.min(barColumns, Math.round((waitedMs / limitMs) * barColumns));
  const words = left === 0 ? 'it has given up waiting' : `${left} s left`;
  const bar = `${'▓'.repeat(full)}${'░'.repeat(barColumns - full)}`;
  if (brief) return [[left <= limitMs / 4000 ? 'bad' : 'warn', left === 0 ? ' too late' : ` ${left} s left`]];
  const intro = columns < 100 ? '  ' : `  ${who} waits ${Math.round(limitMs / 1000)} s: `;
  return [
    ['plain', intro],
    [left <= limitMs / 4000 ? 'bad' : 'warn', `${bar} ${words}`],
  ];
}
