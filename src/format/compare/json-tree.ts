import { createJsonIndex } from '../document/json-index.ts';
import { jsonPieces, textOf } from '../document/json-pieces.ts';

/** A JSON value as it was written: no number is rounded, no string decoded. */
export type JsonNode =
  | { readonly type: 'scalar'; readonly text: string }
  | { readonly type: 'object'; readonly members: ReadonlyMap<string, JsonNode> }
  | { readonly type: 'array'; readonly items: readonly JsonNode[] };

/** More levels than this are not compared one by one. */
const deepest = 500;

type Open =
  | { readonly type: 'object'; readonly members: Map<string, JsonNode> }
  | { readonly type: 'array'; readonly items: JsonNode[] };

/**
 * The value that bytes hold as JSON, or several in a row as an array; undefined if they are not JSON to their end, or
 * nested too deeply. Of repeated keys the last counts.
 */
export function jsonTree(bytes: Uint8Array): JsonNode | undefined {
  const index = createJsonIndex(bytes);
  index.advance(bytes.length, true);
  if (index.brokenAt !== undefined || index.inString || !index.isWhole || index.lines.count === 0)
    return undefined;
  const { lines } = index;
  const roots: JsonNode[] = [];
  const open: Open[] = [];
  const put = (node: JsonNode, key: string | undefined) => {
    const around = open.at(-1);
    if (!around) roots.push(node);
    else if (around.type === 'array') around.items.push(node);
    else around.members.set(key ?? '', node);
  };
  for (let line = 0; line < lines.count; line++) {
    const start = lines.start(line);
    const end = line + 1 < lines.count ? lines.start(line + 1) : bytes.length;
    const pieces = jsonPieces(bytes, start, end, false).map((piece) => ({
      ...piece,
      shown: textOf(bytes, piece.from, piece.to),
    }));
    const [first] = pieces;
    const key = first?.tone === 'key' ? decoded(first.shown) : undefined;
    const value = pieces[key === undefined ? 0 : 2];
    if (!value) continue;
    if (value.tone !== 'plain') {
      put({ type: 'scalar', text: value.shown }, key);
    } else if (value.shown === '}' || value.shown === ']') {
      open.pop();
    } else {
      if (open.length >= deepest) return undefined;
      const node: Open =
        value.shown === '{' ? { type: 'object', members: new Map() } : { type: 'array', items: [] };
      put(node, key);
      if (lines.partner(line) !== undefined) open.push(node);
    }
  }
  return roots.length === 1 ? roots[0] : { type: 'array', items: roots };
}

/** The decoded value of a JSON string; the text itself if it is not one. */
export function decoded(text: string): string {
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return text.slice(1, -1);
  }
}

/** A value on one line, as JSON. */
export function nodeText(node: JsonNode): string {
  switch (node.type) {
    case 'scalar':
      return node.text;
    case 'array':
      return `[${node.items.map(nodeText).join(', ')}]`;
    case 'object':
      return `{${[...node.members].map(([key, value]) => `${JSON.stringify(key)}: ${nodeText(value)}`).join(', ')}}`;
  }
}

/** True if two values are the same, in whatever order their keys and whatever way their strings are escaped. */
export function isSame(a: JsonNode, b: JsonNode): boolean {
  if (a.type === 'scalar') return b.type === 'scalar' && (a.text === b.text || readsAlike(a.text, b.text));
  if (a.type === 'array') {
    return (
      b.type === 'array' &&
      a.items.length === b.items.length &&
      a.items.every((item, at) => isSame(item, b.items[at]!))
    );
  }
  if (b.type !== 'object' || a.members.size !== b.members.size) return false;
  for (const [key, value] of a.members) {
    const other = b.members.get(key);
    if (!other || !isSame(value, other)) return false;
  }
  return true;
}

function readsAlike(a: string, b: string): boolean {
  return a.startsWith('"') && b.startsWith('"') && decoded(a) === decoded(b);
}
