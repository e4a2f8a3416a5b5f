import type { CommandEntry } from '../cli/command.ts';

/** Every command, in the order of help. A new one is a file and an entry here. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'listen',
    summary: 'receive webhooks: record, show and forward them',
    load: async () => (await import('./listen.ts')).listenCommand,
  },
  {
    name: 'forward',
    summary: 'forward recorded requests to another target, old and new',
    load: async () => (await import('./forward.ts')).forwardCommand,
  },
  {
    name: 'replay',
    summary: 'send recorded requests again',
    load: async () => (await import('./replay.ts')).replayCommand,
  },
  {
    name: 'list',
    summary: 'list recorded requests',
    load: async () => (await import('./list.ts')).listCommand,
  },
  {
    name: 'show',
    summary: 'show a request with its headers, body and attempts',
    load: async () => (await import('./show.ts')).showCommand,
  },
  {
    name: 'verify',
    summary: "verify a request's signature and explain failures",
    load: async () => (await import('./verify.ts')).verifyCommand,
  },
  {
    name: 'trigger',
    summary: 'send a signed test event, as a provider would',
    load: async () => (await import('./trigger.ts')).triggerCommand,
  },
  {
    name: 'providers',
    summary: 'list supported providers and what each supports',
    load: async () => (await import('./providers.ts')).providersCommand,
  },
  {
    name: 'tunnels',
    summary: 'list tunnel drivers, whether they can run here, and what each does to requests',
    load: async () => (await import('./tunnels.ts')).tunnelsCommand,
  },
  {
    name: 'doctor',
    summary: 'check what keeps requests from arriving, and say what to do',
    load: async () => (await import('./doctor.ts')).doctorCommand,
  },
  {
    name: 'retry',
    summary: 'retry held requests now',
    load: async () => (await import('./retry.ts')).retryCommand,
  },
  {
    name: 'drop',
    summary: 'drop held requests: keep them recorded, do not deliver them',
    load: async () => (await import('./drop.ts')).dropCommand,
  },
  {
    name: 'delete',
    summary: 'delete requests and their attempts permanently',
    load: async () => (await import('./delete.ts')).deleteCommand,
  },
  {
    name: 'vacuum',
    summary: 'rewrite the database so that no deleted data is left in it',
    load: async () => (await import('./vacuum.ts')).vacuumCommand,
  },
  {
    name: 'config',
    summary: 'list config files, or trust a project config file',
    load: async () => (await import('./config.ts')).configCommand,
  },
];
