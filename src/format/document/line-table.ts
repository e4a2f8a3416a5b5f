/** The lines of a document: their first bytes, their depths, and the pairs that open and close a container. */
export interface LineTable {
  /** The number of lines that are known. */
  readonly count: number;
  /** The offset of a line's first byte. */
  start(line: number): number;
  /** The number of containers that are open around a line; 255 for more than that. */
  depth(line: number): number;
  /** The line that closes what this line opens, or the one that opens what it closes; undefined if there is none. */
  partner(line: number): number | undefined;
  /** The line that opens what lies around a line; undefined at the outermost level. */
  parent(line: number): number | undefined;
  /** The line that a byte is in; 0 for one before the first line. */
  lineAt(offset: number): number;
}

/** A table that is being filled, in the order of the lines. */
export interface GrowingTable extends LineTable {
  add(start: number, depth: number): void;
  /** Two lines open and close one container. */
  pair(opener: number, closer: number): void;
}

/** More lines than this would take more memory than the text: the rest of it is in the last one. */
export const mostLines = 24_000_000;

/** Lines are kept in segments, for to copy a table as it grows would take longer than a frame may. */
const segmentBits = 16;
const segmentLines = 1 << segmentBits;
const mask = segmentLines - 1;

/** Nine bytes a line: a table for a hundred megabytes of JSON takes some tens of them. */
export function createLineTable(): GrowingTable {
  const starts: Uint32Array[] = [];
  /** The partner's line plus one; 0: none. */
  const partners: Uint32Array[] = [];
  const depths: Uint8Array[] = [];
  let count = 0;
  /** The segment that is being filled. */
  let lastStarts = new Uint32Array(0);
  let lastDepths = new Uint8Array(0);

  const start = (line: number) => starts[line >>> segmentBits]![line & mask]!;
  const depth = (line: number) => depths[line >>> segmentBits]![line & mask]!;
  const partnerOf = (line: number) => partners[line >>> segmentBits]![line & mask]! - 1;

  return {
    get count() {
      return count;
    },
    start,
    depth,
    partner(line) {
      const partner = partnerOf(line);
      return partner === -1 ? undefined : partner;
    },
    parent(line) {
      const opener = partnerOf(line);
      // What a line closes was opened beside it, so the search begins there.
      let at = (opener !== -1 && opener < line ? opener : line) - 1;
      const own = depth(line);
      while (at >= 0) {
        const partner = partnerOf(at);
        if (partner !== -1 && partner < at) at = partner - 1;
        else if (partner > line || (partner === -1 && depth(at) < own)) return at;
        else at--;
      }
      return undefined;
    },
    lineAt(offset) {
      let low = 0;
      let high = count - 1;
      while (low < high) {
        const middle = (low + high + 1) >>> 1;
        if (start(middle) <= offset) low = middle;
        else high = middle - 1;
      }
      return low;
    },
    add(offset, level) {
      const place = count & mask;
      if (place === 0) {
        lastStarts = new Uint32Array(segmentLines);
        lastDepths = new Uint8Array(segmentLines);
        starts.push(lastStarts);
        depths.push(lastDepths);
        partners.push(new Uint32Array(segmentLines));
      }
      lastStarts[place] = offset;
      lastDepths[place] = Math.min(level, 255);
      count++;
    },
    pair(opener, closer) {
      partners[opener >>> segmentBits]![opener & mask] = closer + 1;
      partners[closer >>> segmentBits]![closer & mask] = opener + 1;
    },
  };
}
