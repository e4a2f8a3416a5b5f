import { type StyledLine, wrapHanging } from '../../format/styled.ts';

/** Lines that are produced when they are scrolled to. */
export interface LazyLines {
  /** `count` lines from `from` on, or the last `count` if there are fewer; `from` is the actual start. */
  slice(from: number, count: number): { readonly lines: readonly StyledLine[]; readonly from: number };
  /** Number of lines produced so far. */
  readonly known: number;
  /** `known` is the total. */
  readonly complete: boolean;
}

/** Nobody reads more lines in a terminal; `show` prints them all. */
const maxLines = 20_000;

/** Lines of at most `columns`; after 20,000 the line `more` takes the place of the rest. */
export function lazyLines(source: Iterable<StyledLine>, columns: number, more: string): LazyLines {
  const rows = wrapped(source, columns);
  const made: StyledLine[] = [];
  let complete = false;
  function makeUpTo(count: number): void {
    while (!complete && made.length < count) {
      const next = rows.next();
      if (next.done) {
        complete = true;
      } else if (made.length >= maxLines) {
        made.push([['dim', more]]);
        complete = true;
      } else {
        made.push(next.value);
      }
    }
  }
  return {
    slice(from, count) {
      makeUpTo(Math.min(from, maxLines) + count + 1);
      const start = Math.max(0, Math.min(from, made.length - count));
      return { lines: made.slice(start, start + count), from: start };
    },
    get known() {
      return made.length;
    },
    get complete() {
      return complete;
    },
  };
}

function* wrapped(lines: Iterable<StyledLine>, columns: number): Generator<StyledLine> {
  for (const line of lines) yield* wrapHanging(line, columns);
}
