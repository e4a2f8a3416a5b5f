import { Box } from 'ink';
import { requestLineText } from '../../format/show.ts';
import { cutLine, lineWidth, type StyledLine } from '../../format/styled.ts';
import { dateText, preciseTimeText, timeText } from '../../format/time.ts';
import { cut, textWidth } from '../../format/width.ts';
import type { Layout } from '../state/layout.ts';
import { type State, type Tab, tabs } from '../state/state.ts';
import type { Canvas } from '../terminal/canvas.ts';
import { Lines } from '../terminal/Lines.tsx';
import { selectedLine } from '../terminal/theme.ts';
import type { DetailModel } from './detail-view.ts';

interface Props {
  readonly detail: DetailModel;
  readonly state: State;
  readonly layout: Layout;
  readonly canvas: Canvas;
  /** The keys that show the tabs. */
  readonly keyOf: (tab: Tab) => string;
  /** In ms since the epoch. */
  readonly now: number;
}

/** The detail of one request: title, tabs, and the lines of the selected tab. */
export function Detail({ detail, state, layout, canvas, keyOf, now }: Props) {
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
        lines={[titleLine(detail, { tab, width, now }), tabLine(detail, { tab, width, keyOf }), ...lines]}
        canvas={canvas}
      />
    </Box>
  );
}

const narrowTitle = 60;

/** Id, request line, scroll position and time. The overview itself begins with the request line. */
function titleLine(
  { request, position }: DetailModel,
  { tab, width, now }: { readonly tab: Tab; readonly width: number; readonly now: number },
): StyledLine {
  const day = dateText(request.receivedAt);
  // Where there is little room the path says more than the milliseconds, which the overview has.
  const timeOf = width < narrowTitle ? timeText : preciseTimeText;
  const time = `${day === dateText(now) ? '' : `${day} `}${timeOf(request.receivedAt)}`;
  const id = `${request.id}  `;
  const rest = width - id.length - 1;
  const where =
    [position, position.replace(/^(body|response) /, '')].find((each) => textWidth(each) <= rest) ?? '';
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
  related: 'Related',
};

/** The tabs with their keys, the selected one in brackets, in the longest form that fits. */
function tabLine(
  detail: DetailModel,
  { tab: chosen, width, keyOf: key }: { readonly tab: Tab; readonly width: number } & Pick<Props, 'keyOf'>,
): StyledLine {
  const count = detail.request.attemptCount;
  const counted = (tab: Tab) => (tab === 'attempts' && count > 0 ? ` ·${count}` : '');
  const whole = (tab: Tab) => `${key(tab)} ${titles[tab]}`;
  const withCount = (tab: Tab) => whole(tab) + counted(tab);
  const forms = [
    tabSpans(withCount, chosen, 'loose'),
    tabSpans(whole, chosen, 'loose'),
    tabSpans(withCount, chosen, 'tight'),
    tabSpans(whole, chosen, 'tight'),
    tabSpans((tab) => titles[tab], chosen, 'tight'),
    withoutMargin(tabSpans((tab) => titles[tab], chosen, 'tight')),
    tabSpans((tab) => (tab === chosen ? withCount(tab) : key(tab)), chosen, 'loose'),
    tabSpans((tab) => (tab === chosen ? titles[tab] : key(tab)), chosen, 'loose'),
    tabSpans(key, chosen, 'tight'),
  ];
  return forms.find((each) => lineWidth(each) <= width) ?? forms.at(-1)!;
}

/** Beside the list on 120 columns, names fit without the space before the first. */
function withoutMargin([[tone, before] = ['strong', ''] as const, ...rest]: StyledLine): StyledLine {
  return [[tone, before.trimStart()], ...rest];
}

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
