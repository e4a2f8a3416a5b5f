/** What the mouse did: the wheel went down (up, if negative), or a button was pressed at a place counted from 0. */
export type MouseEvent =
  | { readonly type: 'wheel'; readonly by: number }
  | { readonly type: 'click'; readonly column: number; readonly row: number };

/** A report of the mouse (xterm's SGR form), as Ink hands it on, without its escape; undefined: it is none. */
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
