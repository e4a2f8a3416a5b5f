import { expect, onTestFinished, test, vi } from 'vitest';
import { secretVariable } from '../../src/model/secret-variable.ts';
import { type CliOptions, runCli } from '../support/cli.ts';
import { listed, startListen } from '../support/listening.ts';
import { startLocaltunnelServer } from '../support/localtunnel-server.ts';
import { gateway, type Sdk, sdks } from '../support/sdks.ts';
import { type ReceivedRequest, startTarget } from '../support/target.ts';

const weekMs = 7 * 86_400_000;
const realNow = () => performance.timeOrigin + performance.now();

/** An app with a path for each SDK: 200 if the SDK accepts the request, else 401, with an adjustable clock. */
async function appsOf(publicUrl: () => string) {
  let shift = 0;
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const target = await startTarget({
    async answer(request, response) {
      vi.setSystemTime(realNow() + shift);
      const sdk = sdks.find(({ provider }) => request.url === pathOf(provider))!;
      const accepted = await sdk.accepts({
        method: request.method,
        url: publicUrl() + request.url,
        headers: pairs(request),
        body: request.body,
      });
      response.writeHead(accepted ? 200 : 401).end();
    },
  });
  onTestFinished(() => target.close());
  return { port: target.port, setClock: (ms: number) => (shift = ms) };
}

function pairs({ rawHeaders }: ReceivedRequest): [string, string][] {
  return rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name, rawHeaders[index + 1]!]] : [])) as [
    string,
    string,
  ][];
}

function pathOf(provider: string): string {
  return `/hooks/${provider}`;
}

/** A body for providers without samples. */
function bodyOf({ provider }: Sdk): string {
  if (provider !== 'braintree')
    return JSON.stringify({ id: 'evt_1', type: 'thing.happened', data: { ü: 1 } });
  const { bt_payload } = gateway().webhookTesting.sampleNotification('check', 'x');
  return new URLSearchParams({ bt_signature: 'none', bt_payload }).toString();
}

function argumentsFor(sdk: Sdk): readonly string[] {
  const key = sdk.key === undefined ? [] : ['--key', 'env:TEST_KEY'];
  if (sdk.event !== undefined) return [sdk.provider, sdk.event, ...key];
  const type = sdk.provider === 'braintree' ? 'application/x-www-form-urlencoded' : 'application/json';
  const id = ['standard-webhooks', 'openai'].includes(sdk.provider) ? ['-H', 'webhook-id: msg_1'] : [];
  return [sdk.provider, '--body', '-', '-H', `Content-Type: ${type}`, ...id, ...key];
}

function environmentOf(of: readonly Sdk[]): Record<string, string> {
  return Object.fromEntries(of.map(({ provider, secret }) => [secretVariable(provider), secret]));
}

test('triggered requests are accepted by every SDK through the tunnel; a week later only when signed again', async () => {
  const server = await startLocaltunnelServer();
  onTestFinished(() => server.kill());
  let publicUrl = '';
  const apps = await appsOf(() => publicUrl);
  const preload = new URL('../support/shifted-clock.mjs', import.meta.url).href;
  const lastWeek = { SHIFT_CLOCK_MS: String(-weekMs), NODE_OPTIONS: `--import ${preload}` };
  const secrets = environmentOf(sdks);
  const { home, ready } = await startListen([String(apps.port), '--tunnel-host', server.url], {
    env: { ...secrets, ...lastWeek },
  });
  publicUrl = String(ready['url']);

  apps.setClock(-weekMs);
  for (const sdk of sdks) {
    const options: CliOptions = {
      home,
      env: { ...secrets, ...lastWeek, ...(sdk.key === undefined ? {} : { TEST_KEY: sdk.key }) },
      stdin: bodyOf(sdk),
    };
    const args = ['trigger', ...argumentsFor(sdk), '--path', pathOf(sdk.provider), '--json'];
    const { stdout, stderr } = await runCli(args, options);
    expect([sdk.package, stderr, JSON.parse(stdout.toString()).response?.status]).toEqual([
      sdk.package,
      '',
      200,
    ]);
  }
  const recorded = await listed(home, '-n', '100');
  expect(recorded).toHaveLength(sdks.length);
  for (const request of recorded) expect(request).toMatchObject({ verification: { result: 'valid' } });

  apps.setClock(0);
  for (const sdk of sdks) {
    const { id } = recorded.find(({ requestTarget }) => requestTarget === pathOf(sdk.provider))!;
    const key = sdk.key === undefined ? [] : ['--key', 'env:TEST_KEY'];
    const env = { ...secrets, ...(sdk.key === undefined ? {} : { TEST_KEY: sdk.key }) };
    const statusOf = async (...args: string[]) => {
      const { stdout, stderr } = await runCli(['replay', id, '--json', ...args], { home, env });
      expect(stderr).toMatch(sdk.refusesOld && args.length === 0 ? /--resign/ : /^$/);
      return JSON.parse(stdout.toString()).response?.status;
    };
    expect([sdk.package, await statusOf()]).toEqual([sdk.package, sdk.refusesOld ? 401 : 200]);
    expect([sdk.package, await statusOf('--resign', ...key)]).toEqual([sdk.package, 200]);
  }
}, 180_000);
