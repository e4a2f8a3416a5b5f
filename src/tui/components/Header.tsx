import { Box } from 'ink';
import type { Canvas } from '../canvas.ts';
import type { HeaderFacts } from '../header-facts.ts';
import { headerLine } from '../header-line.ts';
import { Lines } from './Lines.tsx';

interface Props {
  readonly facts: HeaderFacts;
  readonly columns: number;
  readonly canvas: Canvas;
}

/** The address, how the tunnel and the target are, counts; and below, what went wrong or waits, in a sentence. */
export function Header({ facts, columns, canvas }: Props) {
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Lines lines={[headerLine(facts, columns), ...facts.messages]} canvas={canvas} />
    </Box>
  );
}
