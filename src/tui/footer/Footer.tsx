import type { Canvas } from '../terminal/canvas.ts';
import { Lines } from '../terminal/Lines.tsx';
import { type FooterModel, footerLines } from './footer-line.ts';

interface Props {
  readonly model: FooterModel;
  readonly canvas: Canvas;
}

/** The last lines: the open prompt with its error, or the key bar and the notice. */
export function Footer({ model, canvas }: Props) {
  return <Lines lines={footerLines(model, canvas.colour)} canvas={canvas} />;
}
