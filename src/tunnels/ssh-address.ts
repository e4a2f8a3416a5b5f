import { isIPv6 } from 'node:net';
import { UserError } from '../model/errors.ts';

/** A place to log in to with SSH; what is absent comes from the user's configuration of ssh. */
export interface SshAddress {
  readonly user?: string | undefined;
  /** A host name, an alias of the user's configuration, or an IP address. */
  readonly host: string;
  readonly port?: number | undefined;
}

/** ssh's own configuration may pass a user to a shell, so nothing that is special there; OpenSSH refuses the same. */
const userPattern = /^(?!-)[^\s\p{Cc}'"`;&<>|(){}$\\]+$/u;

/** Reads `[user@]host[:port]`, an IPv6 address in brackets. Throws a UserError for anything else. */
export function parseSshAddress(text: string): SshAddress {
  const [, user, bracketed, name, port] =
    /^(?:(.*)@)?(?:\[([^\]]*)\]|([^:@[\]]*))(?::(\d{1,5}))?$/s.exec(text) ?? [];
  const host = bracketed ?? name ?? '';
  const isHost = bracketed === undefined ? /^(?!-)[\w.-]+$/.test(host) : isIPv6(host);
  if (!isHost || (user !== undefined && !userPattern.test(user)) || !isPort(port)) {
    throw new UserError(
      'usage',
      `ssh:${text} is not a host to log in to with SSH.`,
      'Write ssh:user@host or ssh:user@host:port, an IPv6 address in brackets.',
    );
  }
  return { user, host, port: port === undefined ? undefined : Number(port) };
}

function isPort(text: string | undefined): boolean {
  return text === undefined || (Number(text) > 0 && Number(text) < 65_536);
}

/** The arguments of ssh that lead to an address, the last of them: what could be taken for an option is none. */
export function addressArguments({ user, host, port }: SshAddress): string[] {
  return [
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    '--',
    host,
  ];
}

/** The command that a user types to log in; `config` is a configuration file in place of the user's own. */
export function loginCommand({ user, host, port }: SshAddress, config?: string): string {
  return [
    'ssh',
    ...(config === undefined ? [] : ['-F', inShell(config)]),
    ...(port === undefined ? [] : ['-p', port]),
    user === undefined ? host : `${user}@${host}`,
  ].join(' ');
}

function inShell(word: string): string {
  return /^[\w./~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
