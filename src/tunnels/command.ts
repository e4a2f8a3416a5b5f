import { commandWords } from '../model/command-words.ts';
import { UserError } from '../model/errors.ts';
import { isLoopback } from '../model/target.ts';
import { findProgram } from './driver-program.ts';
import { httpUrlProblem } from './option-checks.ts';
import { openProgramTunnel } from './program-tunnel.ts';
import type { DriverFamily, ListedDriver, TunnelDriver } from './tunnel.ts';

/** A program of the user's choice that opens a tunnel and prints its URL. */
export const commandDriver: DriverFamily & ListedDriver = {
  name: 'command',
  takes: "'./my-tunnel {port}'",
  facts: {
    about: 'any program that prints the public URL, such as zrok, bore or devtunnel',
    account: 'as the program',
    key: 'as the program',
    keepsUrl: 'as the program',
    bytes: 'as the program',
    tested: 'a program that forwards a port',
  },
  options: [
    {
      name: 'url',
      help: 'the public URL, where the program does not print it',
      check: httpUrlProblem,
    },
  ],
  driverFor,
};

function driverFor(text: string): TunnelDriver {
  const [program, ...args] = commandWords(text);
  if (program === undefined)
    throw new UserError('usage', 'The command of the tunnel is empty.', 'Example: ./my-tunnel {port}.');
  const { name, facts, options = [] } = commandDriver;
  return {
    name,
    facts,
    options,
    keepsName: false,
    // A program may have to sign in first.
    openMs: 30_000,
    messages: {
      otherResponse: (status) =>
        `something else responds ${status} there; the command must forward to {port}`,
    },
    async open(port, { env = {}, settings = {}, heard }, signal) {
      const file = findProgram(program, env);
      if (file === undefined) throw missing(program);
      const words = args.map((word) => word.replaceAll('{port}', String(port)));
      const start = { title: program, file, args: words, env, url: settings.url, urlIn: publicUrlIn, heard };
      return openProgramTunnel(start, signal);
    },
  };
}

function missing(program: string): UserError {
  return new UserError(
    'usage',
    `The tunnel program ${program} cannot be run.`,
    'Give a path to a program that can be executed, or install it on PATH.',
  );
}

function isOwnMachine(url: string): boolean {
  return isLoopback({ hostname: new URL(url).hostname.replace(/^\[|\]$/g, '') });
}

/**
 * The public URL in a line of a program: an http or https URL that does not lead to this machine; or the bare host that
 * bore (`listening at bore.pub:4711`) and zrok 2 (`… following endpoints:\n abc.shares.zrok.io`, in JSON) print.
 */
export function publicUrlIn(line: string): string | undefined {
  for (const [text] of line.matchAll(/https?:\/\/[^\s"'<>|\\()[\]{},]+/g)) {
    const url = text.replace(/[.;:!]+$/, '');
    if (URL.canParse(url) && !isOwnMachine(url)) return url;
  }
  const [, address] = /\blistening at ((?:[a-z0-9-]+\.)+[a-z0-9-]+:\d+)/i.exec(line) ?? [];
  if (address !== undefined && !isOwnMachine(`http://${address}`)) return `http://${address}`;
  const [, host] = /\bendpoints:(?:\s|\\n)*((?:[a-z0-9-]+\.)+[a-z]{2,})/i.exec(line) ?? [];
  return host === undefined ? undefined : `https://${host}`;
}
