import type { SshAddress } from './ssh-address.ts';

/** Reads from what ssh prints why there is no tunnel. */
export interface SshReasons {
  /** The reason as a sentence, or undefined if this line tells none. */
  reasonIn(line: string): string | undefined;
  /** True once the server has refused to forward the port, and might forward another. */
  readonly hasRefusedPort: boolean;
}

/** What a user can do, each the end of a sentence. */
export interface SshAdvice {
  readonly unknownHostKey: string;
  readonly changedHostKey: string;
  readonly deniedLogin: string;
}

/** The reasons of one run of ssh. */
export function createSshReasons({ host }: SshAddress, advice: SshAdvice): SshReasons {
  let isChanged = false;
  let isDisabled = false;
  let hasRefusedPort = false;

  const rules: readonly (readonly [RegExp, (...parts: string[]) => string | undefined])[] = [
    [
      /REMOTE HOST IDENTIFICATION HAS CHANGED/,
      () => {
        isChanged = true;
        return `The host key of ${host} has changed, which may be an attack: ${advice.changedHostKey}.`;
      },
    ],
    [
      /^Host key verification failed/,
      () => (isChanged ? undefined : `The host key of ${host} is not known: ${advice.unknownHostKey}.`),
    ],
    [/Permission denied \(([^)]*)\)/, (methods = '') => `${host} ${denied(methods)}: ${advice.deniedLogin}.`],
    [/Too many authentication failures/, () => `${host} refused the login: too many keys were offered.`],
    [
      /^ssh: Could not resolve hostname .*?: (.*)/,
      (why = '') => `The host ${host} cannot be found: ${lower(why)}.`,
    ],
    [
      /^ssh: connect to (?:host|address) .* port (\d+): (.*)/,
      (port = '', why = '') => `${host} cannot be reached on port ${port}: ${lower(why)}.`,
    ],
    [/timed out during banner exchange/, () => `${host} does not respond as an SSH server.`],
    [
      /^debug1: Remote: Server has disabled port forwarding/,
      () => {
        isDisabled = true;
        return `${host} does not allow forwarding: set AllowTcpForwarding in its sshd_config.`;
      },
    ],
    [
      /^Error: remote port forwarding failed for listen port (\d+)/,
      (port) => {
        if (isDisabled) return undefined;
        hasRefusedPort = true;
        if (port === '0') return `${host} refused to forward a port.`;
        return `${host} refused to forward port ${port}: it is in use there, or not allowed.`;
      },
    ],
    [/^Timeout, server .* not responding/, () => `The connection to ${host} was lost: it does not respond.`],
    [
      /closed by remote host|Connection reset by|[Bb]roken pipe|^Connection closed by/,
      () => `${host} closed the connection.`,
    ],
  ];

  return {
    reasonIn(line) {
      for (const [pattern, reason] of rules) {
        const match = pattern.exec(line);
        if (match) return reason(...match.slice(1));
      }
      return undefined;
    },
    get hasRefusedPort() {
      return hasRefusedPort;
    },
  };
}

function denied(methods: string): string {
  if (!/password|keyboard-interactive/.test(methods)) return 'refuses the login';
  return 'refuses the login without a password, which cannot be entered here';
}

function lower(text: string): string {
  return `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`.replace(/\.$/, '');
}
