import type { StyledLine } from '../styled.ts';
import { textWidth } from '../width.ts';

/** Values that are no longer than this stand side by side. */
const besideColumns = 36;

/** The name of a part, and how much of it is different. */
export function heading(name: string, said: string): StyledLine {
  return [
    ['strong', name],
    ['dim', `: ${said}`],
  ];
}

/** Something that is the same, or a remark. */
export function saidLine(text: string): StyledLine {
  return [['dim', text]];
}

export function added(name: string, value: string): StyledLine {
  return [['good', value === '' ? `+ ${name}` : `+ ${name}: ${value}`]];
}

export function removed(name: string, value: string): StyledLine {
  return [['bad', value === '' ? `- ${name}` : `- ${name}: ${value}`]];
}

/** The old and the new value, on one line where both are short. */
export function changedLines(name: string, before: string, after: string): StyledLine[] {
  if (textWidth(before) <= besideColumns && textWidth(after) <= besideColumns) {
    return [
      [
        ['warn', `~ ${name}: `],
        ['plain', before],
        ['dim', ' → '],
        ['plain', after],
      ],
    ];
  }
  return [[['warn', `~ ${name}`]], [['bad', `  - ${before}`]], [['good', `  + ${after}`]]];
}

/** `2 changed, 1 added`, or that nothing is. */
export function countsText(counts: { readonly [kind in 'changed' | 'added' | 'removed']: number }): string {
  const said = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind}`);
  return said.length === 0 ? 'the same' : said.join(', ');
}
