import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { type CliOptions, type RunningCli, startCli } from './cli.ts';
import type { TestHome } from './home.ts';
import { runInProcess } from './in-process.ts';
import type { JsonLine } from './output.ts';

/** A `listen --json` that is ready. */
export interface Listening {
  readonly cli: RunningCli;
  readonly home: TestHome;
  readonly ready: JsonLine;
  readonly localUrl: string;
  /** The local port. */
  readonly port: number;
  /** The next line printed of this type, in the order of printing; each is given once. */
  next(type: 'request' | 'attempt' | 'tunnel'): Promise<JsonLine>;
}

/** Starts `listen --json` with these arguments, without a tunnel unless they name one, and waits until it is ready. */
export async function startListen(
  args: readonly string[] = [],
  options: CliOptions = {},
): Promise<Listening> {
  const local = args.some((argument) => /^--((no-)?tunnel|public-url)/.test(argument)) ? [] : ['--no-tunnel'];
  const cli = await startCli(['listen', ...args, ...local, '--json'], options);
  const ready = await cli.waitForLine(({ type }) => type === 'ready');
  const localUrl = String(ready['localUrl']);
  const given = { request: 0, attempt: 0, tunnel: 0 };
  return {
    cli,
    home: cli.home,
    ready,
    localUrl,
    port: Number(new URL(localUrl).port),
    next(wanted) {
      const before = given[wanted]++;
      let seen = 0;
      return cli.waitForLine(({ type }) => type === wanted && seen++ === before);
    },
  };
}

/** The output of `list --json`, newest first. */
export async function listed(home: TestHome, ...args: string[]): Promise<ShownRequest[]> {
  const { stdout } = await runInProcess(['list', '--json', ...args], { home });
  return stdout
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** The output of `show --json` for a request, the newest unless given. */
export async function shown(home: TestHome, ref = '@'): Promise<ShownRequest> {
  const { stdout, stderr } = await runInProcess(['show', ref, '--json'], { home });
  if (stdout.length === 0) throw new Error(`show ${ref} printed nothing: ${stderr}`);
  return JSON.parse(stdout) as ShownRequest;
}

/** Something that a test holds shut until it is time. */
export function createAccessControl(): { readonly opened: Promise<void>; open(): void } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** The head of an HTTP message: its lines, then the empty one. */
export const head = (line: string, ...fields: string[]) => `${[line, ...fields].join('\r\n')}\r\n\r\n`;

interface ShownBody {
  readonly encoding: 'utf8' | 'base64';
  readonly data: string;
  readonly size: number;
}

/** A request as `--json` shows it. */
export interface ShownRequest {
  readonly id: string;
  readonly project: string;
  readonly method: string;
  readonly url: string;
  readonly requestTarget: string;
  readonly httpVersion: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: ShownBody;
  readonly remoteAddress: string;
  readonly state: string;
  readonly refusal: string | null;
  readonly handledBy: string | null;
  readonly redeliveryOf: string | null;
  readonly reply: { readonly status: number | null; readonly by: string | null };
  readonly deliveries: readonly { readonly target: string; readonly state: string }[];
  readonly attempts: readonly {
    readonly number: number;
    readonly kind: string;
    readonly target: string;
    readonly outcome: string;
    readonly response: null | { readonly status: number; readonly body: ShownBody };
    readonly error: null | { readonly code: string; readonly message: string };
  }[];
}

/** A POST as it stands on the wire. */
export const post = (path: string, body = '') =>
  head(`POST ${path} HTTP/1.1`, 'Host: localhost', `Content-Length: ${Buffer.byteLength(body)}`) + body;

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
