import { Box } from 'ink';
import { printable } from '../../format/printable.ts';
import { countText } from '../../format/size.ts';
import type { Span, StyledLine } from '../../format/styled.ts';
import { cut, textWidth } from '../../format/width.ts';
import type { Canvas } from '../canvas.ts';
import type { View } from '../feed.ts';
import { filterText } from '../footer-line.ts';
import { rowLine } from '../row-line.ts';
import { selectedLine } from '../selected-line.ts';
import { Lines } from './Lines.tsx';

interface Props {
  readonly view: View;
  readonly canvas: Canvas;
}

/** The requests that fit, the oldest on top, and whether the list follows the newest. */
export function RequestList({ view, canvas }: Props) {
  const { rows, index, layout, state, providers, now } = view;
  const lines = rows.map((request, row) => {
    const marked = state.marks.includes(request.seq);
    const line = rowLine(request, {
      columns: layout.listColumns,
      names: state.allNames,
      marked,
      providers,
      now,
    });
    return row === index ? selectedLine(line, state.pane === 'list', canvas) : line;
  });
  return (
    <Box flexDirection="column" width={layout.listColumns} height={layout.bodyRows} flexShrink={0}>
      <Box height={layout.listRows} flexShrink={0}>
        <Lines lines={rows.length === 0 ? [noMatch(view)] : lines} canvas={canvas} />
      </Box>
      {layout.size === 'small' ? null : <Lines lines={[positionLine(view)]} canvas={canvas} />}
    </Box>
  );
}

function noMatch({ filter }: View): StyledLine {
  const text = filter && !filter.complete ? 'Nothing matches so far …' : 'No request matches the filter.';
  return [['dim', ` ${text} Esc ends it.`]];
}

function positionLine({ state, newBelow, filter, layout }: View): StyledLine {
  const parts: Span[][] = [];
  if (state.following) parts.push([['dim', 'following']]);
  else if (newBelow === 0) parts.push([['dim', 'following paused']]);
  else {
    const count = newBelow > 999 ? '999+' : countText(newBelow);
    parts.push([
      ['dim', 'following paused, '],
      ['strong', `${count} new below`],
      ['dim', ' (G)'],
    ]);
  }
  if (state.allNames) parts.push([['dim', 'all projects']]);
  if (state.marks.length > 0) parts.push([['plain', `${state.marks.length} marked`]]);
  if (state.removed.length > 0) parts.push([['warn', `${state.removed.length} deleted (u takes it back)`]]);
  if (filter && filter.error === undefined && state.filter.trim() !== '') {
    const found = filterText(filter);
    const used = parts.flat().reduce((sum, [, text]) => sum + textWidth(text) + 3, 0);
    const room = layout.listColumns - used - textWidth(found) - 8;
    parts.push([
      ['key', `/ ${cut(printable(state.filter), Math.max(8, room))}`],
      ['dim', `  ${found}`],
    ]);
  }
  return parts.flatMap((part, at): StyledLine => [['dim', at === 0 ? ' ' : ' · '], ...part]);
}
