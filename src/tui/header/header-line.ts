import { printable } from '../../format/printable.ts';
import { countText } from '../../format/size.ts';
import { lineWidth, type StyledLine } from '../../format/styled.ts';
import { timeText } from '../../format/time.ts';
import { sparkline } from './arrivals.ts';
import type { HeaderModel } from './header-model.ts';

/** Degree of detail, from everything to the essentials. */
type Length = 'advice' | 'full' | 'short' | 'shorter' | 'shortest';

const lengths: readonly Length[] = ['advice', 'full', 'short', 'shorter', 'shortest'];

/** The first line of the header: address, tunnel, target, counts, in the longest form that fits. */
export function headerLine(model: HeaderModel, columns: number): StyledLine {
  for (const length of lengths) {
    const left = [...addressSpans(model, length), ...targetSpans(model, length)];
    const room = columns - 2 - lineWidth(left);
    const inWords = countSpans(model, true, length !== 'shortest');
    const isBrief = length === 'shortest' || (length === 'shorter' && room - lineWidth(inWords) < 2);
    const counts = isBrief ? countSpans(model, false, length !== 'shortest') : inWords;
    const forArrivals = room - lineWidth(counts);
    const right = [...counts, ...arrivalSpans(model, forArrivals)];
    const gap = columns - 2 - lineWidth(left) - lineWidth(right);
    if (gap >= 2 || length === 'shortest') {
      return [['plain', ' '], ...left, ['plain', ' '.repeat(Math.max(1, gap))], ...right];
    }
  }
  return [];
}

/** The last minutes as bars, with a label if there is room. */
function arrivalSpans({ arrivals }: HeaderModel, room: number): StyledLine {
  if (arrivals.every((count) => count === 0) || room < arrivals.length + 5) return [];
  const bars: StyledLine = [
    ['plain', '   '],
    ['key', sparkline(arrivals)],
  ];
  return room < arrivals.length + 19 ? bars : [...bars, ['dim', '  last 15 min']];
}

function addressSpans({ tunnel, localUrl, hasTunnel }: HeaderModel, length: Length): StyledLine {
  const url = printable(tunnel.url ?? localUrl);
  const address =
    length === 'shorter' ? url.replace(/^https?:\/\//, '') : length === 'shortest' ? shortAddress(url) : url;
  const latency = tunnel.latencyMs === null ? '' : `${Math.round(tunnel.latencyMs)} ms`;
  const isLong = length === 'advice' || length === 'full' || length === 'short';
  const spans = (tone: 'good' | 'warn' | 'bad' | 'dim', dot: string, words: string): StyledLine => [
    ['strong', address],
    ['plain', isLong ? '  ' : ' '],
    [tone, words === '' ? dot : `${dot} ${words}`],
  ];
  if (!hasTunnel) return spans('dim', '○', length === 'shortest' ? 'local' : 'local only');
  switch (tunnel.state) {
    case 'online':
      return spans('good', '●', isLong ? `online ${latency}`.trimEnd() : latency);
    case 'connecting':
      return spans('warn', '○', isLong ? 'opening the tunnel …' : 'opening');
    case 'unreachable':
      return spans('bad', '●', isLong ? 'unreachable' : 'down');
    case 'closed':
      return spans('dim', '○', 'closed');
  }
}

/** `https://calm-fox-41.loca.lt` → `calm-fox-41`, `http://localhost:4000` → `:4000`. */
function shortAddress(url: string): string {
  const host = url.replace(/^https?:\/\//, '');
  return host.startsWith('localhost:') ? host.slice('localhost'.length) : (host.split('.')[0] ?? host);
}

function targetSpans({ target, health }: HeaderModel, length: Length): StyledLine {
  const gap = length === 'advice' || length === 'full' ? '      ' : length === 'short' ? '   ' : ' ';
  if (!target) return [['dim', length === 'shortest' ? '' : `${gap}recording only`]];
  const whole = printable(target.href).replace(/^http:\/\//, '');
  const name = length === 'shorter' || length === 'shortest' ? whole.replace(/^localhost:/, ':') : whole;
  const arrow: StyledLine = [['plain', `${gap}→ ${name}`]];
  if (health.state === 'unknown') return arrow;
  if (health.state === 'up')
    return [...arrow, ['plain', ' '], ['good', length === 'shortest' ? '●' : '● up']];
  const since = `${health.reason} since ${timeText(health.since)}`;
  const words = {
    advice: `○ ${since}: is the server on :${target.port} running?`,
    full: `○ ${since}`,
    short: `○ ${health.reason}`,
    shorter: `○ ${health.reason}`,
    shortest: '○',
  };
  return [...arrow, ['plain', ' '], ['bad', words[length]]];
}

function countSpans({ counts }: HeaderModel, inWords: boolean, withReceived: boolean): StyledLine {
  const { received, failed, refused, held } = counts;
  const spans: StyledLine[] = [];
  if (withReceived) spans.push([['plain', countText(received) + (inWords ? ' received' : '')]]);
  if (failed > 0) spans.push([['bad', inWords ? `${countText(failed)} failed` : `✗${countText(failed)}`]]);
  if (held > 0) spans.push([['warn', inWords ? `${countText(held)} held` : `held ${countText(held)}`]]);
  if (refused > 0 && inWords) spans.push([['warn', `${countText(refused)} not recorded`]]);
  return spans.flatMap((span, index) =>
    index === 0 ? span : [['plain', inWords ? '  ' : ' '] as const, ...span],
  );
}
