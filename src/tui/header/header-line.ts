import { fidelityWords } from '../../format/fidelity.ts';
import { printable } from '../../format/printable.ts';
import { countText } from '../../format/size.ts';
import { failureWord } from '../../format/status.ts';
import { cutLine, lineWidth, type StyledLine } from '../../format/styled.ts';
import { targetName } from '../../format/target-name.ts';
import { timeText } from '../../format/time.ts';
import type { TargetHealth } from '../../model/target-health.ts';
import { sparkline } from './arrivals.ts';
import type { HeaderModel } from './header-model.ts';

/** Degree of detail of address and target, from everything to the essentials. */
type Length = 'advice' | 'full' | 'short' | 'brief' | 'shorter' | 'compact' | 'shortest';

/** What is at the right of the header: counts in words or in signs, and the last minutes. */
interface RightSide {
  readonly counts: 'words' | 'signs' | 'problems' | 'none';
  readonly arrivals: 'labelled' | 'bars' | 'none';
  /** The form is for screens of at least this width. */
  readonly minColumns?: number;
}

/** The forms of the header, the best first. */
const forms: readonly (readonly [Length, RightSide])[] = [
  ['advice', { counts: 'words', arrivals: 'labelled' }],
  ['advice', { counts: 'words', arrivals: 'bars' }],
  ['full', { counts: 'words', arrivals: 'labelled' }],
  ['full', { counts: 'words', arrivals: 'bars' }],
  ['short', { counts: 'words', arrivals: 'bars' }],
  ['brief', { counts: 'words', arrivals: 'bars' }],
  ['short', { counts: 'words', arrivals: 'none' }],
  ['brief', { counts: 'words', arrivals: 'none' }],
  ['brief', { counts: 'signs', arrivals: 'bars' }],
  ['brief', { counts: 'signs', arrivals: 'none', minColumns: 90 }],
  ['shorter', { counts: 'words', arrivals: 'bars' }],
  ['shorter', { counts: 'words', arrivals: 'none' }],
  ['shorter', { counts: 'signs', arrivals: 'bars' }],
  ['shorter', { counts: 'signs', arrivals: 'none' }],
  ['compact', { counts: 'signs', arrivals: 'none' }],
  ['shortest', { counts: 'signs', arrivals: 'none' }],
  ['shortest', { counts: 'problems', arrivals: 'none' }],
  ['shortest', { counts: 'none', arrivals: 'none' }],
];

/** Forms without room for what the tunnel does to requests. */
const narrowForms: ReadonlySet<Length> = new Set(['shorter', 'compact', 'shortest']);

/**
 * The first line of the header: address, tunnel, target, counts, the last minutes, in the best form that fits. Counts
 * have room to grow, and the right side ends at the right edge: nothing moves because a request arrives.
 */
export function headerLine(model: HeaderModel, columns: number): StyledLine {
  const fidelity = fidelitySpans(model);
  // What is lost is worth more than the words of a longer form.
  const isLost = fidelity.some(([tone]) => tone === 'warn');
  const line =
    (isLost ? firstFitting(model, columns, fidelity, true) : undefined) ??
    firstFitting(model, columns, fidelity, false);
  if (line) return line;
  return cutLine([['plain', ' '], ...addressSpans(model, 'shortest')], columns - 1);
}

/** The best form that fits; with `isRequired`, it must say what the tunnel does to requests. */
function firstFitting(
  model: HeaderModel,
  columns: number,
  fidelity: StyledLine,
  isRequired: boolean,
): StyledLine | undefined {
  for (const [length, right] of forms) {
    if (length === 'advice' && model.health.state !== 'down') continue;
    if (columns < (right.minColumns ?? 0)) continue;
    const whole = narrowForms.has(length) ? undefined : lineOf(model, columns, length, right, fidelity);
    const line = whole ?? (isRequired ? undefined : lineOf(model, columns, length, right, []));
    if (line) return line;
  }
  return undefined;
}

/** The header in one form; undefined: it does not fit. */
function lineOf(
  model: HeaderModel,
  columns: number,
  length: Length,
  { counts, arrivals }: RightSide,
  fidelity: StyledLine,
): StyledLine | undefined {
  const left: StyledLine = [
    ['plain', ' '],
    ...addressSpans(model, length),
    ...fidelity,
    ...targetSpans(model, length),
  ];
  const right = [...countSpans(model, counts), ...arrivalSpans(model, arrivals)];
  const gap = columns - 1 - lineWidth(left) - lineWidth(right);
  if (gap < (right.length === 0 ? 0 : 2)) return undefined;
  const refused = counts === 'words' ? refusedSpans(model) : [];
  const rest = gap - lineWidth(refused);
  return rest < 2
    ? [...left, ['plain', ' '.repeat(gap)], ...right]
    : [...left, ['plain', ' '.repeat(rest)], ...refused, ...right];
}

/** The last minutes as bars. */
function arrivalSpans({ arrivals }: HeaderModel, form: RightSide['arrivals']): StyledLine {
  if (form === 'none') return [];
  return [
    ['plain', '   '],
    ['key', sparkline(arrivals)],
    ['dim', form === 'labelled' ? '  last 15 min' : ''],
  ];
}

/** `182 ms` and `34 ms` take the same room. */
const latencyColumns = 6;

