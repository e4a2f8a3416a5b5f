import { commandWords } from '../model/command-words.ts';
import type { Environment } from '../model/environment.ts';
import { UserError } from '../model/errors.ts';
import type { TunnelStatus } from '../model/events.ts';
import type { Session } from '../session/session.ts';
import { findProgram } from '../tunnels/driver-program.ts';
import { type RunningProgram, runProgram } from '../tunnels/running-program.ts';

/** The command of `--on-url`, ready to run. */
export interface UrlCommand {
  readonly program: string;
  readonly file: string;
  /** `{url}` stands for the URL. */
  readonly args: readonly string[];
  readonly env: Environment;
}

/** Time limit for one run. */
const limitMs = 60_000;

/** Splits a command into words, without a shell. Throws a UserError if it cannot be run. */
export function urlCommand(text: string, env: Environment): UrlCommand {
  const [program, ...args] = commandWords(text);
  if (program === undefined)
    throw new UserError('usage', '--on-url is empty.', "Example: --on-url './update-webhook {url}'.");
  const file = findProgram(program, env);
  if (file !== undefined) return { program, file, args, env };
  throw new UserError(
    'usage',
    `--on-url: the program ${program} cannot be run.`,
    'Give a path to a program that can be executed, or the name of one on PATH.',
  );
}

/**
 * Runs a command with each public URL of a session as soon as requests arrive there: an unproven one may lead to somebody
 * else. `say` gets its output, a line each; failures are warnings of
 * the session. Returns how to stop, which ends a run that is still going on.
 */
export function runOnUrl(
  session: Pick<Session, 'tunnel' | 'subscribe' | 'warn'>,
  command: UrlCommand,
  say: (line: string) => void,
): () => Promise<void> {
  let last: string | undefined;
  let running: Promise<RunningProgram | undefined> = Promise.resolve(undefined);
  const run = ({ state, url }: Pick<TunnelStatus, 'state' | 'url'>) => {
    if (state !== 'online' || url === null || url === last) return;
    last = url;
    const before = running;
    running = before.then(async (earlier) => {
      await earlier?.close();
      return url === last ? start(command, url, { say, warn: session.warn }) : undefined;
    });
  };
  const unsubscribe = session.subscribe((event) => {
    if (event.type === 'tunnel') run(event);
  });
  run(session.tunnel);
  return async () => {
    unsubscribe();
    last = undefined;
    await (await running)?.close();
  };
}

interface News {
  readonly say: (line: string) => void;
  readonly warn: (message: string) => void;
}

function start({ program, file, args, env }: UrlCommand, url: string, { say, warn }: News): RunningProgram {
  const words = args.map((word) => word.replaceAll('{url}', url));
  const started = runProgram({ file, args: words, env, onLine: (line) => say(`${program}: ${line}`) });
  let isOver = false;
  const close = () => {
    isOver = true;
    return started.close();
  };
  const timer = setTimeout(() => {
    warn(`${program} was ended: it ran for more than ${limitMs / 1000} s.`);
    void close();
  }, limitMs);
  void started.ended.then((how) => {
    clearTimeout(timer);
    if (!isOver && how !== 'ended with exit code 0') warn(`--on-url: ${program} ${how}.`);
  });
  return { ended: started.ended, close };
}
