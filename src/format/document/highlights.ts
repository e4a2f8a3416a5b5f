import { type MaskOptions, maskText, secretSpellings } from '../mask.ts';

/** Bytes that are shown otherwise than they are. */
export interface Highlight {
  readonly from: number;
  readonly to: number;
  /** Text that is shown in their place; absent: the bytes themselves, set off. */
  readonly text: string | undefined;
}

/** Finds what is masked and what is searched for, near the bytes that are shown. */
export interface Highlights {
  /**
   * The mark that `offset` lies in, or the next one before `to`; an empty one where no further was looked: ask again
   * from there.
   */
  next(bytes: Uint8Array, offset: number, to: number): Highlight | undefined;
}

const noHighlights: Highlights = { next: () => undefined };

/** The number of bytes to look ahead; highlights begin within it. */
const windowBytes = 8 * 1024;

/** Marks for the secrets that `options` has masked, and for what is highlighted. */
export function createHighlights(options: MaskOptions, highlighted: Needle | undefined): Highlights {
  const secrets = secretSpellings(options).map((text) => Buffer.from(text));
  if (secrets.length === 0 && !highlighted) return noHighlights;
  const reach = Math.max(0, highlighted?.length ?? 0, ...secrets.map(({ length }) => length));
  let seen: { bytes: Uint8Array; from: number; to: number; marks: readonly Highlight[] } | undefined;

  function look(bytes: Uint8Array, offset: number): NonNullable<typeof seen> {
    const from = Math.max(0, offset - reach);
    const to = Math.min(bytes.length, offset + windowBytes);
    const window = Buffer.from(
      bytes.buffer,
      bytes.byteOffset + from,
      Math.min(bytes.length, to + reach) - from,
    );
    const marks: Highlight[] = [];
    for (const secret of secrets) {
      for (let at = window.indexOf(secret); at !== -1; at = window.indexOf(secret, at + 1)) {
        marks.push({ from: from + at, to: from + at + secret.length, text: maskText });
      }
    }
    if (highlighted) {
      for (const at of highlighted.allIn(window)) {
        const mark = { from: from + at, to: from + at + highlighted.length, text: undefined };
        // A secret that is searched for stays one.
        if (!marks.some((each) => each.from < mark.to && mark.from < each.to)) marks.push(mark);
      }
    }
    return { bytes, from: offset, to, marks: marks.sort((a, b) => a.from - b.from) };
  }

  return {
    next(bytes, offset, to) {
      if (seen?.bytes !== bytes || offset < seen.from || offset >= seen.to) seen = look(bytes, offset);
      const { marks } = seen;
      for (const mark of marks) if (mark.to > offset) return mark.from < to ? mark : undefined;
      return seen.to < to ? { from: seen.to, to: seen.to, text: undefined } : undefined;
    },
  };
}

/** A search text for bytes: in lower case it matches both cases of ASCII. */
export interface Needle {
  /** In bytes. */
  readonly length: number;
  /** The first place in `bytes`, or -1. */
  firstIn(bytes: Buffer): number;
  lastIn(bytes: Buffer): number;
  allIn(bytes: Buffer): number[];
}

/** The needle for this text; undefined for an empty one. */
export function needleOf(text: string): Needle | undefined {
  if (text === '') return undefined;
  const ignoreCase = text === text.toLowerCase();
  const wanted = lowered(Buffer.from(text).toString('latin1'));
  const exact = Buffer.from(text);
  // Of latin1 text every character is one byte, and its lower case is one character.
  const textOf = (bytes: Buffer) => lowered(bytes.toString('latin1'));
  return {
    length: exact.length,
    firstIn: (bytes) => (ignoreCase ? textOf(bytes).indexOf(wanted) : bytes.indexOf(exact)),
    lastIn: (bytes) => (ignoreCase ? textOf(bytes).lastIndexOf(wanted) : bytes.lastIndexOf(exact)),
    allIn(bytes) {
      const found: number[] = [];
      const within = ignoreCase ? Buffer.from(textOf(bytes), 'latin1') : bytes;
      const sought = ignoreCase ? Buffer.from(wanted, 'latin1') : exact;
      for (let at = within.indexOf(sought); at !== -1; at = within.indexOf(sought, at + sought.length)) {
        found.push(at);
      }
      return found;
    },
  };
}

function lowered(latin1: string): string {
  return latin1.toLowerCase();
}
