import { wantsColour } from '../format/environment.ts';
import { createPaint, type Paint } from '../format/paint.ts';
import { asciiSymbols, isUtf8Locale, type Symbols, unicodeSymbols } from '../format/symbols.ts';
import type { Io, TextStream } from './io.ts';

/** Colours and symbols for a stream that shows them. */
export function stylingFor(
  stream: Pick<TextStream, 'isTTY'>,
  env: Io['env'],
): { readonly paint: Paint; readonly symbols: Symbols } {
  const symbols = stream.isTTY && !isUtf8Locale(env) ? asciiSymbols : unicodeSymbols;
  return { paint: createPaint(wantsColour(stream, env) ? 1 : 0), symbols };
}
