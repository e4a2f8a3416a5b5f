import { flagOf } from '../format/in-flags.ts';
import { durationValue, sizeValue, type ValueType, type ValueTypes } from './values.ts';

/** One option, declared once: flag, environment variable, config key, help and README come from it. */
export interface OptionSpec {
  readonly type: ValueType;
  readonly short?: string;
  /** Placeholder for the value in help, such as `port`. */
  readonly value?: string;
  readonly help: string;
  /** The value that applies unless the user sets another: ms for a duration, bytes for a size. Text describes one. */
  readonly default?: string | number;
  /** `--no-NAME` sets it to false. */
  readonly negatable?: boolean;
  /** Help of `--no-NAME`. */
  readonly negatedHelp?: string;
  /**
   * What a project's config file may do with it before the user trusts the file: set it (`allowed`), lower or raise it
   * against what the user has, or nothing: a command that has the option then fails (`refused`) or, unless given,
   * ignores it with a warning; without one where the command does nothing with it (`unused`).
   */
  readonly untrusted?: 'allowed' | 'lower' | 'higher' | 'refused' | 'unused';
  /** True for a value that runs a program: it never comes from a project's file, trusted or not. */
  readonly runsProgram?: (value: string) => boolean;
  /** A project's value is given to the command beside the user's (`Invocation.fromProject`), never in its place. */
  readonly keptApart?: boolean;
  /** Contains `env:NAME` or `file:PATH`, possibly after a name. */
  readonly secretSource?: boolean;
  /** May be given more than once; a list in a config file, lines in the environment. */
  readonly many?: boolean;
  /** A list of `name=value`, for which a config file may have an object. */
  readonly pairs?: boolean;
  /** Not a setting: flags only. */
  readonly flagOnly?: boolean;
  /** With `flagOnly`: a config file may set it for its command alone, `commands.<name>.key`. */
  readonly commandKey?: boolean;
  /** No flag: set by a variable or a config file. */
  readonly noFlag?: boolean;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** The values of a command's options, undefined if not set. `--no-NAME` makes a value false. */
export type OptionValues<O extends OptionSpecs> = {
  readonly [K in keyof O]:
    | (O[K]['many'] extends true ? readonly ValueTypes[O[K]['type']][] : ValueTypes[O[K]['type']])
    | (O[K]['negatable'] extends true ? false : never)
    | undefined;
};

/** Flags of an option as help and README show them: `-p, --port <port>`. */
export function flagsOf(name: string, { type, short, value }: OptionSpec): string {
  const placeholder = type === 'boolean' ? '' : ` <${value ?? type}>`;
  return `${short ? `-${short}, ` : ''}${flagOf(name)}${placeholder}`;
}

/** The default of an option as help and README show it, in a form that the option accepts; undefined if it has none. */
export function defaultText({ type, default: value }: OptionSpec): string | undefined {
  if (typeof value !== 'number') return value;
  if (type === 'duration') return durationValue(value);
  return type === 'size' ? sizeValue(value) : String(value);
}
