/** A style of white space between tokens. */
export interface JsonLayout {
  /** Description for people. */
  readonly description: string;
  /** Rarity; common layouts are tried first. */
  readonly rank: number;
  /** One step of indentation; undefined: everything on one line. */
  readonly indent: string | undefined;
  readonly colon: string;
  readonly comma: string;
  /** White space inside brackets that are not empty, on one line. */
  readonly pad: string;
  readonly emptyObject: Empty;
  readonly emptyList: Empty;
  /** Lists stay on one line, as Jackson writes them. */
  readonly flatLists?: boolean;
}

/** Style of an empty object or list: `{}`, `{ }`, on two lines, or with a blank line between. */
type Empty = 'closed' | 'spaced' | 'two lines' | 'blank line';

const onOneLine = { indent: undefined, pad: '', emptyObject: 'closed', emptyList: 'closed' } as const;

const indents = [
  { indent: '  ', name: '2 spaces', rank: 0 },
  { indent: '    ', name: '4 spaces', rank: 1 },
  { indent: '\t', name: 'tabs', rank: 2 },
  { indent: ' ', name: '1 space', rank: 3 },
  { indent: '   ', name: '3 spaces', rank: 3 },
  { indent: '        ', name: '8 spaces', rank: 4 },
  { indent: '', name: 'nothing', rank: 5 },
] as const;

const empties = [
  { emptyObject: 'closed', emptyList: 'closed', name: '', rank: 0 },
  {
    emptyObject: 'two lines',
    emptyList: 'blank line',
    name: ', empty objects and lists as Stripe writes them',
    rank: 1,
  },
  {
    emptyObject: 'two lines',
    emptyList: 'two lines',
    name: ', empty objects and lists on two lines',
    rank: 3,
  },
  { emptyObject: 'closed', emptyList: 'blank line', name: ', empty lists with a blank line', rank: 3 },
  { emptyObject: 'spaced', emptyList: 'spaced', name: ', a space in empty objects and lists', rank: 4 },
] as const;

const colons = [
  { colon: ': ', name: '', rank: 0 },
  { colon: ' : ', name: ', a space before colons', rank: 3 },
  { colon: ':', name: ', no space after colons', rank: 3 },
] as const;

function indented(
  step: (typeof indents)[number],
  empty: (typeof empties)[number],
  colon: (typeof colons)[number],
): JsonLayout {
  return {
    description: `JSON indented by ${step.name}${empty.name}${colon.name}`,
    rank: step.rank + empty.rank + colon.rank,
    indent: step.indent,
    colon: colon.colon,
    comma: ',',
    pad: '',
    emptyObject: empty.emptyObject,
    emptyList: empty.emptyList,
  };
}

/** Layouts of JSON, common ones first. */
export const jsonLayouts: readonly JsonLayout[] = [
  { description: 'compact JSON', rank: 0, ...onOneLine, colon: ':', comma: ',' },
  {
    description: 'JSON with a space after commas and colons, as Python writes it',
    rank: 0,
    ...onOneLine,
    colon: ': ',
    comma: ', ',
  },
  { description: 'JSON with a space after colons', rank: 2, ...onOneLine, colon: ': ', comma: ',' },
  { description: 'JSON with a space after commas', rank: 2, ...onOneLine, colon: ':', comma: ', ' },
  { description: 'JSON with spaces around colons', rank: 3, ...onOneLine, colon: ' : ', comma: ', ' },
  {
    description: 'JSON with spaces inside brackets',
    rank: 3,
    ...onOneLine,
    colon: ': ',
    comma: ', ',
    pad: ' ',
  },
  ...indents.flatMap((step) => [
    ...empties.map((empty) => indented(step, empty, colons[0])),
    ...colons.slice(1).map((colon) => indented(step, empties[0], colon)),
  ]),
  {
    description: 'JSON as Jackson indents it',
    rank: 3,
    indent: '  ',
    colon: ' : ',
    comma: ',',
    pad: '',
    emptyObject: 'spaced',
    emptyList: 'spaced',
    flatLists: true,
  },
];

/** Deeper nesting is not indented, since most of the text would be white space. */
export const maxIndentedDepth = 100;

/** Writes tokens in a layout; strings and numbers already have their final form. */
export function layOutTokens(tokens: readonly string[], layout: JsonLayout, newline: string): string {
  const { indent, colon, comma, pad, flatLists = false } = layout;
  const breaks: string[] = [];
  let depth = 0;
  const lineBreak = () => {
    breaks[depth] ??= indent === undefined ? '' : newline + indent.repeat(depth);
    return breaks[depth]!;
  };
  const inFlatList: boolean[] = [];
  const gap = () => (inFlatList.at(-1) ? ' ' : indent === undefined ? pad : lineBreak());
  let text = '';
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]!;
    if (token === '{' || token === '[') {
      const close = token === '{' ? '}' : ']';
      if (tokens[index + 1] === close) {
        const empty = token === '{' ? layout.emptyObject : layout.emptyList;
        text += token + insideOf(empty, newline, lineBreak) + close;
        index++;
        continue;
      }
      const isFlat = flatLists && token === '[';
      inFlatList.push(isFlat);
      if (!isFlat) depth++;
      text += token + gap();
    } else if (token === '}' || token === ']') {
      const isFlat = inFlatList.at(-1)!;
      if (!isFlat) depth--;
      text += (isFlat ? ' ' : indent === undefined ? pad : lineBreak()) + token;
      inFlatList.pop();
    } else if (token === ',') {
      text += comma + (inFlatList.at(-1) ? ' ' : indent === undefined ? '' : lineBreak());
    } else {
      text += token === ':' ? colon : token;
    }
  }
  return text;
}

function insideOf(empty: Empty, newline: string, lineBreak: () => string): string {
  switch (empty) {
    case 'closed':
      return '';
    case 'spaced':
      return ' ';
    case 'two lines':
      return lineBreak();
    case 'blank line':
      return newline + lineBreak();
  }
}
