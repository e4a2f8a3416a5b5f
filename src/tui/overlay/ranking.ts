import { editsBetween } from '../../model/did-you-mean.ts';

/** Something that is found by typing. */
export interface Rankable {
  readonly name: string;
  /** Other words by which it is found, such as synonyms. */
  readonly words?: string | undefined;
  /** A description, whose words count least. */
  readonly text?: string | undefined;
}

/**
 * The choices that match the typed text, the best first: those that begin with it, those of whose words it is made up
 * of beginnings, those that contain it, and those that contain its letters in their order. Equally good ones stay in
 * their order. All choices if nothing is typed.
 */
export function ranked<T extends Rankable>(choices: readonly T[], typed: string): readonly T[] {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return choices;
  return choices
    .map((choice) => ({ choice, rank: rankOf(choice, wanted) }))
    .filter(({ rank }) => rank !== undefined)
    .toSorted((a, b) => a.rank! - b.rank!)
    .map(({ choice }) => choice);
}

/** True if the typed text is in the name of a choice, and not only in what is said of it. */
export function isInName(choice: Rankable, typed: string): boolean {
  const rank = rankOf(choice, typed.trim().toLowerCase());
  return rank !== undefined && rank <= 3;
}

/** True if the words of a choice begin with those typed. */
export function isInWords(choice: Rankable, typed: string): boolean {
  const rank = rankOf(choice, typed.trim().toLowerCase());
  return rank !== undefined && rank <= 5;
}

/** A whole number for the kind of the match; within letters in their order, closer ones come first. */
function rankOf({ name, words = '', text = '' }: Rankable, wanted: string): number | undefined {
  const lower = name.toLowerCase();
  if (lower === wanted) return 0;
  if (lower.startsWith(wanted)) return 1;
  if (beginsWords(wordsOf(lower), wordsOf(wanted))) return 2;
  if (lower.includes(wanted)) return 3;
  if (beginsWords(wordsOf(`${lower} ${words.toLowerCase()}`), wordsOf(wanted))) return 4;
  if (beginsWords(wordsOf(`${lower} ${words} ${text}`.toLowerCase()), wordsOf(wanted))) return 5;
  const spread = lettersSpread(lower, wanted.replace(/\s+/g, ''));
  return spread === undefined ? undefined : 6 + spread / (spread + 1);
}

function wordsOf(text: string): readonly string[] {
  return text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
}

function beginsWords(words: readonly string[], typed: readonly string[]): boolean {
  return typed.length > 0 && typed.every((part) => words.some((word) => word.startsWith(part)));
}

/** The fewest other characters between the letters, the first of which begins a word; undefined: no such place. */
function lettersSpread(text: string, letters: string): number | undefined {
  const starts = [...text.matchAll(/(?<![\p{L}\p{N}])[\p{L}\p{N}]/gu)].map(({ index }) => index);
  const spreads = starts
    .filter((start) => text[start] === letters[0])
    .flatMap((start) => spreadFrom(text, letters, start) ?? []);
  return spreads.length === 0 ? undefined : Math.min(...spreads);
}

function spreadFrom(text: string, letters: string, start: number): number | undefined {
  let at = start;
  for (const letter of letters) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return undefined;
  }
  return at - start - letters.length;
}

/** The names of at most three choices that are most similar to the typed text, which matches none. */
export function nearestNames(choices: readonly Rankable[], typed: string): readonly string[] {
  const wanted = typed.trim().toLowerCase().slice(0, longestCompared);
  return choices
    .map((choice) => ({ choice, edits: fewestEdits(choice, wanted) }))
    .filter(({ edits }) => edits <= maxEdits(wanted))
    .toSorted((a, b) => a.edits - b.edits)
    .slice(0, 3)
    .map(({ choice }) => choice.name);
}

const longestCompared = 40;

function maxEdits(wanted: string): number {
  return Math.max(1, wanted.length / 2);
}

function fewestEdits({ name, words = '' }: Rankable, wanted: string): number {
  const candidates = [name, ...wordsOf(name), ...wordsOf(words)].map((each) =>
    each.slice(0, longestCompared).toLowerCase(),
  );
  // Texts of other lengths take at least as many edits.
  const similar = candidates.filter((each) => Math.abs(each.length - wanted.length) <= maxEdits(wanted));
  return Math.min(...similar.map((each) => editsBetween(wanted, each)));
}
