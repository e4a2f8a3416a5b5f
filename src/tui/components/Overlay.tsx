import { Box } from 'ink';
import type { StyledLine } from '../../format/styled.ts';
import type { Canvas } from '../canvas.ts';
import type { View } from '../feed.ts';
import { Lines } from './Lines.tsx';

interface Props {
  readonly lines: readonly StyledLine[];
  readonly view: View;
  readonly canvas: Canvas;
}

/** What stands in place of list and detail: the help, a comparison, the palette. */
export function Overlay({ lines, view, canvas }: Props) {
  const { layout } = view;
  return (
    <Box flexDirection="column" width={layout.columns} height={layout.bodyRows} flexShrink={0}>
      <Lines lines={lines.map((line) => [['plain', ' '], ...line])} canvas={canvas} />
    </Box>
  );
}
