import { useInput } from 'ink';
import type { Modifiers } from '../keys.ts';

/** Hears keys, in raw mode as long as it is there. Shows nothing. */
export function Keyboard({ onKey }: { readonly onKey: (input: string, key: Modifiers) => void }) {
  useInput(onKey);
  return null;
}
