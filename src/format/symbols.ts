import type { Environment } from '../model/environment.ts';

/** The marks that lines are made with. */
export interface Symbols {
  readonly ok: string;
  readonly bad: string;
  readonly waiting: string;
  readonly arrow: string;
  readonly ellipsis: string;
  /** Between the parts of a sentence. */
  readonly dot: string;
}

export const unicodeSymbols: Symbols = {
  ok: '✓',
  bad: '✗',
  waiting: '…',
  arrow: '→',
  ellipsis: '…',
  dot: '·',
};

/** The twins for terminals that show ASCII alone. */
export const asciiSymbols: Symbols = {
  ok: 'ok',
  bad: 'x',
  waiting: '?',
  arrow: '->',
  ellipsis: '~',
  dot: '-',
};

/** True if the locale that `env` names is a UTF-8 one; without a name, the system's default is one. */
export function isUtf8Locale({ LC_ALL, LC_CTYPE, LANG }: Environment): boolean {
  const locale = LC_ALL || LC_CTYPE || LANG;
  return !locale || /utf-?8/i.test(locale);
}

const twins: Readonly<Record<string, string>> = {
  '✓': '+',
  '✗': 'x',
  '…': '~',
  '→': '>',
  '●': '*',
  '○': 'o',
  '│': '|',
  '─': '-',
  '▌': '>',
  '↻': '^',
  '▸': '>',
  '•': '*',
  '·': '-',
  '’': "'",
  '⏎': '^',
  '↑': '^',
  '↓': 'v',
  '←': '<',
  '»': '=',
  '‖': '=',
  '▏': '_',
  '▓': '#',
  '░': '.',
  '▁': '_',
  '▂': '.',
  '▃': '-',
  '▄': '-',
  '▅': '=',
  '▆': '=',
  '▇': '#',
  '█': '#',
};

/** `text` in ASCII, column by column: our own marks by a twin, anything else by `?`. Colour codes stay. */
export function asciiTwin(text: string, widthOf: (character: string) => number): string {
  return text.replace(
    /[^\u0000-\u007f]/gu,
    (character) => twins[character] ?? '?'.repeat(widthOf(character)),
  );
}
