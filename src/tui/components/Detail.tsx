import { Box } from 'ink';
import { requestLineText } from '../../format/show.ts';
import { cutLine, lineWidth, type StyledLine } from '../../format/styled.ts';
import { dateText, preciseTimeText } from '../../format/time.ts';
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

/** Which request it is, how far down one reads, when it came. The overview begins with the request line itself. */
function titleLine(
  { request, position }: DetailFacts,
  { tab, width, now }: { readonly tab: Tab; readonly width: number; readonly now: number },
): StyledLine {
  const day = dateText(request.receivedAt);
  const time = `${day === dateText(now) ? '' : `${day} `}${preciseTimeText(request.receivedAt)}`;
  const id = `${request.id}  `;
  const rest = width - id.length - 1;
  const where = cut(position, rest);
  const gap = where === '' ? 0 : 2;
  const when = textWidth(where) + gap + time.length <= rest ? time : '';
  const right = textWidth(where) + (when === '' ? 0 : gap + time.length);
  const room = rest - right - 1;
  const what = tab === 'overview' || room < 8 ? '' : cut(requestLineText(request), room);
  return [
    ['strong', id],
    ['plain', what + ' '.repeat(Math.max(0, width - id.length - textWidth(what) - right))],
    ['plain', where],
    ['dim', when === '' ? '' : ' '.repeat(gap) + when],
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

/** The parts with their keys, the chosen one in brackets, in the longest form that fits. */
function tabLine(detail: DetailFacts, chosen: Tab, width: number): StyledLine {
  const count = detail.request.attemptCount;
  const key = (tab: Tab) => String(tabs.indexOf(tab) + 1);
  const counted = (tab: Tab) => (tab === 'attempts' && count > 0 ? ` ·${count}` : '');
  const whole = (tab: Tab) => `${key(tab)} ${titles[tab]}`;
  const withCount = (tab: Tab) => whole(tab) + counted(tab);
  const forms = [
    tabSpans(withCount, chosen, 'loose'),
    tabSpans(whole, chosen, 'loose'),
    tabSpans(withCount, chosen, 'tight'),
    tabSpans(whole, chosen, 'tight'),
    tabSpans((tab) => titles[tab], chosen, 'tight'),
    tabSpans((tab) => (tab === chosen ? withCount(tab) : key(tab)), chosen, 'loose'),
    tabSpans((tab) => (tab === chosen ? titles[tab] : key(tab)), chosen, 'loose'),
    tabSpans(key, chosen, 'tight'),
  ];
  return forms.find((each) => lineWidth(each) <= width) ?? forms.at(-1)!;
}

/** The parts side by side, the chosen one in brackets: with a space around each, or with one between two. */
function tabSpans(form: (tab: Tab) => string, chosen: Tab, gaps: 'loose' | 'tight'): StyledLine {
  return tabs.flatMap((tab, index): StyledLine => {
    const isChosen = tab === chosen;
    const apart = gaps === 'tight' && index > 0 ? ' ' : '';
    const before = isChosen ? `${apart}[` : gaps === 'tight' && index > 0 ? apart : ' ';
    const after = isChosen ? ']' : gaps === 'loose' ? ' ' : '';
    return [
      ['strong', before],
      [isChosen ? 'strong' : 'dim', form(tab)],
      ['strong', after],
    ];
  });
}
