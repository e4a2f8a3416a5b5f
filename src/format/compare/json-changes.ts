import { decoded, isSame, type JsonNode } from './json-tree.ts';

/** One difference between two JSON values, at the path where it is: `data.items[2].price`. */
export interface JsonChange {
  readonly path: string;
  /** Undefined: it was added. */
  readonly before: JsonNode | undefined;
  /** Undefined: it was removed. */
  readonly after: JsonNode | undefined;
}

/** The differences, in the order of the newer value; what was removed stands where it stood. */
export function* jsonChanges(before: JsonNode, after: JsonNode, path = ''): Generator<JsonChange> {
  if (before.type === 'object' && after.type === 'object') {
    for (const [key, value] of before.members) {
      const other = after.members.get(key);
      const at = memberPath(path, key);
      if (!other) yield { path: at, before: value, after: undefined };
      else yield* jsonChanges(value, other, at);
    }
    for (const [key, value] of after.members) {
      if (!before.members.has(key)) yield { path: memberPath(path, key), before: undefined, after: value };
    }
  } else if (before.type === 'array' && after.type === 'array') {
    yield* arrayChanges(before.items, after.items, path);
  } else if (!isSame(before, after)) {
    yield { path: path === '' ? 'the whole' : path, before, after };
  }
}

function memberPath(path: string, key: string): string {
  const isPlain = /^[A-Za-z_$][\w$-]*$/.test(key);
  if (!isPlain) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

/** To put longer lists side by side would take too long. */
const mostPairs = 250_000;

/** Items that are alike are put beside each other, so that one that was added in front does not change all others. */
function* arrayChanges(
  before: readonly JsonNode[],
  after: readonly JsonNode[],
  path: string,
): Generator<JsonChange> {
  let start = 0;
  const shorter = Math.min(before.length, after.length);
  while (start < shorter && isSame(before[start]!, after[start]!)) start++;
  let end = 0;
  while (end < shorter - start && isSame(before[before.length - 1 - end]!, after[after.length - 1 - end]!))
    end++;
  const from = before.slice(start, before.length - end);
  const to = after.slice(start, after.length - end);
  const pairs = from.length * to.length > mostPairs ? [] : commonPairs(from, to);
  let i = 0;
  let j = 0;
  for (const [nextI, nextJ] of [...pairs, [from.length, to.length] as const]) {
    while (i < nextI || j < nextJ) {
      if (i < nextI && j < nextJ) {
        yield* jsonChanges(from[i]!, to[j]!, `${path}[${start + j}]`);
        i++;
        j++;
      } else if (i < nextI) yield { path: `${path}[${start + i++}]`, before: from[i - 1], after: undefined };
      else yield { path: `${path}[${start + j++}]`, before: undefined, after: to[j - 1] };
    }
    if (nextI < from.length && nextJ < to.length)
      yield* jsonChanges(from[nextI]!, to[nextJ]!, `${path}[${start + nextJ}]`);
    i = nextI + 1;
    j = nextJ + 1;
  }
}

/** The longest run of items that are in both lists in the same order: the same value, or objects of the same id. */
function commonPairs(
  from: readonly JsonNode[],
  to: readonly JsonNode[],
): readonly (readonly [number, number])[] {
  const width = to.length + 1;
  const lengths = new Uint32Array((from.length + 1) * width);
  const isPair = (i: number, j: number) => areOne(from[i]!, to[j]!);
  for (let i = from.length - 1; i >= 0; i--) {
    for (let j = to.length - 1; j >= 0; j--) {
      lengths[i * width + j] = isPair(i, j)
        ? lengths[(i + 1) * width + j + 1]! + 1
        : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!);
    }
  }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < from.length && j < to.length; ) {
    if (isPair(i, j)) pairs.push([i++, j++]);
    else if (lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!) i++;
    else j++;
  }
  return pairs;
}

function areOne(a: JsonNode, b: JsonNode): boolean {
  const id = idOf(a);
  return id !== undefined || idOf(b) !== undefined ? id === idOf(b) : isSame(a, b);
}

function idOf(node: JsonNode): string | undefined {
  const id = node.type === 'object' ? node.members.get('id') : undefined;
  return id?.type === 'scalar' ? decoded(id.text) : undefined;
}
