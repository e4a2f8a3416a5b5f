import type { Canvas } from '../canvas.ts';
import type { View } from '../feed.ts';
import { footerLine } from '../footer-line.ts';
import { Lines } from './Lines.tsx';

interface Props {
  readonly view: View;
  readonly canvas: Canvas;
}

/** What is asked, or the keys that can act now, and the answer to the last one. */
export function Footer({ view, canvas }: Props) {
  return <Lines lines={[footerLine(view, canvas.colour)]} canvas={canvas} />;
}
