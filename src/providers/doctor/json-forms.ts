import { type AtomStyle, atomStyles } from './json-atoms.ts';
import { type JsonLayout, jsonLayouts, layOutTokens, maxIndentedDepth } from './json-layouts.ts';
import { type JsonTokens, jsonTokensOf, sortedTokens } from './json-tokens.ts';

/** One serialisation of a JSON body. */
export interface JsonForm {
  /** Description for people. */
  readonly description: string;
  readonly text: string;
}

/** Limits on the number of forms of one body, and on their text. */
export const maxForms = 12_000;
const maxText = 48 * 1024 * 1024;
/** Limit on the text of escape styles, so that only common ones are tried for a large body. */
const maxAtomText = 2 * 1024 * 1024;

/** A form that is not written yet. */
interface Plan {
  readonly rank: number;
  readonly description: string;
  write(): string;
}

/**
 * Yields a JSON body as other serialisers would have written it: every layout with every escape style and line ending,
 * common ones first. Numbers, escapes and order of members stay the same if only the layout differs.
 * Yields nothing if it is not JSON. Bounded in number and size.
 */
export function* jsonForms(body: Uint8Array): Generator<JsonForm> {
  const json = jsonTokensOf(body);
  if (!json) return;
  let forms = 0;
  let length = 0;
  for (const { description, write } of plansFor(json).toSorted((one, other) => one.rank - other.rank)) {
    if (forms >= maxForms || length >= maxText) return;
    const text = write();
    forms++;
    length += text.length;
    yield { description, text };
  }
}

function plansFor(json: JsonTokens): Plan[] {
  const { tokens, gaps } = json;
  const atoms = distinctAtoms(tokens);
  const layouts = layoutsFor(json);
  const plans: Plan[] = [];
  for (const { style, tokens: written } of atoms) {
    for (const layout of layouts) plans.push(...layoutPlans(written, layout, style));
    plans.push(...asLaidOut(written, gaps, style));
  }
  const sorted = sortedTokens(json);
  if (!sorted) return plans;
  for (const { style, tokens: written } of distinctAtoms(sorted)) {
    for (const layout of layouts.filter(({ rank }) => rank < 2)) {
      const description = describeForm(layout.description, style, 'sorted keys');
      const rank = 4 + layout.rank + style.rank;
      plans.push({ rank, description, write: () => layOutTokens(written, layout, '\n') });
    }
  }
  return plans;
}

function layoutPlans(tokens: readonly string[], layout: JsonLayout, style: AtomStyle): Plan[] {
  return (layout.indent === undefined ? lineEnds.oneLine : lineEnds.lines).map(
    ({ newline, last, rank, description }) => ({
      rank: layout.rank + style.rank + rank,
      description: describeForm(layout.description, style, description),
      write: () => layOutTokens(tokens, layout, newline) + last,
    }),
  );
}

const plain = { newline: '\n', last: '', rank: 0, description: undefined };
const lineEnds = {
  oneLine: [
    plain,
    { newline: '\n', last: '\n', rank: 1, description: 'a trailing newline' },
    { newline: '\n', last: '\r\n', rank: 3, description: 'a trailing CRLF' },
  ],
  lines: [
    plain,
    { newline: '\n', last: '\n', rank: 1, description: 'a trailing newline' },
    { newline: '\r\n', last: '', rank: 2, description: 'CRLF line endings' },
    { newline: '\r\n', last: '\r\n', rank: 3, description: 'CRLF line endings and a trailing CRLF' },
  ],
} as const;

/** Keeps the white space, with either line ending. */
function asLaidOut(tokens: readonly string[], gaps: readonly string[], style: AtomStyle): Plan[] {
  const joined = (change: (gap: string) => string) => () =>
    tokens.reduce((text, token, index) => text + change(gaps[index]!) + token, '');
  const kinds = [
    { description: undefined, rank: 0, change: (gap: string) => gap },
    { description: 'LF line endings', rank: 1, change: (gap: string) => gap.replaceAll('\r\n', '\n') },
    { description: 'CRLF line endings', rank: 1, change: (gap: string) => gap.replace(/\r?\n/g, '\r\n') },
  ];
  return kinds.flatMap(({ description, rank, change }) =>
    ['', '\n', '\r\n'].map((last) => ({
      rank: style.rank + rank + (last === '' ? 0 : 1),
      description: describeForm(
        'JSON with the same white space',
        style,
        description,
        last === '' ? undefined : 'a trailing newline',
      ),
      write: () => joined(change)() + last,
    })),
  );
}

function describeForm(
  layout: string,
  { description }: AtomStyle,
  ...more: readonly (string | undefined)[]
): string {
  return [layout, description, ...more].filter((part) => part !== undefined && part !== '').join(', ');
}

/** Returns the tokens in each style that makes a difference; only in common ones if there is much text. */
function distinctAtoms(tokens: readonly string[]): { style: AtomStyle; tokens: readonly string[] }[] {
  const found = new Map<string, { style: AtomStyle; tokens: readonly string[] }>();
  let length = 0;
  for (const style of stylesByRank) {
    if (length > maxAtomText) break;
    const written = tokens.map(style.write);
    const key = written.join('\u0000');
    length += key.length;
    if (!found.has(key)) found.set(key, { style, tokens: written });
  }
  return [...found.values()];
}

const stylesByRank = atomStyles.toSorted((one, other) => one.rank - other.rank);

/** Returns the layouts that differ for these tokens: styles of empty objects and lists matter only if there are any. */
function layoutsFor({ tokens, depth }: JsonTokens): readonly JsonLayout[] {
  const isEmpty = (open: string, close: string) =>
    tokens.some((token, index) => token === open && tokens[index + 1] === close);
  const [objects, lists] = [isEmpty('{', '}'), isEmpty('[', ']')];
  const found = new Map<string, JsonLayout>();
  for (const layout of jsonLayouts) {
    if (layout.indent !== undefined && depth > maxIndentedDepth) continue;
    const { indent, colon, comma, pad, flatLists, emptyObject, emptyList } = layout;
    const key = JSON.stringify([
      [indent ?? null, colon, comma, pad, flatLists ?? false],
      [objects && emptyObject, lists && emptyList],
    ]);
    const known = found.get(key);
    if (!known || layout.rank < known.rank) found.set(key, layout);
  }
  return [...found.values()];
}
