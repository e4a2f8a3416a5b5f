import type { Body } from '../../model/body.ts';
import type { HeaderList } from '../../model/headers.ts';
import { decodeText, unpack } from '../decode.ts';
import { type MaskOptions, maskSecrets } from '../mask.ts';
import { contentKind, mediaTypeOf } from '../media-type.ts';
import { eachPrintableLine, printable } from '../printable.ts';
import { countText, sizeText } from '../size.ts';
import type { StyledLine } from '../styled.ts';
import { cut } from '../width.ts';
import { added, changedLines, countsText, heading, removed, saidLine } from './change-lines.ts';
import { type JsonChange, jsonChanges } from './json-changes.ts';
import { type JsonNode, jsonTree, nodeText } from './json-tree.ts';
import { type LineChange, lineChanges } from './line-changes.ts';

interface Side {
  readonly headers: HeaderList;
  readonly body: Body;
}

/** Larger bodies are compared byte by byte only, and no more of them than the second figure. */
const mostCompared = 2 * 1024 * 1024;
const mostBytes = 16 * 1024 * 1024;

/** A value longer than this is cut, more differences than that are counted only. */
const longestValue = 400;
const mostChanges = 500;

/** Two bodies: JSON by its paths, text by its lines, anything else by its bytes; unpacked if they are packed. */
export function bodyComparison(before: Side, after: Side, options: MaskOptions): StyledLine[] {
  const difference = firstDifference(before.body, after.body);
  const size = sizeText(before.body.size);
  if (difference === undefined) {
    const isWhole = before.body.size <= mostBytes;
    return [heading('body', isWhole ? `the same, ${size}` : `the first ${sizeText(mostBytes)} are the same`)];
  }
  if (before.body.size > mostCompared || after.body.size > mostCompared) {
    return byBytes(before.body.size, after.body.size, difference);
  }
  const first = unpack(before.body.bytes(mostCompared), before.headers).bytes;
  const second = unpack(after.body.bytes(mostCompared), after.headers).bytes;
  const trees = [treeOf(first, before.headers), treeOf(second, after.headers)] as const;
  if (trees[0] && trees[1]) {
    const changes = [...jsonChanges(trees[0], trees[1])];
    return changes.length === 0
      ? [heading('body', 'the same values, formatted differently')]
      : jsonLines(changes, options);
  }
  const texts = [textOf(first, before.headers), textOf(second, after.headers)] as const;
  if (texts[0] === undefined || texts[1] === undefined) {
    return byBytes(before.body.size, after.body.size, difference);
  }
  return textLines(texts[0], texts[1], options);
}

/** The offset of the first byte that differs; undefined if there is none in what is compared. */
function firstDifference(before: Body, after: Body): number | undefined {
  const first = before.bytes(mostBytes);
  const second = after.bytes(mostBytes);
  const shorter = Math.min(first.length, second.length);
  const step = 64 * 1024;
  for (let from = 0; from < shorter; from += step) {
    const to = Math.min(from + step, shorter);
    if (Buffer.compare(first.subarray(from, to), second.subarray(from, to)) === 0) continue;
    for (let at = from; at < to; at++) if (first[at] !== second[at]) return at;
  }
  return before.size === after.size ? undefined : shorter;
}

function byBytes(before: number, after: number, difference: number): StyledLine[] {
  return [
    heading('body', `different from byte ${countText(difference)} on`),
    ...(before === after
      ? [saidLine(`  size: ${countText(before)} bytes, the same`)]
      : changedLines('size', `${countText(before)} bytes`, `${countText(after)} bytes`)),
  ];
}

function treeOf(bytes: Uint8Array, headers: HeaderList): JsonNode | undefined {
  return contentKind(bytes, mediaTypeOf(headers)) === 'json' ? jsonTree(bytes) : undefined;
}

function textOf(bytes: Uint8Array, headers: HeaderList): string | undefined {
  const type = mediaTypeOf(headers);
  if (bytes.length > 0 && contentKind(bytes, type) === 'binary') return undefined;
  return decodeText(bytes, type.charset);
}

function jsonLines(changes: readonly JsonChange[], options: MaskOptions): StyledLine[] {
  const shown = (node: NonNullable<JsonChange['before']>) => valueText(nodeText(node), options);
  const lines = changes.slice(0, mostChanges).flatMap(({ path, before, after }) => {
    const name = valueText(path, options);
    if (!before) return [added(name, shown(after!))];
    if (!after) return [removed(name, shown(before))];
    return changedLines(name, shown(before), shown(after));
  });
  const counts = {
    changed: changes.filter(({ before, after }) => before && after).length,
    added: changes.filter(({ before }) => !before).length,
    removed: changes.filter(({ after }) => !after).length,
  };
  return [heading('body', `JSON, ${countsText(counts)}`), ...lines, ...andMore(changes.length)];
}

function valueText(text: string, options: MaskOptions): string {
  return cut(maskSecrets(printable(text.slice(0, longestValue * 2)), options), longestValue);
}

function andMore(count: number): StyledLine[] {
  return count > mostChanges ? [saidLine(`  … ${countText(count - mostChanges)} more differences`)] : [];
}

/** Unchanged lines that are shown around changed ones. */
const context = 2;

function textLines(before: string, after: string, options: MaskOptions): StyledLine[] {
  const changes = lineChanges([...eachPrintableLine(before)], [...eachPrintableLine(after)]);
  const near = changes.map((_, at) =>
    changes.slice(Math.max(0, at - context), at + context + 1).some(({ sign }) => sign !== ' '),
  );
  const lines: StyledLine[] = [];
  let told = 0;
  for (const [at, change] of changes.entries()) {
    if (!near[at]) {
      if (near[at - 1] ?? at === 0) lines.push(saidLine('  …'));
      continue;
    }
    if (change.sign !== ' ' && ++told > mostChanges) continue;
    lines.push(textLine(change, options));
  }
  const counts = {
    changed: 0,
    added: changes.filter(({ sign }) => sign === '+').length,
    removed: changes.filter(({ sign }) => sign === '-').length,
  };
  const said = told === 0 ? 'the same lines, different line endings' : `text, lines: ${countsText(counts)}`;
  return [heading('body', said), ...(told === 0 ? [] : lines), ...andMore(told)];
}

function textLine({ sign, text }: LineChange, options: MaskOptions): StyledLine {
  const tone = sign === '+' ? 'good' : sign === '-' ? 'bad' : 'dim';
  return [[tone, `${sign} ${valueText(text, options)}`]];
}
