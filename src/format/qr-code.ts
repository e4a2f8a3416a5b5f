import { encode } from 'uqr';

/** Room and characters of a terminal. */
export interface QrCodeOptions {
  readonly columns: number;
  readonly rows: number;
  /** Only ASCII is shown: the code takes twice the rows. */
  readonly ascii: boolean;
  /**
   * Text is darker than what is behind it, so that the dark modules are drawn, not the light ones. Where colours are
   * set, text is white on black.
   */
  readonly isDarkOnLight: boolean;
}

/** A QR code as text in lines of one width, or the room that it needs at least. */
export type QrCode =
  | { readonly type: 'code'; readonly lines: readonly string[] }
  | { readonly type: 'too-small'; readonly columns: number; readonly rows: number };

/** Light modules around the code: what ISO 18004 asks for, and what scanners do with. */
const borders = [4, 2] as const;

/** Draws a text as a QR code, with the widest border for which there is room. Throws for more than some 2900 bytes. */
export function qrCode(text: string, { columns, rows, ascii, isDarkOnLight }: QrCodeOptions): QrCode {
  let size = { columns: 0, rows: 0 };
  for (const border of borders) {
    const { data } = encode(text, { ecc: 'L', border });
    const isDrawn = (row: number, column: number) => (data[row]?.[column] ?? false) === isDarkOnLight;
    const lines = ascii ? hashLines(data.length, isDrawn) : blockLines(data.length, isDrawn);
    size = { columns: lines[0]!.length, rows: lines.length };
    if (size.columns <= columns && size.rows <= rows) return { type: 'code', lines };
  }
  return { type: 'too-small', ...size };
}

type IsDrawn = (row: number, column: number) => boolean;

/** Two modules one above the other in each character. A last row without a partner has light modules below it. */
function blockLines(size: number, isDrawn: IsDrawn): string[] {
  return Array.from({ length: Math.ceil(size / 2) }, (_, line) =>
    Array.from({ length: size }, (_, column) => {
      const upper = isDrawn(2 * line, column);
      const lower = isDrawn(2 * line + 1, column);
      if (upper) return lower ? '█' : '▀';
      return lower ? '▄' : ' ';
    }).join(''),
  );
}

/** Two characters for each module, which is about a square. */
function hashLines(size: number, isDrawn: IsDrawn): string[] {
  return Array.from({ length: size }, (_, row) =>
    Array.from({ length: size }, (_, column) => (isDrawn(row, column) ? '##' : '  ')).join(''),
  );
}
