import { command, commonOptions, type Invocation } from '../cli/command.ts';
import type { ConfigFile } from '../cli/config-file.ts';
import { confirmed } from '../cli/confirm.ts';
import { stopCode, write } from '../cli/io.ts';
import { stateFolder } from '../cli/paths.ts';
import { projectConfigName } from '../cli/project-file.ts';
import { stringifyJson } from '../format/json.ts';
import { printable } from '../format/printable.ts';
import { padded, textWidth } from '../format/width.ts';
import { mostSimilar } from '../model/did-you-mean.ts';
import { messageOf, UserError } from '../model/errors.ts';
import { trust, untrust } from '../state/trust.ts';

const options = {
  show: {
    type: 'boolean',
    help: 'with trust: only print the settings and the SHA-256 of the file',
    flagOnly: true,
  },
  yes: { type: 'boolean', short: 'y', help: 'with trust: skip the confirmation', flagOnly: true },
  json: commonOptions.json,
} as const;

type Given = Invocation<typeof options>;

const actions: Readonly<Record<string, (given: Given) => Promise<number>>> = {
  list: listFiles,
  trust: trustProject,
  untrust: untrustProject,
};

export const configCommand = command({
  arguments: [{ name: 'action', help: 'list (default), trust or untrust' }],
  options,
  examples: [
    'webhook-cli config               list the config files and their settings',
    'webhook-cli config trust         review and trust the project file',
    'webhook-cli config untrust       stop trusting it',
    'webhook-cli config trust --show  print its settings and SHA-256',
  ],
  notes:
    'A project file comes with a checkout: until you trust it, it can set only harmless options. ' +
    'In CI, set WEBHOOK_CLI_TRUST_CONFIG to the SHA-256 of the file.',
  run(invocation) {
    const [name = 'list', ...others] = invocation.args;
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (!action || others.length > 0) throw noSuchAction(name, others);
    const { show, yes } = invocation.options;
    if (name !== 'trust' && (show || yes)) {
      throw new UserError('usage', `--${show ? 'show' : 'yes'} requires config trust.`);
    }
    return action(invocation);
  },
});

function noSuchAction(name: string, others: readonly string[]): UserError {
  if (others.length > 0) return new UserError('usage', 'config takes one action: list, trust or untrust.');
  const close = mostSimilar(name, Object.keys(actions));
  const all = 'The actions are list, trust and untrust.';
  return new UserError(
    'usage',
    `Unknown action ${JSON.stringify(name)}.`,
    close ? `Did you mean ${close}?` : all,
  );
}

async function listFiles({ options, io, files }: Given): Promise<number> {
  const { project, user } = files;
  const found = [
    ...(project?.type === 'read' ? [{ config: project.config, trusted: project.trusted }] : []),
    ...(user ? [{ config: user, trusted: true }] : []),
  ];
  if (options.json) {
    for (const one of found) await write(io.stdout, `${stringifyJson(fileJson(one))}\n`);
  } else {
    for (const { config, trusted } of found) {
      await write(io.stdout, `${linesOf(config, trusted ? '' : ' (not trusted)').join('\n')}\n`);
    }
  }
  if (found.length === 0) io.stderr.write('webhook-cli: no config file found.\n');
  return 0;
}

async function trustProject({ options, io, files }: Given): Promise<number> {
  const { config, trusted } = projectFile(files);
  const lines = linesOf(config, trusted ? ' (trusted)' : '');
  await write(
    io.stdout,
    options.json ? `${stringifyJson(fileJson({ config, trusted }))}\n` : `${lines.join('\n')}\n`,
  );
  if (options.show || trusted) return 0;
  if (!options.yes && !(await confirmed('Trust this file?', 'config trust', io))) {
    io.stderr.write('webhook-cli: the file is not trusted.\n');
    return io.signal.aborted ? stopCode(io.signal) : 1;
  }
  // What was shown is what is trusted, whatever the file holds by now.
  stored(io, (folder) => trust(folder, config));
  io.stderr.write('webhook-cli: trusted until the file changes.\n');
  return 0;
}

async function untrustProject({ io, files }: Given): Promise<number> {
  const { config } = projectFile(files);
  const was = stored(io, (folder) => untrust(folder, config.file));
  io.stderr.write(`webhook-cli: the file ${was ? 'is no longer' : 'was not'} trusted.\n`);
  return 0;
}

function projectFile({ project }: Given['files']) {
  if (project?.type === 'read') return project;
  if (!project) {
    throw new UserError('usage', `No ${projectConfigName} in this folder or its parents.`);
  }
  throw new UserError('failed', `${project.path} cannot be trusted: ${project.why}.`);
}

function stored<T>({ env }: Pick<Given['io'], 'env'>, act: (stateFolder: string) => T): T {
  const folder = stateFolder(env);
  if (folder === undefined) {
    throw new UserError(
      'failed',
      'There is no home folder to keep the trust in.',
      'Set HOME or XDG_STATE_HOME, or use WEBHOOK_CLI_TRUST_CONFIG.',
    );
  }
  try {
    return act(folder);
  } catch (error) {
    const reason = messageOf(error);
    throw new UserError('failed', `Cannot write to the state folder: ${reason}.`);
  }
}

/** Every setting of a file by its full name. */
function settingsOf({ flat, ofCommand }: ConfigFile): [name: string, value: unknown][] {
  const flatOnes = [...flat].map(([name, { value }]): [string, unknown] => [name, value]);
  const others = [...ofCommand].flatMap(([command, settings]) =>
    [...settings].map(([name, { value }]): [string, unknown] => [`commands.${command}.${name}`, value]),
  );
  return [...flatOnes, ...others];
}

function linesOf(config: ConfigFile, state: string): string[] {
  const settings = settingsOf(config).map(([name, value]) => [
    printable(name),
    printable(JSON.stringify(value)),
  ]);
  const width = Math.max(0, ...settings.map(([name]) => textWidth(name!)));
  return [
    `${printable(config.file)}${state}`,
    `SHA-256 ${config.sha256}`,
    ...settings.map(([name, value]) => `  ${padded(name!, width)}  ${value}`),
  ];
}

function fileJson({ config, trusted }: { readonly config: ConfigFile; readonly trusted: boolean }) {
  return {
    file: config.file,
    sha256: config.sha256,
    trusted,
    settings: Object.fromEntries(settingsOf(config)),
  };
}
