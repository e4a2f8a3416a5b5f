/** A style of strings and numbers. */
export interface AtomStyle {
  /** Description for people; empty: as JavaScript writes them. */
  readonly description: string;
  /** Rarity; common styles are tried first. */
  readonly rank: number;
  readonly write: (atom: string) => string;
}

interface Escapes {
  readonly slash: boolean;
  readonly ascii: boolean;
  readonly upper: boolean;
  /** Characters escaped for HTML. */
  readonly html: string;
}

const htmlSets = [
  { html: '', name: undefined, rank: 0 },
  { html: '<>&\u2028\u2029', name: '<, > and &', rank: 1 },
  { html: "<>&'", name: "<, >, & and '", rank: 3 },
  { html: '<>&\'"', name: '<, >, & and quotes', rank: 3 },
  { html: '<>&\'"+`\u007f', name: '<, >, &, + and quotes', rank: 3 },
] as const;

/** Styles of strings and numbers, common ones first: unchanged, then every combination of escapes. */
export const atomStyles: readonly AtomStyle[] = [
  { description: 'strings unchanged', rank: 0, write: (atom) => atom },
  ...[false, true].flatMap((plainNumbers) =>
    [false, true].flatMap((slash) =>
      [false, true].flatMap((ascii) =>
        [false, true].flatMap((upper) =>
          htmlSets.map(({ html, name, rank }): AtomStyle => {
            const escapes = { slash, ascii, upper, html };
            const parts = [
              slash ? '\\/ for /' : undefined,
              ascii ? `\\u${upper ? 'XXXX' : 'xxxx'} beyond ASCII` : undefined,
              name === undefined ? undefined : `${name} escaped`,
              plainNumbers ? 'numbers as JavaScript writes them' : undefined,
            ].filter((part) => part !== undefined);
            return {
              description: parts.join(', '),
              rank: Number(slash) + Number(ascii) + Number(upper) + rank + 3 * Number(plainNumbers),
              write: (atom) =>
                atom.startsWith('"') ? escaped(atom, escapes) : plainNumbers ? numberOf(atom) : atom,
            };
          }),
        ),
      ),
    ),
  ),
];

const short: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function escaped(token: string, { slash, ascii, upper, html }: Escapes): string {
  const code = (unit: string) => {
    const hex = unit.charCodeAt(0).toString(16).padStart(4, '0');
    return `\\u${upper ? hex.toUpperCase() : hex}`;
  };
  const text = token.includes('\\') ? (JSON.parse(token) as string) : token.slice(1, -1);
  const written = text.replace(/["\\\u0000-\u001f/<>&'+`\u007f-\uffff]/g, (unit, index: number) => {
    if (html.includes(unit)) return code(unit);
    if (unit in short) return short[unit]!;
    if (unit === '/') return slash ? '\\/' : unit;
    if (unit < ' ' || (unit > '\u007f' && (ascii || isLone(text, index)))) return code(unit);
    return unit;
  });
  return `"${written}"`;
}

/** Half of a surrogate pair cannot be encoded in UTF-8. */
function isLone(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  if (unit < 0xd800 || unit > 0xdfff) return false;
  const [first, second] = unit < 0xdc00 ? [index, index + 1] : [index - 1, index];
  const [high, low] = [text.charCodeAt(first), text.charCodeAt(second)];
  return !(high >= 0xd800 && high < 0xdc00 && low >= 0xdc00 && low <= 0xdfff);
}

function numberOf(atom: string): string {
  return /^-?\d/.test(atom) ? JSON.stringify(Number(atom)) : atom;
}
