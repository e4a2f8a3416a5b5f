import { onTestFinished } from 'vitest';
import { type CliResult, cliFile, runCli } from '../support/cli.ts';
import { type TestHome, temporaryHome } from '../support/home.ts';
import { startLocaltunnelServer } from '../support/localtunnel-server.ts';
import { sendTo } from '../support/send.ts';
import { startTarget } from '../support/target.ts';
import { openTerminal, type TestTerminal } from '../support/terminal.ts';

/** A shop with a dev server, a tunnel and four providers that call it. */
export interface Stage {
  readonly home: TestHome;
  /** `listen 3000` with the secrets of the providers, online. */
  open(cols: number, rows: number): Promise<TestTerminal>;
  /** Sends one event as its provider would, signed; with another secret if it is forged. */
  send(provider: Provider, event: string, options?: SendOptions): Promise<void>;
  /** Sends the latest request once more, as it came. */
  sendAgain(): Promise<void>;
  /** What a program wrote, as a user of a public tunnel would see it. */
  asPublic(written: string): string;
}

const secrets = {
  stripe: 'whsec_c2NyZWVuc2hvdHM',
  github: 'a-secret-for-pictures',
  shopify: 'another-secret-for-pictures',
  slack: '0123456789abcdef0123456789abcdef',
} as const;

export type Provider = keyof typeof secrets;

export interface SendOptions {
  readonly forged?: boolean;
  /** Values of the body that are changed: `data.object.amount=500`. */
  readonly set?: readonly string[];
}

/** What `show --json` says of a request, as far as it is sent again. */
interface Shown {
  readonly method: string;
  readonly requestTarget: string;
  readonly headers: readonly (readonly [string, string])[];
}

/** Fields that the tunnel and the connection add. */
const added = /^(host|content-length|connection|x-forwarded-.*|x-real-ip|x-nginx-proxy)$/i;

const variable = (provider: Provider) => `${provider.toUpperCase()}_WEBHOOK_SECRET`;

/** Answers as long as what stands there in the pictures, so that nothing moves. */
const shownUrl = 'https://calm-fox-41.loca.lt';
const shownHost = 'calm-fox-41.loca.lt';

export async function setStage(): Promise<Stage> {
  const server = await startLocaltunnelServer();
  let fails = 1;
  const target = await startTarget({
    port: 3000,
    answer(request, response) {
      const isBroken =
        request.url.endsWith('/stripe') && fails > 0 && request.body.includes('charge.succeeded');
      if (isBroken) fails--;
      const status = isBroken ? 500 : request.url.endsWith('/shopify') ? 401 : 200;
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(
        isBroken
          ? '{"error":"Cannot read properties of undefined (reading \'id\')","at":"orders.js:41"}'
          : status === 401
            ? '{"error":"signature does not match"}'
            : '{"received":true}',
      );
    },
  });
  onTestFinished(async () => {
    await target.close();
    await server.stop();
  });
  const home = await temporaryHome();
  const url = `http://calm.localhost:${server.port}`;
  const env = {
    ...home.env,
    LANG: 'C.UTF-8',
    FORGED_SECRET: 'whsec_somebody_else',
    ...Object.fromEntries(
      Object.entries(secrets).map(([name, secret]) => [variable(name as Provider), secret]),
    ),
  };

  async function run(args: readonly string[]): Promise<CliResult> {
    const result = await runCli([...args], { home, env });
    if (result.code !== 0) throw new Error(`${args.join(' ')}: ${result.stderr}`);
    return result;
  }

  return {
    home,
    async open(cols, rows) {
      const given = Object.keys(secrets).flatMap((name) => [
        '--secret',
        `${name}=env:${variable(name as Provider)}`,
      ]);
      const terminal = openTerminal({
        command: process.execPath,
        args: [
          cliFile,
          'listen',
          '3000',
          '--tunnel-host',
          server.url,
          '--subdomain',
          'calm',
          '--project',
          'shop',
          ...given,
        ],
        cwd: home.work,
        env,
        cols,
        rows,
      });
      await terminal.waitFor(/online|●/);
      return terminal;
    },
    async send(provider, event, { forged = false, set = [] } = {}) {
      const secret = `${provider}=env:${forged ? 'FORGED_SECRET' : variable(provider)}`;
      const path = provider === 'slack' ? '/slack/events' : `/webhooks/${provider}`;
      const changes = set.flatMap((change) => ['--set', change]);
      await run(['trigger', provider, event, '--to', url, '--path', path, '--secret', secret, ...changes]);
    },
    async sendAgain() {
      const request = JSON.parse(String((await run(['show', '@', '--json'])).stdout)) as Shown;
      const body = (await run(['show', '@', '--body'])).stdout;
      const headers = Object.fromEntries(request.headers.filter(([name]) => !added.test(name)));
      await sendTo(url + request.requestTarget, { method: request.method, headers, body });
    },
    asPublic(written) {
      const host = url.slice('http://'.length);
      const pad = ' '.repeat(host.length - shownHost.length);
      return (
        written
          .replaceAll(url, shownUrl)
          // The host alone is shorter than ours by some columns, which go where there are several free ones.
          .replaceAll(
            new RegExp(`${host.replaceAll('.', '\\.')}([^\\n]*?)( {3,})`, 'g'),
            `${shownHost}$1$2${pad}`,
          )
      );
    },
  };
}
