import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';
import { cliFile } from '../support/cli.ts';
import { projectRoot } from '../support/folders.ts';
import { temporaryHome } from '../support/home.ts';
import { startLocaltunnelServer } from '../support/localtunnel-server.ts';
import { sendTo } from '../support/send.ts';
import { startTarget } from '../support/target.ts';
import { openTerminal } from '../support/terminal.ts';
import { screenToSvg } from './svg.ts';

const cols = 120;
const rows = 30;

/** What arrives in the picture: the target takes it, but for one. */
const requests = [
  [
    '/hooks/github',
    { action: 'opened', pull_request: { number: 42, title: 'Hold requests while the target is down' } },
  ],
  ['/webhooks/shopify', { id: 8209829119, name: '#9999', total_price: '199.00', currency: 'EUR' }],
  ['/slack/events', { type: 'event_callback', event: { type: 'app_mention', channel: 'C0LAN2Q65' } }],
  [
    '/webhooks/stripe?mode=test',
    {
      id: 'evt_3PQ7xL',
      type: 'charge.succeeded',
      livemode: false,
      data: { object: { id: 'ch_3PQ7xL', amount: 1999, currency: 'eur', paid: true } },
    },
  ],
  [
    '/webhooks/stripe?mode=test',
    { id: 'evt_3PQ8aB', type: 'invoice.paid', livemode: false, data: { object: { id: 'in_1PQ8' } } },
  ],
] as const;

test('the picture in the README: a real run, drawn from what the terminal shows', {
  timeout: 60_000,
}, async () => {
  const server = await startLocaltunnelServer();
  let failNext = true;
  const target = await startTarget({
    port: 3000,
    answer(request, response) {
      const fails = failNext && request.url.startsWith('/webhooks/stripe');
      if (fails) failNext = false;
      response.writeHead(fails ? 500 : 200, { 'Content-Type': 'application/json' });
      response.end(
        fails ? '{"error":"Cannot read properties of undefined (reading \'id\')"}' : '{"received":true}',
      );
    },
  });
  const home = await temporaryHome();
  const terminal = openTerminal({
    command: process.execPath,
    args: [cliFile, 'listen', '3000', '--tunnel-host', server.url, '--subdomain', 'calm', '--name', 'shop'],
    cwd: home.work,
    env: home.env,
    cols,
    rows,
  });
  await terminal.waitFor(/online/);
  const url = `http://calm.localhost:${server.port}`;
  for (const [path, body] of requests) {
    await sendTo(url + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  }
  await terminal.waitFor((screen) => (screen.match(/POST/g)?.length ?? 0) >= requests.length);
  terminal.write('k');
  await terminal.waitFor(/charge\.succeeded/);
  terminal.write('r');
  await terminal.waitFor(/replayed/);
  const written = terminal.raw();
  terminal.write('q');
  await terminal.exit;
  // What a user sees instead of the test's own tunnel server; as long, so that nothing moves.
  const shown = written.replaceAll(url, 'https://calm-fox-41.loca.lt');
  const svg = await screenToSvg(shown, cols, rows, 'webhook-cli listen 3000');
  writeFileSync(join(projectRoot, 'test', 'screens', 'listen.svg'), svg);
  await target.close();
  await server.stop();
});
