import { sizeText } from '../../format/size.ts';
import { clipboardPrograms, giveTo } from './clipboard-program.ts';
import type { Controls } from './controls.ts';

/** Some terminals refuse to copy more than this. */
const maxTerminalBytes = 74_000;

/** More than this is of no use on a clipboard. */
const maxProgramBytes = 10_000_000;

/** Size in bytes of the largest text that can be copied here. */
export function copyLimit({ io }: Pick<Controls, 'io'>): number {
  return clipboardPrograms(io.env).length > 0 ? maxProgramBytes : maxTerminalBytes;
}

/**
 * Copies text by the first clipboard program that takes it, else through the terminal. The notice says which: nothing
 * confirms that a terminal has copied.
 */
export async function copyText(controls: Controls, text: string, what: string): Promise<void> {
  const { io, screen, notice } = controls;
  const size = Buffer.byteLength(text);
  for (const program of size > maxProgramBytes ? [] : clipboardPrograms(io.env)) {
    if (!(await giveTo(program, text, io.env))) continue;
    notice(`copied ${what}`, 'good');
    return;
  }
  if (size > maxTerminalBytes) {
    notice(tooLargeText(controls, size), 'warn');
    return;
  }
  screen.copy(text);
  notice(`sent to the terminal: ${what}`);
}

/** Says that a text of `size` bytes cannot be copied, and what to do. */
export function tooLargeText({ keymap }: Pick<Controls, 'keymap'>, size: number): string {
  return `${sizeText(size)} is too large for the clipboard: ${keymap.keyOf('export')} exports to a file.`;
}
