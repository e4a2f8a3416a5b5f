import { type SshPreset, sshPreset } from './ssh-preset.ts';

/** How to use Serveo, and what it prints: https://serveo.net. */
export const serveoPreset: SshPreset = {
  name: 'serveo',
  facts: {
    about: 'the service serveo.net, through ssh',
    account: 'none',
    key: 'none',
    keepsUrl: 'no',
    bytes: 'not measured',
    tested: 'stand-in behind a real SSH server; not run against the real service',
  },
  address: { user: 'webhook-cli', host: 'serveo.net' },
  forwarded: '80',
  needsKey: true,
  urlIn: (line) => /^Forwarding HTTP traffic from (https:\/\/[a-z0-9.-]+)$/i.exec(line)?.[1],
};

/** Tunnels through Serveo: no account, no key of the user's. */
export const serveo = sshPreset(serveoPreset);
