import { Chalk } from 'chalk';

/** The meaning of a piece of text; the paint decides how it looks. */
export type Tone =
  | 'good'
  | 'redirect'
  | 'warn'
  | 'bad'
  | 'dim'
  | 'strong'
  | 'key'
  | 'string'
  | 'number'
  | 'selected'
  /** Light on dark, whatever the terminal's own colours are. */
  | 'pixels'
  | 'plain';

/** Colours text by its meaning. */
export type Paint = (tone: Tone, text: string) => string;

/** The number of colours of a stream: none, 16, 256, all. */
export type ColourLevel = 0 | 1 | 2 | 3;

/** Leaves text as it is. */
export const plainPaint: Paint = (_tone, text) => text;

/** A paint for a stream that takes colours of this level. */
export function createPaint(level: ColourLevel): Paint {
  if (level === 0) return plainPaint;
  const chalk = new Chalk({ level });
  const styles = {
    good: chalk.green,
    redirect: chalk.cyan,
    warn: chalk.yellow,
    bad: chalk.red,
    dim: chalk.dim,
    strong: chalk.bold,
    key: chalk.cyan,
    string: chalk.green,
    number: chalk.magenta,
    selected: chalk.inverse,
    pixels: chalk.whiteBright.bgBlack,
  };
  return (tone, text) => (tone === 'plain' || text === '' ? text : styles[tone](text));
}
