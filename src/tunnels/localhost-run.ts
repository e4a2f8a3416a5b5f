import { type SshPreset, sshPreset } from './ssh-preset.ts';

/** How to use localhost.run, and what it prints: https://localhost.run/docs/http-tunnels and https://localhost.run/docs/faq. */
export const localhostRunPreset: SshPreset = {
  name: 'localhost.run',
  facts: {
    about: 'the service localhost.run, through ssh',
    account: 'none',
    key: 'none; for a longer lasting URL, an SSH key registered with an account',
    keepsUrl: 'no',
    bytes: 'adds X-Forwarded-* and Forwarded headers; the rest was not measured',
    tested: 'stand-in behind a real SSH server; not run against the real service',
  },
  address: { user: 'nokey', host: 'localhost.run' },
  keyUser: 'localhost',
  forwarded: '80',
  needsKey: false,
  urlIn: (line) => /tunneled with tls termination, (https:\/\/[a-z0-9.-]+)/i.exec(line)?.[1],
};

/** Tunnels through localhost.run: no account, no key. */
export const localhostRun = sshPreset(localhostRunPreset);
