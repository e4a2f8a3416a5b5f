import { requireProgram } from './driver-program.ts';
import { httpUrlProblem } from './option-checks.ts';
import { openProgramTunnel } from './program-tunnel.ts';
import type { ListedDriver, TunnelDriver } from './tunnel.ts';

const program = {
  name: 'ngrok',
  install: 'Install it, for example with: brew install ngrok. Other ways: https://ngrok.com/download',
} as const;

/** Tunnels through ngrok with the user's agent and account: https://ngrok.com/docs/agent/cli. */
export const ngrok: ListedDriver & TunnelDriver = {
  name: 'ngrok',
  facts: {
    about: 'the service ngrok.com',
    account: 'ngrok',
    key: 'ngrok config add-authtoken, or NGROK_AUTHTOKEN',
    keepsUrl: 'with ngrok.url set to a domain of your account',
    bytes: 'not measured',
    tested: 'stand-in; not run against the real service',
  },
  options: [
    {
      name: 'url',
      help: 'the public URL, at a domain of your account, such as https://abc.ngrok-free.dev',
      check: httpUrlProblem,
    },
  ],
  program,
  keepsName: false,
  openMs: 20_000,
  async open(port, { env = {}, settings = {} }, signal) {
    const { url } = settings;
    let isConnected = true;
    const tunnel = await openProgramTunnel(
      {
        title: 'ngrok',
        file: requireProgram(program, env),
        env,
        args: [
          'http',
          `127.0.0.1:${port}`,
          '--log=stdout',
          '--log-format=json',
          ...(url === undefined ? [] : [`--url=${url}`]),
        ],
        urlIn(line) {
          const entry = entryOf(line);
          if (entry.msg === 'session closed, starting reconnect loop') isConnected = false;
          if (entry.msg === 'client session established') isConnected = true;
          return entry.msg === 'started tunnel' ? httpUrl(entry.url) : undefined;
        },
        reasonIn,
        isDetail: (line) => line.startsWith('{'),
      },
      signal,
    );
    return { ...tunnel, isConnected: async () => isConnected };
  },
};

/** A line of the agent's log. */
interface LogEntry {
  readonly msg?: unknown;
  readonly err?: unknown;
  readonly url?: unknown;
}

function entryOf(line: string): LogEntry {
  if (!line.startsWith('{')) return {};
  try {
    return JSON.parse(line) as LogEntry;
  } catch {
    return {}; // It was cut.
  }
}

function httpUrl(url: unknown): string | undefined {
  return typeof url === 'string' && /^https?:/.test(url) ? url : undefined;
}

const account = 'with the token of https://dashboard.ngrok.com/get-started/your-authtoken';

/** What to do about errors, by their number: https://ngrok.com/docs/errors. */
const reasons: Readonly<Record<string, string>> = {
  105: `ngrok does not accept the token of your account: run \`ngrok config add-authtoken TOKEN\` ${account}.`,
  107: `ngrok does not accept the token of your account: run \`ngrok config add-authtoken TOKEN\` ${account}.`,
  108: 'Another ngrok agent of your account runs already, and the account allows no more: stop it, or use another tunnel.',
  121: 'This ngrok agent is too old for the service: run `ngrok update`.',
  334: 'The URL is in use by another ngrok agent of your account: stop it, or set another one with ngrok.url.',
  4018: `ngrok needs an account: run \`ngrok config add-authtoken TOKEN\` ${account}.`,
  7117: 'The domain of ngrok.url does not belong to your account.',
};

function reasonIn(line: string): string | undefined {
  const number = /\bERR_NGROK_(\d+)\b/.exec(line)?.[1];
  if (number === undefined) return undefined;
  return (
    reasons[number] ??
    `ngrok failed with ERR_NGROK_${number}: see https://ngrok.com/docs/errors/err_ngrok_${number}.`
  );
}
