import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { mostSimilar } from '../model/did-you-mean.ts';
import { messageOf, UserError } from '../model/errors.ts';
import { syntaxErrorText } from './config-syntax.ts';
import type { OptionSpec, OptionSpecs } from './option.ts';

/** One setting from a config file. */
export interface Setting {
  readonly value: unknown;
  /** `file:line:column: name`, for errors. */
  readonly at: string;
  /** The real path of the file's folder: relative paths start there. */
  readonly folder: string;
}

export interface ConfigFile {
  /** The real path. */
  readonly file: string;
  /** Hex SHA-256 of the file's bytes. */
  readonly sha256: string;
  /** Settings of every command that has the option. */
  readonly flat: ReadonlyMap<string, Setting>;
  /** Settings of one command, `commands.<name>.key`, which win over the flat ones. */
  readonly ofCommand: ReadonlyMap<string, ReadonlyMap<string, Setting>>;
}

/** The options of each command, by its name. */
export type KnownSettings = ReadonlyMap<string, OptionSpecs>;

const configExample = 'A config file contains one object, such as { "port": 4000 }.';

/** A config file is data of a few lines: larger or deeper ones are refused. */
const maxBytes = 1024 * 1024;
const maxDepth = 64;

/** A command's own setting of this name, else the flat one. */
export function settingIn(file: ConfigFile, command: string, name: string): Setting | undefined {
  return file.ofCommand.get(command)?.get(name) ?? file.flat.get(name);
}

/** Reads a config file; throws a UserError that names file, line and column. */
export async function readConfigFile(path: string, known: KnownSettings): Promise<ConfigFile> {
  const { parseTree, getNodeValue, printParseErrorCode } = await import('jsonc-parser');
  const bytes = readBytes(path);
  const text = new TextDecoder().decode(bytes);
  await refuseDeep(path, text);
  const errors: { error: number; offset: number; length: number }[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first) {
    const problem =
      text.trim() === '' ? 'the file is empty' : syntaxErrorText(printParseErrorCode(first.error));
    throw new UserError('config', `${at(path, text, first.offset)}: ${problem}.`, configExample);
  }
  if (tree?.type !== 'object') {
    throw new UserError('config', `${path}:1:1: the file does not contain an object.`, configExample);
  }
  const file = realpathSync(path);
  const folder = dirname(file);
  type Node = typeof tree;

  /** The members of an object: each checked by name, with its place and its value. */
  function settingsIn(node: Node, prefix: string, check: (name: string, place: string, value: Node) => void) {
    const settings = new Map<string, Setting>();
    for (const { children = [] } of node.children ?? []) {
      const [key, value] = children;
      if (!key || !value) continue;
      const name = String(key.value);
      const place = at(path, text, key.offset);
      check(name, place, value);
      settings.set(name, { value: getNodeValue(value), at: `${place}: ${prefix}${name}`, folder });
    }
    return settings;
  }

  const ofCommand = new Map<string, ReadonlyMap<string, Setting>>();
  const flatNames = namesOf(known, ({ flagOnly }) => !flagOnly);
  const flat = settingsIn(tree, '', (name, place, value) => {
    if (name === 'commands') readCommands(value, place);
    else if (name !== '$schema' && !flatNames.has(name)) throw unknownName(name, place, flatNames);
  });
  flat.delete('commands');
  return { file, sha256: createHash('sha256').update(bytes).digest('hex'), flat, ofCommand };

  function readCommands(node: Node, place: string): void {
    if (node.type !== 'object') {
      throw new UserError(
        'config',
        `${place}: commands must be an object, such as { "list": { "limit": 50 } }.`,
      );
    }
    settingsIn(node, 'commands.', (command, place, value) => {
      const options = known.get(command);
      if (!options) throw unknownCommand(command, place, known);
      if (value.type !== 'object') {
        throw new UserError('config', `${place}: commands.${command} must be an object of settings.`);
      }
      const only = new Map([[command, options]]);
      const names = namesOf(only, ({ flagOnly, commandKey }) => !flagOnly || commandKey === true);
      const settings = settingsIn(value, `commands.${command}.`, (name, place) => {
        if (!names.has(name)) throw unknownName(name, place, names, command);
      });
      ofCommand.set(command, settings);
    });
  }
}

function namesOf(known: KnownSettings, isWanted: (option: OptionSpec) => boolean): ReadonlySet<string> {
  const options = [...known.values()].flatMap((each) => Object.entries(each));
  return new Set(options.filter(([, option]) => isWanted(option)).map(([name]) => name));
}

/** The bytes of a regular file of at most 1 MB; throws a UserError for anything else. */
function readBytes(path: string): Buffer {
  try {
    // Before it is opened: opening a device may already do something.
    refuseOdd(statSync(path));
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      refuseOdd(fstatSync(fd));
      const buffer = Buffer.alloc(maxBytes + 1);
      let size = 0;
      for (let read = -1; read !== 0 && size < buffer.length; size += read) {
        read = readSync(fd, buffer, size, buffer.length - size, null);
      }
      if (size > maxBytes) throw new Error('it is larger than 1 MB');
      return buffer.subarray(0, size);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    const reason = messageOf(error);
    throw new UserError('config', `Cannot read ${path}: ${reason}.`);
  }
}

function refuseOdd(stat: Stats): void {
  if (stat.isDirectory()) throw new Error('it is a folder');
  if (!stat.isFile()) throw new Error('it is not a regular file');
  if (stat.size > maxBytes) throw new Error('it is larger than 1 MB');
}

/** The parser calls itself for each level. */
async function refuseDeep(path: string, text: string): Promise<void> {
  const { createScanner } = await import('jsonc-parser');
  const scanner = createScanner(text, true);
  let depth = 0;
  for (scanner.scan(); scanner.getTokenOffset() < text.length; scanner.scan()) {
    const first = text[scanner.getTokenOffset()];
    if (first === '{' || first === '[') depth++;
    else if (first === '}' || first === ']') depth--;
    if (depth > maxDepth) {
      const place = at(path, text, scanner.getTokenOffset());
      throw new UserError('config', `${place}: the file is nested more than ${maxDepth} levels deep.`);
    }
  }
}

function at(file: string, text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `${file}:${before.length}:${before.at(-1)!.length + 1}`;
}

function unknownName(name: string, place: string, names: ReadonlySet<string>, command?: string): UserError {
  const close = mostSimilar(name, names);
  return new UserError(
    'config',
    `${place}: unknown setting ${JSON.stringify(name)}${command === undefined ? '' : ` of ${command}`}.`,
    close ? `Did you mean ${JSON.stringify(close)}?` : `Available: ${[...names].sort().join(', ')}.`,
  );
}

function unknownCommand(name: string, place: string, known: KnownSettings): UserError {
  const close = mostSimilar(name, known.keys());
  return new UserError(
    'config',
    `${place}: unknown command ${JSON.stringify(name)}.`,
    close ? `Did you mean ${JSON.stringify(close)}?` : `Available: ${[...known.keys()].join(', ')}.`,
  );
}
