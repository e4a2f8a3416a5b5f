import type { UserError } from '../model/errors.ts';
import type { Io } from './io.ts';
import type { OptionSpecs, OptionValues } from './option.ts';
import type { ConfigFiles } from './project-file.ts';

export interface ArgumentSpec {
  readonly name: string;
  readonly help: string;
  readonly required?: boolean;
  readonly many?: boolean;
}

/** A value that a trusted project file set, and where. */
export interface ProjectValue {
  readonly value: unknown;
  /** `file:line:column: name`. */
  readonly at: string;
}

export interface Invocation<O extends OptionSpecs> {
  readonly args: readonly string[];
  readonly options: OptionValues<O>;
  /** The options that stood on the command line, not in the environment or a file. */
  readonly flags: ReadonlySet<string>;
  /** Settings from a trusted project file. */
  readonly fromProject: Readonly<Record<string, ProjectValue>>;
  /** The config files that were read. */
  readonly files: ConfigFiles;
  /** Why the config files were left out, for a command that works without them. */
  readonly configError?: UserError | undefined;
  /** Warnings printed before the command began, in sentences. */
  readonly warnings: readonly string[];
  readonly io: Io;
  /** All commands there are. */
  readonly commands: readonly CommandEntry[];
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
  /** More about the command, in sentences. */
  readonly notes?: string;
  /** Runs without the config files if they cannot be used, and is told why. */
  readonly toleratesConfig?: boolean;
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
  db: {
    type: 'file',
    value: 'file',
    help: 'database file',
    default: 'in $XDG_DATA_HOME/webhook-cli',
    untrusted: 'refused',
  },
  json: { type: 'boolean', help: 'print JSON, one object per line' },
} as const satisfies OptionSpecs;

const project = { type: 'string', value: 'name', default: 'all', flagOnly: true } as const;

/** `--project` of a command that reads the list of requests. */
export const ofProject = {
  project: { ...project, help: 'only requests of this project' },
} as const satisfies OptionSpecs;

/** `--project` of a command that takes refs. */
export const refsOfProject = {
  project: { ...project, help: 'resolve refs among requests of this project only' },
} as const satisfies OptionSpecs;

/** The description of a command, in sentences. */
export function descriptionOf({ summary, notes }: Pick<LoadedCommand, 'summary' | 'notes'>): string {
  const sentence = `${summary[0]!.toUpperCase()}${summary.slice(1)}.`;
  return notes === undefined ? sentence : `${sentence} ${notes}`;
}

/** True for a command with an argument for refs of requests; it is loaded to find out. */
export async function takesRef(entry: CommandEntry): Promise<boolean> {
  const { arguments: declared } = await loadCommand(entry);
  return declared.some(({ name }) => name === 'ref');
}

/** All of these commands with their declarations: for what concerns every option. */
export async function loadCommands(entries: readonly CommandEntry[]): Promise<LoadedCommand[]> {
  return Promise.all(entries.map(loadCommand));
}

/** A command with its declaration. */
export async function loadCommand({ name, summary, load }: CommandEntry): Promise<LoadedCommand> {
  return { name, summary, ...(await load()) };
}
