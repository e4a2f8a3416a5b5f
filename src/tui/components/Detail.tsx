import { Box } from 'ink';
import { requestLineText } from '../../format/show.ts';
import { cutLine, lineWidth, type StyledLine } from '../../format/styled.ts';
import { dateText, preciseTimeText } from '../../format/time.ts';
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
  /** In ms since the epoch. */
  readonly now: number;
}

/** One request in parts: its title, the parts there are, the lines of the one that is chosen. */
export function Detail({ detail, state, layout, canvas, now }: Props) {
  const { tab, pane } = state;
  const width = layout.detailColumns;
  const lines = detail.lines.map((line, row) =>
    row === detail.cursor?.row
      ? selectedLine(cutLine(line, width), pane === 'detail' && detail.cursor.type === 'line', canvas)
      : cutLine(line, width),
  );
  return (
    <Box flexDirection="column" width={width} height={layout.bodyRows} flexShrink={0}>
      <Lines
        lines={[titleLine(detail, { tab, width, now }), tabLine(detail, tab, width), ...lines]}
        canvas={canvas}
      />
    </Box>
  );
}

/** The overview begins with the request line itself. */
function titleLine(
  { request }: DetailFacts,
  { tab, width, now }: { readonly tab: Tab; readonly width: number; readonly now: number },
): StyledLine {
  const day = dateText(request.receivedAt);
  const time = `${day === dateText(now) ? '' : `${day} `}${preciseTimeText(request.receivedAt)}`;
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

/** The parts with their keys, the chosen one in brackets; how far down one reads. */
function tabLine(detail: DetailFacts, chosen: Tab, width: number): StyledLine {
  const count = detail.request.attemptCount;
  const { position } = detail;
  const key = (tab: Tab) => String(tabs.indexOf(tab) + 1);
  const counted = (tab: Tab) => (tab === 'attempts' && count > 0 ? ` ·${count}` : '');
  const whole = (tab: Tab) => `${key(tab)} ${titles[tab]}`;
  const withCount = (tab: Tab) => whole(tab) + counted(tab);
  const named = [
    tabSpans(withCount, chosen, 'loose'),
    tabSpans(whole, chosen, 'loose'),
    tabSpans(withCount, chosen, 'tight'),
    tabSpans(whole, chosen, 'tight'),
    tabSpans((tab) => titles[tab], chosen, 'tight'),
  ];
  const brief = [
    tabSpans((tab) => (tab === chosen ? withCount(tab) : key(tab)), chosen, 'loose'),
    tabSpans((tab) => (tab === chosen ? titles[tab] : key(tab)), chosen, 'loose'),
    tabSpans(key, chosen, 'tight'),
  ];
  // Better less of the position than not to say which parts there are.
  const fits = (spans: StyledLine) => lineWidth(spans) <= width;
  const spans =
    named.find((each) => lineWidth(each) + textWidth(position) <= width) ??
    [...named, ...brief].find(fits) ??
    brief.at(-1)!;
  const room = Math.max(0, width - lineWidth(spans));
  return [...spans, ['dim', padded(room < 4 ? '' : position, room, 'right')]];
}

/** The parts side by side, the chosen one in brackets: with a space around each, or with one between two. */
function tabSpans(form: (tab: Tab) => string, chosen: Tab, gaps: 'loose' | 'tight'): StyledLine {
  return tabs.flatMap((tab, index): StyledLine => {
    const isChosen = tab === chosen;
    const before = isChosen ? '[' : ' ';
    const isLast = index === tabs.length - 1;
    const after = isChosen ? ']' : gaps === 'loose' || isLast ? ' ' : '';
    return [
      ['strong', before],
      [isChosen ? 'strong' : 'dim', form(tab)],
      ['strong', after],
    ];
  });
}
