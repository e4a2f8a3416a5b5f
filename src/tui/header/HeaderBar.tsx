import { Box } from 'ink';
import type { Canvas } from '../terminal/canvas.ts';
import { Lines } from '../terminal/Lines.tsx';
import { headerLine } from './header-line.ts';
import type { HeaderModel } from './header-model.ts';

interface Props {
  readonly model: HeaderModel;
  readonly columns: number;
  readonly canvas: Canvas;
}

/** Address, tunnel, target and counts; below them warnings and the state of the breakpoint. */
export function HeaderBar({ model, columns, canvas }: Props) {
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Lines lines={[headerLine(model, columns), ...model.messages]} canvas={canvas} />
    </Box>
  );
}
