import { Box } from 'ink';
import { requestLineText } from '../../format/show.ts';
import type { StyledLine } from '../../format/styled.ts';
import { preciseTimeText } from '../../format/time.ts';
import { cut, textWidth } from '../../format/width.ts';
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

/** The parts with their keys, the chosen one in brackets; how far down one reads. */
function tabLine(detail: DetailFacts, chosen: Tab, width: number): StyledLine {
  const count = detail.request.attemptCount;
  const { position } = detail;
  const label = (tab: Tab) => titles[tab] + (tab === 'attempts' && count > 0 ? ` ·${count}` : '');
  const key = (tab: Tab) => String(tabs.indexOf(tab) + 1);
  const forms: ((tab: Tab) => string)[] = [
    (tab) => `${key(tab)} ${label(tab)}`,
    label,
    (tab) => (tab === chosen ? `${key(tab)} ${label(tab)}` : key(tab)),
    (tab) => (tab === chosen ? label(tab) : key(tab)),
  ];
  const widthOf = (form: (tab: Tab) => string) => tabs.reduce((sum, tab) => sum + form(tab).length + 2, 0);
  const form = forms.find((each) => widthOf(each) + position.length <= width) ?? key;
  const spans = tabs.map((tab) =>
    tab === chosen ? (['strong', `[${form(tab)}]`] as const) : (['dim', ` ${form(tab)} `] as const),
  );
  return [...spans, ['dim', position.padStart(Math.max(0, width - widthOf(form)))]];
}
