import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { flagOf } from '../format/in-flags.ts';
import { UserError } from '../model/errors.ts';
import type { LoadedCommand, ProjectValue } from './command.ts';
import {
  type ConfigFile,
  type KnownSettings,
  readConfigFile,
  type Setting,
  settingIn,
} from './config-file.ts';
import type { Io } from './io.ts';
import { defaultText, type OptionSpec } from './option.ts';
import { userConfigFile } from './paths.ts';
import { type ConfigFiles, type ProjectFile, readProjectFile } from './project-file.ts';
import { expectedValue, readValue } from './values.ts';

/** Values of options before parsing: text, true or false, or several texts for a repeatable option. */
export type Settings = Readonly<Record<string, string | boolean | readonly string[]>>;

export interface Settled {
  /** The value of every option; undefined where nothing sets it. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Settings from the project file that apply, or are kept apart. */
  readonly fromProject: Readonly<Record<string, ProjectValue>>;
  /** Warnings for the user, in sentences. */
  readonly warnings: readonly string[];
  readonly files: ConfigFiles;
}

/** A value before parsing, and where it was found. Relative paths start at `folder`. */
interface Found {
  readonly value: unknown;
  readonly at: string;
  readonly folder?: string;
}

/** `maxBody` → `WEBHOOK_CLI_MAX_BODY`. */
export function variableOf(name: string): string {
  return `WEBHOOK_CLI_${flagOf(name).slice(2).replaceAll('-', '_').toUpperCase()}`;
}

/** The options of all commands: one file serves them all. */
export function knownSettings(commands: readonly LoadedCommand[]): KnownSettings {
  return new Map(commands.map(({ name, options }) => [name, options]));
}

/** A command's settings; without the config files if they cannot be used and the command tolerates that. */
export async function settleFor(
  command: LoadedCommand,
  flags: Settings,
  io: Io,
  known: () => Promise<KnownSettings>,
): Promise<Settled & { readonly configError?: UserError }> {
  try {
    return await settle(command, flags, io, known);
  } catch (error) {
    if (!command.toleratesConfig || !(error instanceof UserError) || error.code !== 'config') throw error;
    return { ...settleWith(command, flags, io, { project: undefined, user: undefined }), configError: error };
  }
}

/**
 * The value of every option of a command: flag > environment > project file > user file. Throws a UserError that names
 * the place of an invalid value, or a setting of an untrusted project file that the command must not ignore.
 */
export async function settle(
  command: LoadedCommand,
  flags: Settings,
  io: Io,
  known: () => Promise<KnownSettings>,
): Promise<Settled> {
  const project = await readProjectFile(io, known);
  const userFile = userConfigFile(io.env);
  const user =
    userFile !== undefined && existsSync(userFile)
      ? await readConfigFile(userFile, await known())
      : undefined;
  return settleWith(command, flags, io, { project, user });
}

function settleWith(command: LoadedCommand, flags: Settings, io: Io, files: ConfigFiles): Settled {
  const { project, user } = files;
  const values: Record<string, unknown> = {};
  const fromProject: Record<string, ProjectValue> = {};
  const ignored: string[] = [];
  const programs: string[] = [];
  for (const [name, option] of Object.entries(command.options)) {
    const given = fromFlag(name, flags) ?? fromEnvironment(name, option, io.env);
    const own = given ?? inFile(user, command.name, name, option);
    let proposed = project?.type === 'read' ? inFile(project.config, command.name, name, option) : undefined;
    if (proposed && option.runsProgram && [proposed.value].flat().map(String).some(option.runsProgram)) {
      if (!given) programs.push(proposed.at);
      proposed = undefined;
    }
    let chosen: Found | undefined = own;
    if (proposed && project?.type === 'read' && project.trusted) {
      if (option.keptApart || !given) fromProject[name] = { value: read(option, proposed), at: proposed.at };
      if (!option.keptApart && !given) chosen = proposed;
    } else if (proposed && !given) {
      if (mayCount(name, option, proposed, own)) chosen = proposed;
      else if (option.untrusted !== 'unused') ignored.push(name);
    }
    values[name] = chosen && read(option, chosen);
  }
  return {
    values,
    fromProject,
    warnings: [...warningsOf(project, ignored), ...programs.map(programWarning)],
    files,
  };
}

