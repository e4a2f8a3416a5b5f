import { Box } from 'ink';
import { countText } from '../../format/size.ts';
import type { StyledLine } from '../../format/styled.ts';
import type { Canvas } from '../canvas.ts';
import type { View } from '../feed.ts';
import { rowLine } from '../row-line.ts';
import type { State } from '../state.ts';
import { Lines } from './Lines.tsx';

interface Props {
  readonly view: View;
  readonly canvas: Canvas;
}

/** The requests that fit, the oldest on top, and whether the list follows the newest. */
export function RequestList({ view, canvas }: Props) {
  const { rows, index, layout, state } = view;
  const options = { columns: layout.listColumns, names: state.allNames };
  const lines = rows.map((request, row) =>
    row === index ? selectedLine(rowLine(request, options), state, canvas) : rowLine(request, options),
  );
  return (
    <Box flexDirection="column" width={layout.listColumns} height={layout.bodyRows} flexShrink={0}>
      <Box height={layout.listRows} flexShrink={0}>
        <Lines lines={lines} canvas={canvas} />
      </Box>
      {layout.size === 'small' ? null : <Lines lines={[positionLine(view)]} canvas={canvas} />}
    </Box>
  );
}

/** Inverse; or with a mark in the margin where there is no colour, or where the keys act on the detail. */
function selectedLine(line: StyledLine, { pane }: State, { colour, ascii }: Canvas): StyledLine {
  if (colour && pane === 'list') return line.map(([, text]) => ['selected', text]);
  const [[tone, first] = ['dim', ' '] as const, ...rest] = line;
  return [['plain', colour && !ascii ? '▌' : '>'], [tone, first.slice(1)], ...rest];
}

function positionLine({ state, newBelow }: View): StyledLine {
  const whose = state.allNames ? ' · all projects' : '';
  if (state.following) return [['dim', ` following${whose}`]];
  if (newBelow === 0) return [['dim', ` following paused${whose}`]];
  const count = newBelow > 999 ? '999+' : countText(newBelow);
  return [
    ['dim', ' following paused, '],
    ['strong', `${count} new below`],
    ['dim', ` (G)${whose}`],
  ];
}
