import { useInput } from 'ink';
import type { Modifiers } from '../key-names.ts';

interface Props {
  readonly onKey: (input: string, key: Modifiers) => void;
  readonly isActive: boolean;
}

/** Hears keys, in raw mode as long as it is active. Shows nothing. */
export function Keyboard({ onKey, isActive }: Props) {
  useInput(onKey, { isActive });
  return null;
}