function addressSpans({ tunnel, localUrl, hasTunnel }: HeaderModel, length: Length): StyledLine {
  const url = printable(tunnel.url ?? localUrl);
  const isShort = length === 'compact' || length === 'shortest';
  const address = isShort ? shortAddress(url) : length === 'shorter' ? url.replace(/^https?:\/\//, '') : url;
  const latency =
    tunnel.latencyMs === null ? '' : `${Math.round(tunnel.latencyMs)} ms`.padEnd(latencyColumns);
  const isLong = length === 'advice' || length === 'full' || length === 'short';
  const spans = (tone: 'good' | 'warn' | 'bad' | 'dim', dot: string, words: string): StyledLine => [
    ['strong', address],
    ['plain', isLong ? '  ' : ' '],
    [tone, words === '' ? dot : `${dot} ${words}`],
  ];
  if (!hasTunnel) return spans('dim', '○', isShort ? 'local' : 'local only');
  switch (tunnel.state) {
    case 'online':
      if (isLong) return spans('good', '●', latency === '' ? 'online' : `online ${latency}`);
      return spans('good', '●', length === 'shortest' ? '' : latency);
    case 'connecting':
      return spans('warn', '○', isLong ? 'opening the tunnel …' : 'opening');
    case 'unreachable':
      return spans('bad', '●', isLong ? 'unreachable' : 'down');
    case 'closed':
      return spans('dim', '○', 'closed');
  }
}

/** What the tunnel does to requests; nothing while that is not known. */
function fidelitySpans({ tunnel, hasTunnel }: HeaderModel): StyledLine {
  if (!hasTunnel || tunnel.state !== 'online' || tunnel.fidelity === null) return [];
  const words = fidelityWords(tunnel.fidelity);
  if (words === undefined) return [];
  return [
    ['dim', ' · '],
    [words === 'exact' ? 'dim' : 'warn', words],
  ];
}

/** `https://calm-fox-41.loca.lt` → `calm-fox-41`, `http://localhost:4000` → `:4000`. */
function shortAddress(url: string): string {
  const host = url.replace(/^https?:\/\//, '');
  return host.startsWith('localhost:') ? host.slice('localhost'.length) : (host.split('.')[0] ?? host);
}

function targetSpans({ target, health, forwards }: HeaderModel, length: Length): StyledLine {
  const gap = length === 'advice' || length === 'full' ? '      ' : length === 'short' ? '   ' : ' ';
  if (!target && !forwards) return [['dim', length === 'shortest' ? '' : `${gap}recording only`]];
  const whole = target ? targetName(target.href) : 'by routes';
  const isShort = length === 'shorter' || length === 'compact' || length === 'shortest';
  const name = isShort ? whole.replace(/^localhost:/, ':') : whole;
  const arrow: StyledLine = [['plain', `${gap}→ ${name}`]];
  switch (health.state) {
    case 'unknown':
      return arrow;
    case 'up':
      return [...arrow, ['plain', ' '], ['good', length === 'shortest' ? '●' : '● up']];
    case 'absent':
      return [...arrow, ['plain', ' '], ['warn', absentWords[length]]];
    case 'down':
      return [...arrow, ['plain', ' '], ['bad', downWords(health, target?.port)[length]]];
  }
}

/** Nothing has listened at the target since the start. */
const absentWords: Readonly<Record<Length, string>> = {
  advice: '○ nothing listens there yet',
  full: '○ nothing listens there yet',
  short: '○ not up yet',
  brief: '○ not up yet',
  shorter: '○ not up',
  compact: '○ not up',
  shortest: '○',
};

function downWords(
  { code, since }: Extract<TargetHealth, { state: 'down' }>,
  port: number | undefined,
): Readonly<Record<Length, string>> {
  const reason = failureWord(code);
  const whole = `○ ${reason} since ${timeText(since)}`;
  return {
    advice: port === undefined ? whole : `${whole}: is the server on :${port} running?`,
    full: whole,
    short: `○ ${reason}`,
    brief: `○ ${reason}`,
    shorter: `○ ${reason}`,
    compact: `○ ${reason}`,
    shortest: '○',
  };
}

/** Columns that are kept for the counts, so that nothing moves when they grow. */
const countColumns = {
  words: { received: '9,999 received'.length, failed: '999 failed'.length, held: '999 held'.length },
  signs: { received: '9,999'.length, failed: '✗99'.length, held: 'held 99'.length },
} as const;

function countSpans({ counts }: HeaderModel, form: RightSide['counts']): StyledLine {
  if (form === 'none') return [];
  const inWords = form === 'words';
  const columns = countColumns[inWords ? 'words' : 'signs'];
  const received = countText(counts.received) + (counts.isComplete ? '' : '+');
  const [failed, held] = [counts.failed, counts.held].map(countText);
  const failedText = counts.failed === 0 ? '' : inWords ? `${failed} failed` : `✗${failed}`;
  const heldText = counts.held === 0 ? '' : inWords ? `${held} held` : `held ${held}`;
  const gap = inWords ? '  ' : ' ';
  return [
    ...(form === 'problems'
      ? []
      : [['plain', (received + (inWords ? ' received' : '')).padEnd(columns.received) + gap] as const]),
    ['bad', failedText.padEnd(columns.failed) + gap],
    ['warn', heldText.padEnd(columns.held)],
  ];
}

function refusedSpans({ counts: { refused } }: HeaderModel): StyledLine {
  return refused === 0 ? [] : [['warn', `${countText(refused)} not recorded  `]];
}
