import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../model/errors.ts';
import { type CommandSpec, flagOf, type OptionSpec } from './command.ts';
import type { Io } from './io.ts';
import { userConfigFile } from './paths.ts';
import { mostSimilar } from './similar.ts';
import { readValue } from './values.ts';

/** Values of options before they are read: text, true and false, or texts of what may be given more than once. */
export type Settings = Readonly<Record<string, string | boolean | readonly string[]>>;

/** The name of a project's config file, looked for from the working folder upwards. */
const projectConfigName = 'webhook-cli.jsonc';

interface ConfigValue {
  readonly value: unknown;
  /** `file:line:column`, for errors. */
  readonly at: string;
}

type ConfigFile = ReadonlyMap<string, ConfigValue>;

/** What a config file may hold, by name. */
export type KnownSettings = ReadonlyMap<string, OptionSpec>;

/** `maxBody` → `WEBHOOK_CLI_MAX_BODY`. */
export function variableOf(name: string): string {
  return `WEBHOOK_CLI_${flagOf(name).slice(2).replaceAll('-', '_').toUpperCase()}`;
}

/**
 * The value of every option of a command: flag > environment > project file > user file. `known`: the names that
 * a file may hold. Throws a UserError that says where a bad value stood.
 */
export async function settle(
  spec: CommandSpec,
  flags: Settings,
  { env, cwd }: Io,
  known: () => Promise<KnownSettings>,
): Promise<Record<string, unknown>> {
  const files = await configFiles(env, cwd, known);
  const settled: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(spec.options)) {
    const found =
      fromFlag(name, flags) ?? fromEnvironment(name, option, env) ?? fromFiles(name, option, files);
    settled[name] = found === undefined ? undefined : read(option, found.value, found.at);
  }
  return settled;
}

function fromFlag(name: string, flags: Settings): ConfigValue | undefined {
  const value = flags[name];
  return value === undefined ? undefined : { value, at: flagOf(name) };
}

function fromEnvironment(name: string, option: OptionSpec, env: Io['env']): ConfigValue | undefined {
  const variable = variableOf(name);
  const text = env[variable];
  if (option.flagOnly || text === undefined || text === '') return undefined;
  // --tunnel takes a name, so that WEBHOOK_CLI_TUNNEL=false has to mean --no-tunnel.
  if (option.negatable && text === 'false') return { value: false, at: variable };
  return { value: option.many ? text.split('\n').filter((line) => line !== '') : text, at: variable };
}

function fromFiles(name: string, option: OptionSpec, files: readonly ConfigFile[]): ConfigValue | undefined {
  if (option.flagOnly) return undefined;
  return files.find((values) => values.has(name))?.get(name);
}

function read(option: OptionSpec, value: unknown, at: string): unknown {
  if (option.pairs && isObject(value)) {
    return Object.entries(value).map(([name, one]) => `${name}=${readOne(option, one, `${at}.${name}`)}`);
  }
  if (option.many && Array.isArray(value)) return value.map((one) => readOne(option, one, at));
  const one = readOne(option, value, at);
  return option.many ? [one] : one;
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
  throw new UserError('config', `${at}: ${JSON.stringify(value)} is no value for this setting.`);
}

async function configFiles(
  env: Io['env'],
  cwd: string,
  known: () => Promise<KnownSettings>,
): Promise<ConfigFile[]> {
  const files: ConfigFile[] = [];
  const project = findUpwards(cwd);
  if (project) {
    const values = await readConfig(project, await known());
    // A checkout's own file is somebody else's, whatever command is called in it.
    for (const [name, value] of values) refuseHarmful(name, value, await known());
    files.push(values);
  }
  const user = userConfigFile(env);
  if (existsSync(user)) files.push(await readConfig(user, await known()));
  return files;
}

function refuseHarmful(name: string, { value, at }: ConfigValue, known: KnownSettings): void {
  const { trusted, harmful } = known.get(name) ?? {};
  const bad = harmful && [value].flat().find((each) => harmful.test(String(each)));
  if (!trusted && bad === undefined) return;
  const what = trusted ? name : JSON.stringify(bad);
  throw new UserError(
    'config',
    `${at}: ${what} can't be set in a project's file, because whoever wrote it could harm you with it.`,
    `Set it in your own config file, as ${variableOf(name)} or as ${flagOf(name)}.`,
  );
}

function findUpwards(folder: string): string | undefined {
  for (let current = folder; ; current = dirname(current)) {
    const file = join(current, projectConfigName);
    if (existsSync(file)) return file;
    if (dirname(current) === current) return undefined;
  }
}

async function readConfig(file: string, known: KnownSettings): Promise<Map<string, ConfigValue>> {
  const { parseTree, getNodeValue, printParseErrorCode } = await import('jsonc-parser');
  const text = readText(file);
  const errors: { error: number; offset: number; length: number }[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first) {
    throw new UserError('config', `${at(file, text, first.offset)}: ${printParseErrorCode(first.error)}.`);
  }
  if (tree?.type !== 'object') {
    throw new UserError('config', `${file}:1:1: a config file is one object, such as { "port": 4000 }.`);
  }
  const values = new Map<string, ConfigValue>();
  for (const { children = [] } of tree.children ?? []) {
    const [key, value] = children;
    if (!key || !value) continue;
    const name = String(key.value);
    const place = at(file, text, key.offset);
    if (name !== '$schema' && !known.has(name)) throw unknownName(name, place, known);
    values.set(name, { value: getNodeValue(value), at: `${place}: ${name}` });
  }
  return values;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError('config', `${file} can't be read: ${reason}.`);
  }
}

function at(file: string, text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `${file}:${before.length}:${before.at(-1)!.length + 1}`;
}

/** All that a config file may hold: the options of all commands, since one file serves them all. */
export function knownSettings(commands: readonly CommandSpec[]): KnownSettings {
  return new Map(
    commands.flatMap(({ options }) => Object.entries(options).filter(([, { flagOnly }]) => !flagOnly)),
  );
}

function unknownName(name: string, place: string, known: KnownSettings): UserError {
  const close = mostSimilar(name, known.keys());
  return new UserError(
    'config',
    `${place}: there is no setting ${JSON.stringify(name)}.`,
    close ? `Did you mean ${JSON.stringify(close)}?` : `There are: ${[...known.keys()].sort().join(', ')}.`,
  );
}
