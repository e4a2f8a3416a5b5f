import type { Header, HeaderList } from '../../model/headers.ts';
import { type MaskOptions, maskHeaders } from '../mask.ts';
import { printableLatin1 } from '../printable.ts';
import type { StyledLine } from '../styled.ts';
import { added, changedLines, countsText, heading, removed, saidLine } from './change-lines.ts';

/** The fields of two messages: what was removed, changed and added, in the order in which they stood. */
export function headerComparison(before: HeaderList, after: HeaderList, options: MaskOptions): StyledLine[] {
  const shownBefore = maskHeaders(before, options);
  const shownAfter = maskHeaders(after, options);
  const partners = partnersOf(before, after);
  const taken = new Set(partners.filter((index) => index !== undefined));
  const lines: StyledLine[] = [];
  const counts = { changed: 0, added: 0, removed: 0 };

  for (const [index, field] of before.entries()) {
    const partner = partners[index];
    const [name, value] = printableField(shownBefore[index]!);
    if (partner === undefined) {
      counts.removed++;
      lines.push(removed(name, value));
    } else if (!isSameField(field, after[partner]!)) {
      counts.changed++;
      const [newName, newValue] = printableField(shownAfter[partner]!);
      const isMasked = value === newValue && field[1] !== after[partner]![1];
      lines.push(...changedLines(name === newName ? name : `${name}, now ${newName}`, value, newValue));
      if (isMasked) lines.push(saidLine('  masked values differ'));
    }
  }
  for (const [index, field] of shownAfter.entries()) {
    if (taken.has(index)) continue;
    counts.added++;
    lines.push(added(...printableField(field)));
  }
  const order = partners.filter((index) => index !== undefined);
  if (order.some((index, at) => at > 0 && index < order[at - 1]!)) {
    lines.push(saidLine('  headers in a different order'));
  }
  const same = order.length - counts.changed;
  const said = countsText(counts);
  return [heading('headers', said === 'the same' ? said : `${said}, ${same} the same`), ...lines];
}

/** For each field the one of the same name in the other list, the first for the first. */
function partnersOf(before: HeaderList, after: HeaderList): readonly (number | undefined)[] {
  const places = new Map<string, number[]>();
  for (const [index, [name]] of after.entries()) {
    const key = name.toLowerCase();
    const found = places.get(key);
    if (found) found.push(index);
    else places.set(key, [index]);
  }
  return before.map(([name]) => places.get(name.toLowerCase())?.shift());
}

function isSameField(a: Header, b: Header): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

function printableField([name, value]: Header): [name: string, value: string] {
  return [printableLatin1(name), printableLatin1(value)];
}
