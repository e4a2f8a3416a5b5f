import { Box } from 'ink';
import type { StyledLine } from '../../format/styled.ts';
import type { Layout } from '../state/layout.ts';
import type { Canvas } from '../terminal/canvas.ts';
import { Lines } from '../terminal/Lines.tsx';

interface Props {
  readonly lines: readonly StyledLine[];
  readonly layout: Layout;
  readonly canvas: Canvas;
}

/** Lines in place of list and detail: the help, a comparison, the palette. */
export function Overlay({ lines, layout, canvas }: Props) {
  return (
    <Box flexDirection="column" width={layout.columns} height={layout.bodyRows} flexShrink={0}>
      <Lines lines={lines.map((line) => [['plain', ' '], ...line])} canvas={canvas} />
    </Box>
  );
}
