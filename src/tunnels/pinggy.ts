import { type SshPreset, sshPreset } from './ssh-preset.ts';

/** How to use Pinggy, and what it prints: https://pinggy.io/docs and https://pinggy.io/docs/api/web_debugger_api. */
export const pinggyPreset: SshPreset = {
  name: 'pinggy',
  facts: {
    about: 'the service pinggy.io, through ssh',
    account: 'none',
    key: 'none',
    keepsUrl: 'no, and it ends after 60 minutes',
    bytes: 'not measured',
    tested: 'stand-in behind a real SSH server; not run against the real service',
  },
  // Some networks let nothing else out than port 443.
  address: { user: 'free', host: 'a.pinggy.io', port: 443 },
  forwarded: '0',
  needsKey: true,
  urlIn: (line) =>
    /^(https:\/\/(?!dashboard\.)[a-z0-9.-]+\.pinggy(?:-free)?\.(?:link|net))$/i.exec(line)?.[1],
};

/** Tunnels through Pinggy: no account; each ends after an hour. */
export const pinggy = sshPreset(pinggyPreset);
