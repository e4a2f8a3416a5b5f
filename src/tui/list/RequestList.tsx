import { Box } from 'ink';
import { printable } from '../../format/printable.ts';
import { countText } from '../../format/size.ts';
import type { Span, StyledLine } from '../../format/styled.ts';
import { cut, textWidth } from '../../format/width.ts';
import type { RequestSummary } from '../../model/request.ts';
import type { Keymap } from '../input/keymap.ts';
import type { Layout } from '../state/layout.ts';
import type { State } from '../state/state.ts';
import type { Canvas } from '../terminal/canvas.ts';
import { Lines } from '../terminal/Lines.tsx';
import { selectedLine } from '../terminal/theme.ts';
import { rowLine } from './row-line.ts';
import { type FilterStatus, filterText } from './row-source.ts';

/** The list as it is drawn. */
export interface ListModel {
  readonly keymap: Keymap;
  readonly rows: readonly RequestSummary[];
  /** The row of the selection. */
  readonly index: number;
  /** When the rows were read, in ms since the epoch. */
  readonly now: number;
  /** A provider was among the rows, now or before: once shown, the column stays. */
  readonly showProviderColumn: boolean;
  /** Number of requests below that arrived since the list stopped following; not counted beyond 999. */
  readonly newBelow: number;
  /** Undefined: the list is not filtered. */
  readonly filter: FilterStatus | undefined;
}

interface Props {
  readonly list: ListModel;
  readonly state: State;
  readonly layout: Layout;
  readonly canvas: Canvas;
}

/** The visible requests, the oldest on top, and a line on the list's state. */
export function RequestList({ list, state, layout, canvas }: Props) {
  const { rows, index, showProviderColumn: providers, now } = list;
  const lines = rows.map((request, row) => {
    const marked = state.marks.includes(request.seq);
    const line = rowLine(request, {
      columns: layout.listColumns,
      showProjects: state.allProjects,
      marked,
      showProviderColumn: providers,
      now,
    });
    return row === index ? selectedLine(line, state.pane === 'list', canvas) : line;
  });
  return (
    <Box flexDirection="column" width={layout.listColumns} height={layout.bodyRows} flexShrink={0}>
      <Box height={layout.listRows} flexShrink={0}>
        <Lines lines={rows.length === 0 ? [noMatch(list, state)] : lines} canvas={canvas} />
      </Box>
      {layout.size === 'small' ? null : <Lines lines={[positionLine(list, state, layout)]} canvas={canvas} />}
    </Box>
  );
}

function noMatch({ filter, keymap }: ListModel, { prompt }: State): StyledLine {
  const text = filter && !filter.complete ? 'No match so far …' : 'No request matches the filter.';
  return [['dim', ` ${text} ${prompt ? 'Esc' : keymap.keyOf('back')} clears it.`]];
}

function positionLine({ newBelow, filter, keymap }: ListModel, state: State, layout: Layout): StyledLine {
  const parts: Span[][] = [];
  if (state.following) parts.push([['dim', 'following']]);
  else if (newBelow === 0) parts.push([['dim', 'following paused']]);
  else {
    const count = newBelow > 999 ? '999+' : countText(newBelow);
    parts.push([
      ['dim', 'following paused, '],
      ['strong', `${count} new below`],
      ['dim', ` (${keymap.keyOf('last')})`],
    ]);
  }
  if (state.allProjects) parts.push([['dim', 'all projects']]);
  if (state.marks.length > 0) parts.push([['plain', `${state.marks.length} marked`]]);
  if (state.pendingDeletes.length > 0)
    parts.push([['warn', `${state.pendingDeletes.length} deleted (${keymap.keyOf('undo')} undoes it)`]]);
  if (filter && filter.error === undefined && state.filter.trim() !== '') {
    const found = filterText(filter);
    const used = parts.flat().reduce((sum, [, text]) => sum + textWidth(text) + 3, 0);
    const room = layout.listColumns - used - textWidth(found) - 14;
    parts.push([
      ['key', `filter: ${cut(printable(state.filter), Math.max(8, room))}`],
      ['dim', `  ${found}`],
    ]);
  }
  return parts.flatMap((part, at): StyledLine => [['dim', at === 0 ? ' ' : ' · '], ...part]);
}
