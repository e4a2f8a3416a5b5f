import { Box } from 'ink';
import type { StyledLine } from '../../format/styled.ts';
import type { Canvas } from '../canvas.ts';
import type { HeaderFacts } from '../feed.ts';
import { headerLine } from '../header-line.ts';
import { Lines } from './Lines.tsx';

interface Props {
  readonly facts: HeaderFacts;
  readonly columns: number;
  readonly canvas: Canvas;
}

/** The address, how the tunnel and the target are, counts; and below, what went wrong in a sentence. */
export function Header({ facts, columns, canvas }: Props) {
  const messages = facts.messages.map(({ tone, text }): StyledLine => [[tone, ` ${text}`]]);
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Lines lines={[headerLine(facts, columns), ...messages]} canvas={canvas} />
    </Box>
  );
}
