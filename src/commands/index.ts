import { type CommandEntry, type LoadedCommand, loadCommand } from '../cli/command.ts';

/** Every command, in the order of help. A new one is a file and an entry here. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'listen',
    summary: 'receive webhooks: record, show and forward them',
    load: async () => (await import('./listen.ts')).listenCommand,
  },
  {
    name: 'forward',
    summary: 'deliver requests to a target as they are recorded, beside any listen',
    load: async () => (await import('./forward.ts')).forwardCommand,
  },
  {
    name: 'replay',
    summary: 'send recorded requests again, exactly as they were',
    load: async () => (await import('./replay.ts')).replayCommand,
  },
  {
    name: 'list',
    summary: 'list recorded requests, newest first',
    load: async () => (await import('./list.ts')).listCommand,
  },
  {
    name: 'show',
    summary: 'show one request with its headers, body and attempts',
    load: async () => (await import('./show.ts')).showCommand,
  },
  {
    name: 'verify',
    summary: 'say whether a request is genuine and, if not, why',
    load: async () => (await import('./verify.ts')).verifyCommand,
  },
  {
    name: 'trigger',
    summary: 'send an event as its provider would, with a signature that its SDK accepts',
    load: async () => (await import('./trigger.ts')).triggerCommand,
  },
  {
    name: 'providers',
    summary: 'list who is known: what can be verified, signed, triggered and answered',
    load: async () => (await import('./providers.ts')).providersCommand,
  },
  {
    name: 'retry',
    summary: 'try held requests now, without waiting for their turn',
    load: async () => (await import('./retry.ts')).retryCommand,
  },
  {
    name: 'drop',
    summary: 'stop holding requests: they stay recorded, their target does not get them',
    load: async () => (await import('./drop.ts')).dropCommand,
  },
  {
    name: 'delete',
    summary: 'delete requests with their attempts, for good',
    load: async () => (await import('./delete.ts')).deleteCommand,
  },
  {
    name: 'vacuum',
    summary: 'rewrite the database so that nothing deleted is left in it',
    load: async () => (await import('./vacuum.ts')).vacuumCommand,
  },
  {
    name: 'config',
    summary: 'list config files, trust or stop trusting the project file',
    load: async () => (await import('./config.ts')).configCommand,
  },
];

/** All commands with their declarations: for what concerns every option. */
export async function loadCommands(): Promise<LoadedCommand[]> {
  return Promise.all(commands.map(loadCommand));
}
