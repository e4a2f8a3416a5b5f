import type { Io } from './io.ts';
import type { ValueType, ValueTypes } from './values.ts';

/** One option: declared once, and from that come flag, environment variable, config key, help and README. */
export interface OptionSpec {
  readonly type: ValueType;
  readonly short?: string;
  /** What stands for the value in help, such as `port`. */
  readonly value?: string;
  readonly help: string;
  /** The default as help shows it; the code that uses the option applies it. */
  readonly default?: string;
  /** There is `--no-NAME`, too, which sets it to false. */
  readonly negatable?: boolean;
  /** Help of `--no-NAME`. */
  readonly negatedHelp?: string;
  /** Can harm its user, so a checkout's own config file may not set it. */
  readonly trusted?: boolean;
  /** Values that can harm its user: a checkout's own config file may set others only. */
  readonly harmful?: RegExp;
  /** May be given more than once; a list in a config file, lines in the environment. */
  readonly many?: boolean;
  /** A list of `name=value`, for which a config file may have an object. */
  readonly pairs?: boolean;
  /** Not a setting to be kept: flags only. */
  readonly flagOnly?: boolean;
}

export interface ArgumentSpec {
  readonly name: string;
  readonly help: string;
  readonly required?: boolean;
  readonly many?: boolean;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** The values of a command's options; what nobody set is undefined. `--no-NAME` makes it false. */
export type OptionValues<O extends OptionSpecs> = {
  readonly [K in keyof O]:
    | (O[K]['many'] extends true ? readonly ValueTypes[O[K]['type']][] : ValueTypes[O[K]['type']])
    | (O[K]['negatable'] extends true ? false : never)
    | undefined;
};

export interface Invocation<O extends OptionSpecs> {
  readonly args: readonly string[];
  readonly options: OptionValues<O>;
  /** The options that stood on the command line, not in the environment or a file. */
  readonly flags: ReadonlySet<string>;
  readonly io: Io;
  /** All commands there are. */
  readonly commands: readonly Pick<CommandEntry, 'name' | 'summary'>[];
}

/** A command as the list has it: what it takes is loaded when it is called. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<CommandSpec>;
}

export type LoadedCommand = CommandSpec & Omit<CommandEntry, 'load'>;

export interface CommandSpec {
  readonly arguments: readonly ArgumentSpec[];
  readonly options: OptionSpecs;
  /** Lines to copy, shown under the help. */
  readonly examples: readonly string[];
  /** What else its user should know, in sentences. */
  readonly notes?: string;
  /** Does the work; resolves with the exit code. */
  readonly run: (invocation: Invocation<OptionSpecs>) => Promise<number>;
}

/** Declares a command; `run` sees its options with their types. */
export function command<const O extends OptionSpecs>(
  spec: Omit<CommandSpec, 'run' | 'options'> & {
    readonly options: O;
    readonly run: (invocation: Invocation<O>) => Promise<number>;
  },
): CommandSpec {
  return spec as unknown as CommandSpec;
}

/** Options that every command has. */
export const commonOptions = {
  db: { type: 'string', value: 'file', help: 'the database', default: 'in $XDG_DATA_HOME/webhook-cli' },
  json: { type: 'boolean', help: 'print JSON, one object a line where there are several' },
} as const satisfies OptionSpecs;

const name = { type: 'string', value: 'name', default: 'all', flagOnly: true } as const;

/** `--name` of a command that goes through requests. */
export const onlyNamed = {
  name: { ...name, help: 'only requests of sessions with this name' },
} as const satisfies OptionSpecs;

/** `--name` of a command that is given refs. */
export const lookAtNamed = {
  name: { ...name, help: 'look only at requests of sessions with this name' },
} as const satisfies OptionSpecs;

/** `maxBody` → `--max-body`. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** What a command does, in sentences. */
export function descriptionOf({ summary, notes }: Pick<LoadedCommand, 'summary' | 'notes'>): string {
  const sentence = `${summary[0]!.toUpperCase()}${summary.slice(1)}.`;
  return notes === undefined ? sentence : `${sentence} ${notes}`;
}

/** Flags of an option as help and README show them: `-p, --port <port>`. */
export function flagsOf(name: string, { type, short, value }: OptionSpec): string {
  const placeholder = type === 'boolean' ? '' : ` <${value ?? type}>`;
  return `${short ? `-${short}, ` : ''}${flagOf(name)}${placeholder}`;
}
