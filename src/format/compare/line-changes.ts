/** A line that is in both texts, in the older alone or in the newer alone. */
export interface LineChange {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** More differences than this are not sorted out: the older lines are told, then the newer ones. */
const mostEdits = 500;

/** Two texts line by line with as few differences as there are (Myers 1986), in bounded time. */
export function lineChanges(before: readonly string[], after: readonly string[]): LineChange[] {
  let start = 0;
  const shorter = Math.min(before.length, after.length);
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  const same = (lines: readonly string[]): LineChange[] => lines.map((text) => ({ sign: ' ', text }));
  return [
    ...same(before.slice(0, start)),
    ...middleChanges(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...same(before.slice(before.length - end)),
  ];
}

function middleChanges(before: readonly string[], after: readonly string[]): LineChange[] {
  const removed = before.map((text): LineChange => ({ sign: '-', text }));
  const added = after.map((text): LineChange => ({ sign: '+', text }));
  if (before.length === 0 || after.length === 0) return [...removed, ...added];
  const most = Math.min(before.length + after.length, mostEdits);
  /** For each diagonal how far down `before` one comes with so many edits; of every number of edits, to go back. */
  const reached: Int32Array[] = [];
  const current = new Int32Array(2 * most + 2);
  for (let edits = 0; edits <= most; edits++) {
    reached.push(current.slice());
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const left = current[most + diagonal - 1] ?? -1;
      const right = current[most + diagonal + 1] ?? -1;
      const isDown = diagonal === -edits || (diagonal !== edits && left < right);
      let x = isDown ? right : left + 1;
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x++;
      current[most + diagonal] = x;
      if (x >= before.length && x - diagonal >= after.length) return wayBack(reached, most, removed, added);
    }
  }
  return [...removed, ...added];
}

function wayBack(
  reached: readonly Int32Array[],
  most: number,
  removed: readonly LineChange[],
  added: readonly LineChange[],
): LineChange[] {
  const changes: LineChange[] = [];
  let x = removed.length;
  let y = added.length;
  for (let edits = reached.length - 1; edits >= 0; edits--) {
    const before = reached[edits]!;
    const diagonal = x - y;
    const left = before[most + diagonal - 1] ?? -1;
    const right = before[most + diagonal + 1] ?? -1;
    const isDown = diagonal === -edits || (diagonal !== edits && left < right);
    const fromX = edits === 0 ? 0 : isDown ? right : left;
    const fromY = edits === 0 ? 0 : fromX - (isDown ? diagonal + 1 : diagonal - 1);
    while (x > fromX && y > fromY) {
      changes.push({ sign: ' ', text: removed[--x]!.text });
      y--;
    }
    if (edits === 0) break;
    changes.push(isDown ? added[--y]! : removed[--x]!);
  }
  return changes.reverse();
}
