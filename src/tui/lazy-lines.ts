import { type StyledLine, wrapLine } from '../format/styled.ts';

/** Lines that are made when somebody scrolls to them. */
export interface LazyLines {
  /** `count` lines from `from` on, or the last ones if there are not that many, and where they begin. */
  slice(from: number, count: number): { readonly lines: readonly StyledLine[]; readonly from: number };
  /** How many there are, as far as that is known. */
  readonly known: number;
  /** Whether `known` is all. */
  readonly complete: boolean;
}

/** More lines than this nobody reads in a terminal: `show` prints them all. */
const maxLines = 20_000;

/** Lines of at most `columns`; after too many of them, `more` says where there are others. */
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
  for (const line of lines) yield* wrapLine(line, columns);
}
