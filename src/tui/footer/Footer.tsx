import type { Canvas } from '../terminal/canvas.ts';
import { Lines } from '../terminal/Lines.tsx';
import { type FooterModel, footerLine } from './footer-line.ts';

interface Props {
  readonly model: FooterModel;
  readonly canvas: Canvas;
}

/** The last line: the open prompt, or the key bar and the notice. */
export function Footer({ model, canvas }: Props) {
  return <Lines lines={[footerLine(model, canvas.colour)]} canvas={canvas} />;
}
