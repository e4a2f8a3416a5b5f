import { printable } from './printable.ts';

/** A target as people read it: `localhost:3000`, with its scheme if that is not http. */
export function targetName(href: string): string {
  return printable(href).replace(/^http:\/\//, '');
}

/** A target as its user would type it: `3000`. */
export function targetArgument(href: string): string {
  return targetName(href).replace(/^localhost:/, '');
}
