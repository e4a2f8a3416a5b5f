import { createPaint, type Paint } from '../format/paint.ts';
import { isUtf8Locale } from '../format/symbols.ts';

/** How things look on this terminal. */
export interface Theme {
  readonly paint: Paint;
  /** False: the selection is shown by a mark in the margin, for no meaning may hang on colour. */
  readonly colour: boolean;
  /** Whether everything but ASCII is replaced by its twin. */
  readonly ascii: boolean;
}

/** The theme for a terminal that is used with this environment; `ascii`: whatever its locale is. */
export function themeFor(env: Readonly<Record<string, string | undefined>>, ascii = false): Theme {
  const forced = Boolean(env.FORCE_COLOR) && env.FORCE_COLOR !== '0';
  const colour = forced || !env.NO_COLOR;
  return { paint: createPaint(colour ? 1 : 0), colour, ascii: ascii || !isUtf8Locale(env) };
}
