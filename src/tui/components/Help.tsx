import { Box } from 'ink';
import type { Canvas } from '../canvas.ts';
import type { View } from '../feed.ts';
import { Lines } from './Lines.tsx';

interface Props {
  readonly help: NonNullable<View['help']>;
  readonly view: View;
  readonly canvas: Canvas;
}

/** All keys. */
export function Help({ help, view, canvas }: Props) {
  const { layout } = view;
  return (
    <Box flexDirection="column" width={layout.columns} height={layout.bodyRows} flexShrink={0}>
      <Lines lines={help.lines.map((line) => [['plain', ' '], ...line])} canvas={canvas} />
    </Box>
  );
}