/** A setting of an untrusted file may apply. Throws a UserError for one that must not be ignored. */
function mayCount(name: string, option: OptionSpec, proposed: Found, own: Found | undefined): boolean {
  switch (option.untrusted) {
    case 'allowed':
      return true;
    case 'lower':
    case 'higher': {
      const value = Number(read(option, proposed));
      const usual = defaultText(option);
      const effective = own ?? (usual === undefined ? undefined : { value: usual, at: name });
      if (effective === undefined) return true;
      const users = Number(read(option, effective));
      return option.untrusted === 'lower' ? value <= users : value >= users;
    }
    case 'refused':
      throw new UserError(
        'config',
        `${proposed.at} is set by a project file that you have not trusted.`,
        'Review and trust the file with webhook-cli config trust, ' +
          `or set ${flagOf(name)} or ${variableOf(name)}.`,
      );
    default:
      return false;
  }
}

function programWarning(at: string): string {
  return `${at} is ignored: a project's file cannot run programs. Set it in your own config file or on the command line.`;
}

function warningsOf(project: ProjectFile | undefined, ignored: readonly string[]): string[] {
  if (project?.type === 'unsafe') return [`${project.path} is ignored: ${project.why}.`];
  if (project === undefined || ignored.length === 0) return [];
  const which = ignored.length === 1 ? 'this setting is' : 'these settings are';
  return [
    `${project.config.file} is not trusted, so ${which} ignored: ${ignored.join(', ')}. ` +
      'Review and trust it with webhook-cli config trust.',
  ];
}

function fromFlag(name: string, flags: Settings): Found | undefined {
  const value = flags[name];
  return value === undefined ? undefined : { value, at: flagOf(name) };
}

function fromEnvironment(name: string, option: OptionSpec, env: Io['env']): Found | undefined {
  const variable = variableOf(name);
  const text = env[variable];
  if (option.flagOnly || text === undefined || text === '') return undefined;
  // --tunnel takes a name, so that WEBHOOK_CLI_TUNNEL=false has to mean --no-tunnel.
  if (option.negatable && text === 'false') return { value: false, at: variable };
  return { value: option.many ? text.split('\n').filter((line) => line !== '') : text, at: variable };
}

function inFile(
  file: ConfigFile | undefined,
  command: string,
  name: string,
  option: OptionSpec,
): Setting | undefined {
  if (option.flagOnly && !option.commandKey) return undefined;
  return file && settingIn(file, command, name);
}

function read(option: OptionSpec, { value, at, folder }: Found): unknown {
  const readEach = (each: unknown) => withFolder(readOne(option, each, at), option, folder);
  if (option.pairs && isObject(value)) {
    return Object.entries(value).flatMap(([name, ones]) =>
      [ones].flat().map((one) => {
        const text = `${name}=${readOne(option, one, `${at}.${name}`)}`;
        return withFolder(text, option, folder);
      }),
    );
  }
  if (option.many && Array.isArray(value)) return value.map(readEach);
  const one = readEach(value);
  return option.many ? [one] : one;
}

/** Resolves a path in a config file against the file's folder. */
function withFolder(value: unknown, { type, secretSource }: OptionSpec, folder: string | undefined): unknown {
  if (folder === undefined || typeof value !== 'string') return value;
  if (type === 'file') return resolve(folder, value);
  if (!secretSource) return value;
  const [, before, path] = /^((?:[^:]*[=:])?file:)(.+)$/s.exec(value) ?? [];
  return before === undefined || path === undefined ? value : before + resolve(folder, path);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readOne(option: OptionSpec, value: unknown, at: string): unknown {
  if (value === false && option.negatable) return false;
  if (option.type === 'json' && typeof value === 'object' && value !== null) return value;
  if (typeof value === 'boolean' && option.type === 'boolean') return value;
  if (typeof value === 'string' || typeof value === 'number')
    return readValue(option.type, String(value), at);
  throw new UserError('config', `${at}: ${JSON.stringify(value)} is not ${expectedValue(option.type)}.`);
}
