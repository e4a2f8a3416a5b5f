import { createHash, createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished } from 'vitest';
import { attacks } from '../support/attacks.ts';
import { head, startListen } from '../support/listening.ts';
import { exchangeRaw } from '../support/raw-http.ts';
import { startTarget } from '../support/target.ts';

const secret = 's3cret';
const body = '{"action":"opened"}';
const mac = (algorithm: string, text: string | Uint8Array, encoding: 'hex' | 'base64' = 'hex') =>
  createHmac(algorithm, secret).update(text).digest(encoding);

interface Attack {
  readonly headers: readonly string[];
  readonly method?: string;
  readonly path?: string;
  readonly body?: string | Uint8Array;
  /** A set-up call gets its reply, and is not delivered all the same. */
  readonly status?: number;
}

const now = Math.floor(Date.now() / 1000);
const github = ['X-GitHub-Event: issues', 'X-GitHub-Delivery: d'] as const;
const weak = `X-Hub-Signature: sha1=${mac('sha1', body)}`;
const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 0x20), { level: 9 });

attacks<Attack>(
  'under --require-signature, what is not proved reaches no target',
  {
    'a right SHA-1 beside a wrong SHA-256': {
      headers: [...github, 'X-Hub-Signature-256: sha256=00', weak],
    },
    'a right SHA-1 beside a SHA-256 of no form': { headers: [...github, 'X-Hub-Signature-256: x', weak] },
    'a right SHA-1 beside two SHA-256': {
      headers: [...github, 'X-Hub-Signature-256: sha256=00', 'X-Hub-Signature-256: sha256=01', weak],
    },
    'a right SHA-1 of Square beside a wrong SHA-256': {
      headers: [
        'x-square-hmacsha256-signature: AAAA',
        `x-square-signature: ${mac('sha1', `http://localhost/hook${body}`, 'base64')}`,
      ],
    },
    'a right v1 of HubSpot beside a wrong v3': {
      headers: [
        'X-HubSpot-Signature-v3: AAAA',
        `X-HubSpot-Request-Timestamp: ${now * 1000}`,
        `X-HubSpot-Signature: ${createHash('sha256')
          .update(secret + body)
          .digest('hex')}`,
        'X-HubSpot-Signature-Version: v1',
      ],
    },
    'an MD5 of Chargify': {
      headers: [
        'X-Chargify-Webhook-Id: 1',
        `X-Chargify-Webhook-Signature: ${createHash('md5')
          .update(secret + body)
          .digest('hex')}`,
      ],
    },
    'a right token of Buildkite beside a wrong signature': {
      headers: [
        'X-Buildkite-Event: ping',
        `X-Buildkite-Token: ${secret}`,
        `X-Buildkite-Signature: timestamp=${now},signature=00`,
      ],
    },
    'a right token of GitLab beside a wrong signature': {
      headers: [
        'X-Gitlab-Event: Push Hook',
        `X-Gitlab-Token: ${secret}`,
        'webhook-id: 1',
        `webhook-timestamp: ${now}`,
        'webhook-signature: v1,AAAA',
      ],
    },
    'a right signature of a relay around a wrong one of GitHub, whose secret differs': {
      headers: [...github, 'X-Hub-Signature-256: sha256=00', 'x-hookdeck-signature: AAAA'],
    },
    'an event that only looks like one of Stripe': {
      headers: ['User-Agent: Stripe/1.0'],
      body: '{"id":"evt_1","object":"event","type":"charge.succeeded"}',
    },
    'a form that only looks like the ping of WooCommerce': {
      headers: ['Content-Type: application/x-www-form-urlencoded'],
      body: 'webhook_id=7',
      status: 200,
    },
    'a HEAD with a body of an event': {
      headers: ['X-Trello-Webhook: AAAA'],
      method: 'HEAD',
      body: '',
      status: 200,
    },
    'a command of Slack that says it looks at the certificate': {
      headers: [
        'Content-Type: application/x-www-form-urlencoded',
        'X-Slack-Signature: v0=00',
        `X-Slack-Request-Timestamp: ${now}`,
      ],
      body: 'ssl_check=1&command=%2Fdeploy',
      status: 200,
    },
    'a compressed body that unpacks to 64 MB': { headers: [...github, 'Content-Encoding: gzip'], body: bomb },
    'a body packed three times': {
      headers: [...github, 'Content-Encoding: gzip, gzip, gzip'],
      body: gzipSync(gzipSync(bomb)),
    },
    'a form of fields without end': {
      headers: [...github, 'Content-Type: application/x-www-form-urlencoded'],
      body: 'payload=%7B%7D&'.repeat(60_000),
    },
  },
  async ({ headers, method = 'POST', path = '/hook', body: sent = body, status = 401 }) => {
    const target = await startTarget();
    onTestFinished(() => target.close());
    const names = [
      'GITHUB',
      'SQUARE',
      'HUBSPOT',
      'CHARGIFY',
      'BUILDKITE',
      'STRIPE',
      'TRELLO',
      'WOOCOMMERCE',
      'SLACK',
    ];
    const env = Object.fromEntries(names.map((name) => [`WEBHOOK_CLI_SECRET_${name}`, secret]));
    const { port } = await startListen([String(target.port), '--require-signature'], {
      env: { ...env, WEBHOOK_CLI_SECRET_GITLAB: secret, WEBHOOK_CLI_SECRET_HOOKDECK: 'another' },
    });
    const bytes = Buffer.from(sent as string);
    const length = method === 'HEAD' ? [] : [`Content-Length: ${bytes.length}`];
    const request = head(
      `${method} ${path} HTTP/1.1`,
      'Host: localhost',
      'Connection: close',
      ...headers,
      ...length,
    );
    const reply = await exchangeRaw(port, Buffer.concat([Buffer.from(request, 'latin1'), bytes]));
    expect(reply.status).toBe(status);
    expect(target.requests).toEqual([]);
  },
);
