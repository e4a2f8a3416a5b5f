import { colourSetting, isLightTerminal } from '../../format/environment.ts';
import { createPaint, type Paint } from '../../format/paint.ts';
import type { StyledLine } from '../../format/styled.ts';
import { isUtf8Locale } from '../../format/symbols.ts';
import type { Environment } from '../../model/environment.ts';

/** Colours and characters that the terminal supports. */
export interface Theme {
  readonly paint: Paint;
  /** False: the selection is shown in the margin, because nothing may depend on colour alone. */
  readonly colour: boolean;
  /** Non-ASCII characters are replaced by ASCII ones. */
  readonly ascii: boolean;
  /** Plain text is darker than what is behind it. */
  readonly isLight: boolean;
}

/** The theme for this environment; `ascii` overrides the locale. */
export function themeFor(env: Environment, ascii = false): Theme {
  const colour = colourSetting(env) ?? true;
  return {
    paint: createPaint(colour ? 1 : 0),
    colour,
    ascii: ascii || !isUtf8Locale(env),
    isLight: isLightTerminal(env),
  };
}

/**
 * A line that is selected: inverse if it has the focus and there is colour, else with a symbol in its margin. The line
 * begins with a margin of one space.
 */
export function selectedLine(line: StyledLine, hasFocus: boolean, { colour, ascii }: Theme): StyledLine {
  if (colour && hasFocus) return line.map(([, text]) => ['selected', text]);
  const [[tone, first] = ['dim', ' '] as const, ...rest] = line;
  return [['plain', colour && !ascii ? '▌' : '>'], [tone, first.slice(1)], ...rest];
}
