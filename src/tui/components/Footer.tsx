import type { StyledLine } from '../../format/styled.ts';
import { cut, textWidth } from '../../format/width.ts';
import type { Canvas } from '../canvas.ts';
import type { View } from '../feed.ts';
import { barKeys } from '../keys.ts';
import { Lines } from './Lines.tsx';

interface Props {
  readonly view: View;
  readonly canvas: Canvas;
}

/** The keys that can act now, and the answer to the last one. */
export function Footer({ view, canvas }: Props) {
  return <Lines lines={[footerLine(view)]} canvas={canvas} />;
}

function footerLine(view: View): StyledLine {
  const { state, layout, newBelow } = view;
  const width = layout.columns;
  const { notice } = state;
  const counter = layout.size === 'small' && newBelow > 0 ? `G ${newBelow} new` : '';
  const told = notice ?? (counter === '' ? undefined : { tone: 'strong' as const, text: counter });
  if (!told) return keyBar(view, width - 2);
  const text = cut(told.text, width - 2);
  const room = width - textWidth(text) - 4;
  const bar = room >= 30 ? keyBar(view, room) : [['plain', ' '] as const];
  const used = bar.reduce((sum, [, part]) => sum + textWidth(part), 0);
  const gap = bar.length > 1 ? Math.max(1, width - 1 - used - textWidth(text)) : 0;
  return [...bar, ['plain', ' '.repeat(gap)], [told.tone, text]];
}

/** As many keys as fit, the help's among them whatever else does not. */
function keyBar({ state }: View, columns: number): StyledLine {
  const all = barKeys(state);
  const isHelp = ({ label }: { label: string }) => label === '?';
  const spans: StyledLine[] = [];
  const helpWidth = all
    .filter(isHelp)
    .reduce((sum, { label, text }) => sum + label.length + text.length + 4, 0);
  let used = 0;
  for (const each of all) {
    const width = each.label.length + 1 + each.text.length + 3;
    const reserved = isHelp(each) || spans.some(([[, label] = ['', '']]) => label === ' ?') ? 0 : helpWidth;
    if (used + width - 3 + reserved > columns) continue;
    used += width;
    spans.push([
      ['key', ` ${each.label}`],
      ['plain', ` ${each.text}  `],
    ]);
  }
  return spans.flat();
}
