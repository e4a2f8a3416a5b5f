import { createRequire } from 'node:module';
import type { IBufferCell, Terminal as XtermTerminal } from '@xterm/headless';

const { Terminal } = createRequire(import.meta.url)('@xterm/headless') as typeof import('@xterm/headless');

/** The 16 colours of a terminal with a dark background. */
const palette = [
  ...['#1d2026', '#e06c75', '#98c379', '#e5c07b', '#61afef', '#c678dd', '#56b6c2', '#c8ccd4'],
  ...['#5c6370', '#ef7d88', '#a9d88a', '#f0cf8b', '#7abdf8', '#d58ae8', '#6cc9d5', '#ffffff'],
];
const foreground = '#d7dae0';
const background = '#16181d';

const cell = { width: 8.4, height: 18, baseline: 13.5 };
const margin = { side: 14, top: 38, bottom: 12 };

interface Style {
  readonly colour: string;
  readonly fill: string | undefined;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly underline: boolean;
}

export interface Picture {
  readonly svg: string;
  /** The same as text, a line for each row, without space at their ends. */
  readonly text: string;
}

/** A picture of the screen that a program has painted: `written` is all it wrote to a terminal of this size. */
export async function screenToSvg(
  written: string,
  cols: number,
  rows: number,
  title: string,
): Promise<Picture> {
  const terminal = new Terminal({ cols, rows, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(written, resolve));
  const width = Math.ceil(cols * cell.width + margin.side * 2);
  const height = rows * cell.height + margin.top + margin.bottom;
  const lines = Array.from({ length: rows }, (_, row) => lineToSvg(terminal, row, cols)).filter(
    (line) => line !== '',
  );
  const text = Array.from({ length: rows }, (_, row) =>
    (terminal.buffer.active.getLine(row)?.translateToString(true) ?? '').trimEnd(),
  );
  terminal.dispose();
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">`,
    `<rect width="${width}" height="${height}" rx="8" fill="${background}"/>`,
    ...['#ff5f57', '#febc2e', '#28c840'].map(
      (fill, at) => `<circle cx="${20 + at * 18}" cy="18" r="5.5" fill="${fill}"/>`,
    ),
    `<text x="${width / 2}" y="22" text-anchor="middle" fill="#8a919e" font-family="sans-serif" font-size="12">${escaped(title)}</text>`,
    `<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14" xml:space="preserve">`,
    ...lines,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
  return { svg, text: `${text.join('\n')}\n` };
}

function lineToSvg(terminal: XtermTerminal, row: number, cols: number): string {
  const line = terminal.buffer.active.getLine(row);
  if (!line) return '';
  const parts: string[] = [];
  let start = 0;
  let text = '';
  let style: Style | undefined;
  const flush = (end: number) => {
    if (style && (text.trim() !== '' || style.fill))
      parts.push(runToSvg(text, style, row, start, end - start));
  };
  for (let column = 0; column < cols; column++) {
    const at = line.getCell(column);
    if (!at || at.getWidth() === 0) continue;
    const next = styleOf(at);
    if (!style || JSON.stringify(next) !== JSON.stringify(style)) {
      flush(column);
      start = column;
      text = '';
      style = next;
    }
    text += at.getChars() || ' ';
  }
  flush(cols);
  return parts.join('');
}

function runToSvg(text: string, style: Style, row: number, column: number, columns: number): string {
  const x = (margin.side + column * cell.width).toFixed(1);
  const y = margin.top + row * cell.height;
  const width = (columns * cell.width).toFixed(1);
  const rect = style.fill
    ? `<rect x="${x}" y="${y}" width="${width}" height="${cell.height}" fill="${style.fill}"/>`
    : '';
  if (text.trim() === '') return rect;
  const look = [
    `fill="${style.colour}"`,
    style.bold ? 'font-weight="bold"' : '',
    style.dim ? 'opacity="0.6"' : '',
    style.underline ? 'text-decoration="underline"' : '',
  ].filter((attribute) => attribute !== '');
  return `${rect}<text x="${x}" y="${y + cell.baseline}" textLength="${width}" ${look.join(' ')}>${escaped(text)}</text>`;
}

function styleOf(at: IBufferCell): Style {
  const own = colourOf(at.isFgDefault(), at.isFgPalette(), at.getFgColor(), foreground);
  const behind = at.isBgDefault()
    ? undefined
    : colourOf(false, at.isBgPalette(), at.getBgColor(), background);
  const inverse = at.isInverse() !== 0;
  return {
    colour: inverse ? (behind ?? background) : own,
    fill: inverse ? own : behind,
    bold: at.isBold() !== 0,
    dim: at.isDim() !== 0,
    underline: at.isUnderline() !== 0,
  };
}

function colourOf(isDefault: boolean, isPalette: boolean, value: number, standard: string): string {
  if (isDefault) return standard;
  if (isPalette) return palette[value] ?? standard;
  return `#${value.toString(16).padStart(6, '0')}`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
