import { printable } from '../../format/printable.ts';
import { qrCode } from '../../format/qr-code.ts';
import { type StyledLine, wrapLine } from '../../format/styled.ts';
import type { Keymap } from '../input/keymap.ts';
import type { Layout } from '../state/layout.ts';
import type { Theme } from '../terminal/theme.ts';

interface QrCodeScreen {
  readonly layout: Layout;
  readonly canvas: Pick<Theme, 'colour' | 'ascii' | 'isLight'>;
  readonly keymap: Keymap;
}

/** The public URL as a QR code, or why there is none. */
export function qrCodeLines(
  url: string | null,
  { layout, canvas, keymap }: QrCodeScreen,
): readonly StyledLine[] {
  const columns = layout.columns - 2;
  const rows = layout.bodyRows;
  const inLines = (text: string) => [...wrapLine([['plain', text]], columns)];
  if (url === null) return inLines('The QR code is shown here as soon as there is a public URL.');
  const { ascii, colour, isLight } = canvas;
  const code = qrCode(url, { columns, rows, ascii, isDarkOnLight: isLight && !colour });
  if (code.type === 'too-small') {
    return inLines(
      `The QR code needs ${code.columns + 2} columns and ${code.rows + layout.rows - rows} rows. ` +
        `Make the terminal larger, or copy the URL with ${keymap.keyOf('copy-url')}.`,
    );
  }
  const lines = code.lines.map((line): StyledLine => [['pixels', line]]);
  const below = [[], ...inLines(printable(url))];
  return lines.length + below.length <= rows ? [...lines, ...below] : lines;
}
