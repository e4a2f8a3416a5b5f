import { Box } from 'ink';
import { requestLineText } from '../../format/show.ts';
import { lineWidth, type StyledLine } from '../../format/styled.ts';
import { preciseTimeText } from '../../format/time.ts';
import { cut, padded, textWidth } from '../../format/width.ts';
import type { Canvas } from '../canvas.ts';
import type { DetailFacts } from '../detail-view.ts';
import type { Layout } from '../layout.ts';
import { selectedLine } from '../selected-line.ts';
import { type State, type Tab, tabs } from '../state.ts';
import { Lines } from './Lines.tsx';

interface Props {
  readonly detail: DetailFacts;
  readonly state: State;
  readonly layout: Layout;
  readonly canvas: Canvas;
}

/** One request in parts: its title, the parts there are, the lines of the one that is chosen. */
export function Detail({ detail, state, layout, canvas }: Props) {
  const { tab, pane } = state;
  const width = layout.detailColumns;
  const lines = detail.lines.map((line, row) =>
    row === detail.cursor?.row
      ? selectedLine(line, pane === 'detail' && detail.cursor.type === 'line', canvas)
      : line,
  );
  return (
    <Box flexDirection="column" width={width} height={layout.bodyRows} flexShrink={0}>
      <Lines lines={[titleLine(detail, tab, width), tabLine(detail, tab, width), ...lines]} canvas={canvas} />
    </Box>
  );
}

/** The overview begins with the request line itself. */
function titleLine({ request }: DetailFacts, tab: Tab, width: number): StyledLine {
  const time = preciseTimeText(request.receivedAt);
  const id = `${request.id}  `;
  const room = width - id.length - time.length - 2;
  if (room < 8) return [['strong', request.id]];
  const what = tab === 'overview' ? '' : cut(requestLineText(request), room);
  const gap = ' '.repeat(width - id.length - textWidth(what) - time.length);
  return [
    ['strong', id],
    ['plain', what + gap],
    ['dim', time],
  ];
}

const titles: Readonly<Record<Tab, string>> = {
  overview: 'Overview',
  headers: 'Headers',
  body: 'Body',
  response: 'Response',
  attempts: 'Attempts',
  story: 'Story',
};

/** So much of the position is worth leaving out names of parts for. */
const leastPosition = 12;

/** The parts with their keys, the chosen one in brackets; how far down one reads. */
function tabLine(detail: DetailFacts, chosen: Tab, width: number): StyledLine {
  const count = detail.request.attemptCount;
  const { position } = detail;
  const key = (tab: Tab) => String(tabs.indexOf(tab) + 1);
  const counted = (tab: Tab) => (tab === 'attempts' && count > 0 ? ` ·${count}` : '');
  const whole = (tab: Tab) => `${key(tab)} ${titles[tab]}`;
  const forms: ((tab: Tab) => string)[] = [
    (tab) => whole(tab) + counted(tab),
    whole,
    (tab) => (tab === chosen ? whole(tab) : key(tab)),
    (tab) => (tab === chosen ? titles[tab] : key(tab)),
  ];
  const looks = [
    ...forms.slice(0, 2).map((form) => tabSpans(form, chosen, 'loose')),
    ...forms.map((form) => tabSpans(form, chosen, 'tight')),
    tabSpans(key, chosen, 'tight'),
  ];
  // Better less of the position than not to say where one is.
  const spans =
    looks.find((look) => lineWidth(look) + textWidth(position) <= width) ??
    looks.find((look) => lineWidth(look) + leastPosition <= width) ??
    looks.at(-1)!;
  const room = Math.max(0, width - lineWidth(spans));
  return [...spans, ['dim', padded(position, room, 'right')]];
}

/** The parts side by side, the chosen one in brackets: with a space around each, or with one between two. */
function tabSpans(form: (tab: Tab) => string, chosen: Tab, gaps: 'loose' | 'tight'): StyledLine {
  return tabs.flatMap((tab, index): StyledLine => {
    const isChosen = tab === chosen;
    const follows = index > 0 && tabs[index - 1] === chosen;
    const before = gaps === 'loose' ? (isChosen ? '[' : ' ') : isChosen ? '[' : follows ? ']' : ' ';
    const isLast = index === tabs.length - 1;
    const after = gaps === 'loose' || isLast ? (isChosen ? ']' : ' ') : '';
    return [
      ['strong', before],
      [isChosen ? 'strong' : 'dim', form(tab)],
      ['strong', after],
    ];
  });
}
