/** A turn of the wheel (`by` < 0: up) or a click; column and row are counted from 0. */
export type MouseEvent =
  | { readonly type: 'wheel'; readonly by: number }
  | { readonly type: 'click'; readonly column: number; readonly row: number };

/** Parses a mouse report (xterm's SGR form, without its escape); undefined: not a report. */
export function mouseReport(input: string): { readonly event: MouseEvent | undefined } | undefined {
  const [, button, column, row, final] = /^\[<(\d+);(\d+);(\d+)([mM])$/.exec(input) ?? [];
  if (button === undefined) return undefined;
  // Bits 2 to 4 are Shift, Alt and Ctrl.
  const kind = Number(button) & ~0b11100;
  if (kind === 64) return { event: { type: 'wheel', by: -1 } };
  if (kind === 65) return { event: { type: 'wheel', by: 1 } };
  const isPress = kind === 0 && final === 'M';
  return { event: isPress ? { type: 'click', column: Number(column) - 1, row: Number(row) - 1 } : undefined };
}
