import { Text } from 'ink';
import type { StyledLine } from '../../format/styled.ts';
import type { Canvas } from './canvas.ts';

/** Lines, one below the other. */
export function Lines({ lines, canvas }: { readonly lines: readonly StyledLine[]; readonly canvas: Canvas }) {
  return <Text>{canvas.put(lines)}</Text>;
}
