import { Argument, Command, CommanderError, Option } from 'commander';
import { flagOf } from '../format/in-flags.ts';
import { mostSimilar } from '../model/did-you-mean.ts';
import { UserError } from '../model/errors.ts';
import {
  type ArgumentSpec,
  type CommandEntry,
  type CommandSpec,
  descriptionOf,
  type LoadedCommand,
  loadCommand,
  loadCommands,
} from './command.ts';
import type { Io } from './io.ts';
import { defaultText, flagsOf, type OptionSpec, type OptionSpecs, type OptionValues } from './option.ts';
import { knownSettings, type Settings, settleFor } from './settings.ts';
import { printWarnings } from './warnings.ts';

export interface ProgramOptions {
  readonly version: string;
  /** Every command, in the order of help. */
  readonly commands: readonly CommandEntry[];
  readonly io: Io;
}

/** Parses the command line and runs the command that it names; resolves with the exit code. */
export async function runCommandLine(
  argv: readonly string[],
  { version, commands, io }: ProgramOptions,
): Promise<number> {
  let exitCode = 0;
  const program = new Command('webhook-cli')
    .description('Receive webhooks on localhost: record, show, forward and replay them.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      // What commander refuses becomes a UserError below, which is printed like every other.
      outputError: () => {},
    })
    .addHelpText('after', `\nExample:\n  webhook-cli listen 3000\n`)
    .exitOverride();
  for (const entry of commands) {
    const sub = program.command(entry.name).summary(entry.summary).helpOption('-h, --help', 'print help');
    // Only what is called is loaded, so that none pays for the others.
    if (argv.includes(entry.name)) declare(sub, await loadCommand(entry), (code) => (exitCode = code));
  }

  function declare(sub: Command, spec: LoadedCommand, ended: (exitCode: number) => void): void {
    sub
      .description(descriptionOf(spec))
      .addHelpText('after', `\nExamples:\n${spec.examples.map((line) => `  ${line}\n`).join('')}`);
    for (const argument of spec.arguments) sub.addArgument(commanderArgument(argument));
    for (const [name, option] of Object.entries(spec.options)) {
      if (option.noFlag) continue;
      for (const flag of commanderOptions(name, option)) sub.addOption(flag);
    }
    sub.action(async () => {
      const { removeStaleCopies } = await import('../editor/edit-folder.ts');
      await removeStaleCopies(io.env);
      const given = givenFlags(sub, spec);
      const known = async () => knownSettings(await loadCommands(commands));
      const { values, ...rest } = await settleFor(spec, given, io, known);
      printWarnings(rest.warnings, 'untrusted-config', values['json'] === true, io);
      const options = values as OptionValues<OptionSpecs>;
      const flags = new Set(Object.keys(given));
      ended(await spec.run({ args: sub.args, options, flags, ...rest, io, commands }));
    });
  }

  if (argv.length === 0) {
    program.outputHelp();
    return 0;
  }
  const [first, topic] = argv;
  if (first === 'help' && topic !== undefined && !topic.startsWith('-')) refuseUnknown(topic, commands);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version end in an error of code 0; what commander refuses was the user's wrong usage.
    if (error.exitCode === 0) return 0;
    throw usageError(error, commands.find(({ name }) => name === argv[0])?.name);
  }
}

/** `error: unknown option '--limt'\n(Did you mean --limit?)` as a sentence and a hint. What it quotes may have lines. */
function usageError({ message }: CommanderError, command: string | undefined): UserError {
  const [, what = '', suggestion] =
    /^(?:error: )?(.*?)(?:\n\((Did you mean [^\n]*)\))?$/s.exec(message) ?? [];
  const sentence = `${what.charAt(0).toUpperCase()}${what.slice(1).replace(/\.$/, '')}.`;
  const help = `Run webhook-cli ${command === undefined ? '--help' : `${command} --help`} for help.`;
  return new UserError('usage', sentence, suggestion ?? help);
}

function refuseUnknown(topic: string, commands: readonly CommandEntry[]): void {
  const names = [...commands.map(({ name }) => name), 'help'];
  if (names.includes(topic)) return;
  const close = mostSimilar(topic, names);
  throw new UserError(
    'usage',
    `Unknown command '${topic}'.`,
    close === undefined ? 'Run webhook-cli --help to list all commands.' : `Did you mean ${close}?`,
  );
}

function commanderArgument({ name, help, required, many }: ArgumentSpec): Argument {
  const dots = many ? '...' : '';
  return new Argument(required ? `<${name}${dots}>` : `[${name}${dots}]`, help);
}

function commanderOptions(name: string, spec: OptionSpec): Option[] {
  const value = defaultText(spec);
  const shown = value === undefined ? spec.help : `${spec.help} (default: ${value})`;
  const option = new Option(flagsOf(name, spec), shown);
  if (spec.many) option.argParser((value: string, before: string[] = []) => [...before, value]);
  const options = [option];
  if (spec.negatable)
    options.push(new Option(flagOf(name).replace('--', '--no-'), spec.negatedHelp ?? `no ${name}`));
  return options;
}

/** Options given on the command line, as text. */
function givenFlags(sub: Command, spec: CommandSpec): Settings {
  const given: Record<string, string | boolean | readonly string[]> = {};
  for (const name of Object.keys(spec.options)) {
    if (sub.getOptionValueSource(name) !== 'cli') continue;
    const value: unknown = sub.getOptionValue(name);
    if (typeof value !== 'string' && typeof value !== 'boolean' && !Array.isArray(value)) {
      throw new UserError('usage', `Invalid value for ${flagOf(name)}.`);
    }
    given[name] = value;
  }
  return given;
}
