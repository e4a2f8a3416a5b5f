import { createHmac, randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { verify } from '@octokit/webhooks-methods';
import { expect, onTestFinished, test } from 'vitest';
import { listed, startListen } from '../support/listening.ts';
import { startLocaltunnelServer } from '../support/localtunnel-server.ts';
import { sendTo } from '../support/send.ts';
import { type ReceivedRequest, startTarget } from '../support/target.ts';

interface EventExamples {
  readonly name: string;
  readonly examples: readonly unknown[];
}

const events = createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly EventExamples[];
const payloads = events.flatMap(({ name, examples }) => examples.map((payload) => ({ name, payload })));

/** As many senders at once as a localtunnel server lends connections. */
const senders = 8;
const secret = 'it is a secret to everybody';

/** Sends a payload as GitHub does, signed over the bytes of its body; resolves with the status. */
async function deliver(url: string, name: string, payload: unknown): Promise<number> {
  const body = Buffer.from(JSON.stringify(payload));
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  const headers = {
    'User-Agent': 'GitHub-Hookshot/044aadd',
    'Content-Type': 'application/json',
    'Content-Length': body.length,
    'X-GitHub-Event': name,
    'X-GitHub-Delivery': randomUUID(),
    'X-Hub-Signature-256': `sha256=${signature}`,
  };
  return (await sendTo(`${url}/github`, { headers, body })).status;
}

function header({ rawHeaders }: ReceivedRequest, name: string): string {
  return rawHeaders[rawHeaders.findIndex((each) => each.toLowerCase() === name) + 1] ?? '';
}

test('signatures of all GitHub example payloads are valid behind the tunnel', async () => {
  const server = await startLocaltunnelServer();
  onTestFinished(() => server.kill());
  const verified: string[] = [];
  const target = await startTarget({
    async answer(request, response) {
      const valid = await verify(secret, request.body.toString(), header(request, 'x-hub-signature-256'));
      if (valid) verified.push(header(request, 'x-github-event'));
      response.writeHead(valid ? 200 : 401).end();
    },
  });
  onTestFinished(() => target.close());
  const { home, ready } = await startListen([String(target.port), '--tunnel-host', server.url]);
  const url = String(ready['url']);

  const left = [...payloads];
  const statuses: number[] = [];
  async function sendNext(): Promise<void> {
    for (let next = left.pop(); next; next = left.pop()) {
      statuses.push(await deliver(url, next.name, next.payload));
    }
  }
  await Promise.all(Array.from({ length: senders }, sendNext));

  expect(payloads.length).toBeGreaterThan(300);
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
  expect(statuses).toHaveLength(payloads.length);
  expect(verified.sort()).toEqual(payloads.map(({ name }) => name).sort());
  const recorded = await listed(home, '-n', '10000');
  expect(recorded).toHaveLength(payloads.length);
  expect(new Set(recorded.map(({ url, reply }) => `${url} ${reply.status}`))).toEqual(
    new Set([`${url}/github 200`]),
  );

  // The check itself: with the wrong secret the target refuses, and the sender hears that.
  const forged = { headers: { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` }, body: '{}' };
  expect((await sendTo(`${url}/github`, forged)).status).toBe(401);
});
