import { diffArrays } from 'diff';

/** A line that is in both texts, in the older alone or in the newer alone. */
export interface LineChange {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** Texts that take longer to compare are shown one after the other; nothing else is done meanwhile. */
const timeLimitMs = 1_000;

/** Two texts line by line with as few differences as there are, or all of both where that takes too long. */
export function lineChanges(before: readonly string[], after: readonly string[]): LineChange[] {
  const changes = diffArrays([...before], [...after], { timeout: timeLimitMs });
  if (!changes) return [...lines('-', before), ...lines('+', after)];
  return changes.flatMap(({ added, removed, value }) => lines(added ? '+' : removed ? '-' : ' ', value));
}

function lines(sign: LineChange['sign'], texts: readonly string[]): LineChange[] {
  return texts.map((text) => ({ sign, text }));
}
