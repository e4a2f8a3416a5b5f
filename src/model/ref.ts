/** The length of an id in characters. */
export const idLength = 12;

/** A request as a user names it. */
export type Ref =
  | { readonly type: 'latest'; readonly back: number }
  | { readonly type: 'prefix'; readonly prefix: string };

/** Reads `@`, `@~2`, `latest`, a full id or a prefix of 3 characters or more; undefined for anything else. */
export function parseRef(text: string): Ref | undefined {
  if (text === '@' || text === 'latest') return { type: 'latest', back: 0 };
  const back = /^@~(\d{1,9})$/.exec(text);
  if (back) return { type: 'latest', back: Number(back[1]) };
  const prefix = text.toLowerCase();
  return /^[a-hjkmnp-tv-z][0-9a-hjkmnp-tv-z]{2,11}$/.test(prefix) ? { type: 'prefix', prefix } : undefined;
}
