import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { attacks } from '../support/attacks.ts';
import { startCli } from '../support/cli.ts';
import { inspect } from '../support/database.ts';
import { temporaryFolder } from '../support/folders.ts';
import { type TestHome, temporaryHome } from '../support/home.ts';
import { runInProcess } from '../support/in-process.ts';
import { head, listed, post, shown, startListen } from '../support/listening.ts';
import { type OldRow, oldDatabase } from '../support/old-database.ts';
import { connectRaw, exchangeRaw } from '../support/raw-http.ts';
import { startTarget, type TestTarget } from '../support/target.ts';
import { until } from '../support/until.ts';

async function aTarget(): Promise<TestTarget> {
  const target = await startTarget();
  onTestFinished(() => target.close());
  return target;
}

const paths = (target: TestTarget) => target.requests.map(({ url }) => url);

async function startForward(home: TestHome, target: TestTarget, ...args: string[]) {
  const cli = await startCli(['forward', String(target.port), ...args], { home });
  await cli.waitForOutput(/forwarding to/);
  return cli;
}

/** A listen without conditions on the same database: what it records is delivered. */
async function openDoor(home: TestHome): Promise<(path: string) => Promise<void>> {
  const { port } = await startListen([], { home });
  return async (path) => {
    expect((await exchangeRaw(port, post(path))).status).toBe(200);
  };
}

const basic = (text: string) => `Authorization: Basic ${Buffer.from(text).toString('base64')}`;
const recorded = '--record-refused';
const env = {
  HOOK_PASSWORD: 'correct horse',
  GITHUB_SECRET: 'github-secret',
  SLACK_SECRET: 'slack-secret',
};
const requireSignature = ['--require-signature', '--secret', 'github=env:GITHUB_SECRET'];

const githubSigned = (body: string, secret: string, signed = body) =>
  head(
    'POST /evil HTTP/1.1',
    'Host: localhost',
    'X-GitHub-Event: push',
    `X-Hub-Signature-256: sha256=${createHmac('sha256', secret).update(signed).digest('hex')}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ) + body;

interface Refused {
  readonly listen: readonly string[];
  /** Bytes of requests that come before, which may be taken. */
  readonly before?: string;
  readonly bytes: string;
  /** What the sender does after that: reads its reply unless said. */
  readonly hangsUp?: boolean;
  readonly refusal: string;
  readonly status?: number;
  /** Not whole, so that not even a replay can send it. */
  readonly partial?: boolean;
}

const refusedAtTheDoor: Record<string, Refused> = {
  'no password': {
    listen: ['--basic-auth', 'me:env:HOOK_PASSWORD', recorded],
    bytes: post('/evil'),
    refusal: 'password',
    status: 401,
  },
  'a wrong password': {
    listen: ['--basic-auth', 'me:env:HOOK_PASSWORD', recorded],
    bytes: head('POST /evil HTTP/1.1', 'Host: localhost', basic('me:wrong'), 'Content-Length: 0'),
    refusal: 'password',
    status: 401,
  },
  'a password given twice': {
    listen: ['--basic-auth', 'me:env:HOOK_PASSWORD', recorded],
    bytes: head(
      'POST /evil HTTP/1.1',
      'Host: localhost',
      basic('me:correct horse'),
      basic('me:correct horse'),
      'Content-Length: 0',
    ),
    refusal: 'password',
    status: 401,
  },
  'an address that is not allowed': {
    listen: ['--allow-ip', '203.0.113.0/24', recorded],
    bytes: post('/evil'),
    refusal: 'ip',
    status: 403,
  },
  'an address that is not allowed, whose request is signed': {
    listen: ['--allow-ip', '203.0.113.0/24', recorded, ...requireSignature],
    bytes: githubSigned('{}', 'github-secret'),
    refusal: 'ip',
    status: 403,
  },
  'a path without the token': {
    listen: ['--path-token', recorded],
    bytes: post('/evil'),
    refusal: 'token',
    status: 404,
  },
  'a second request in a moment': {
    listen: ['--max-rate', '1', recorded],
    before: post('/first'),
    bytes: post('/evil'),
    refusal: 'rate',
    status: 429,
  },
  'no signature': { listen: requireSignature, bytes: post('/evil'), refusal: 'signature', status: 401 },
  'a signature with another key': {
    listen: requireSignature,
    bytes: githubSigned('{"a":1}', 'a-guess'),
    refusal: 'signature',
    status: 401,
  },
  'the signature of another body': {
    listen: requireSignature,
    bytes: githubSigned('{"a":2}', 'github-secret', '{"a":1}'),
    refusal: 'signature',
    status: 401,
  },
  'a signature of a provider without a secret': {
    listen: ['--require-signature'],
    bytes: githubSigned('{}', 'github-secret'),
    refusal: 'signature',
    status: 401,
  },
  'a handshake without a signature, where one is required': {
    listen: ['--require-signature', '--secret', 'slack=env:SLACK_SECRET'],
    bytes: slack('{"type":"url_verification","challenge":"c"}'),
    refusal: 'signature',
  },
  'a handshake with a wrong word': {
    listen: ['--provider-option', 'meta.verifyToken=right'],
    bytes: head(
      'GET /evil?hub.mode=subscribe&hub.challenge=1&hub.verify_token=wrong HTTP/1.1',
      'Host: localhost',
    ),
    refusal: 'signature',
    status: 403,
  },
  'a body over the limit': {
    listen: ['--max-body', '1kb'],
    bytes: post('/evil', 'x'.repeat(5_000)),
    refusal: 'too-large',
    status: 413,
    partial: true,
  },
  'a chunked body over the limit': {
    listen: ['--max-body', '1kb'],
    bytes: `${head('POST /evil HTTP/1.1', 'Host: localhost', 'Transfer-Encoding: chunked')}1388\r\n${'x'.repeat(5_000)}\r\n0\r\n\r\n`,
    refusal: 'too-large',
    status: 413,
    partial: true,
  },
  'a body that is broken off': {
    listen: [],
    bytes: post('/evil', 'x'.repeat(100)).slice(0, -50),
    hangsUp: true,
    refusal: 'aborted',
    partial: true,
  },
  'a body that is broken off by someone without a password': {
    listen: ['--basic-auth', 'me:env:HOOK_PASSWORD', recorded],
    bytes: post('/evil', 'x'.repeat(100)).slice(0, -50),
    hangsUp: true,
    refusal: 'password',
    partial: true,
  },
  'a request that goes round in a circle': {
    listen: [],
    bytes: head('POST /evil HTTP/1.1', 'Host: localhost', 'webhook-cli-hops: 6', 'Content-Length: 0'),
    refusal: 'loop',
    status: 508,
  },
};

function slack(body: string, secret?: string): string {
  const time = String(Math.floor(Date.now() / 1000));
  const mac = createHmac('sha256', secret ?? 'a-guess')
    .update(`v0:${time}:${body}`)
    .digest('hex');
  const fields = [`X-Slack-Request-Timestamp: ${time}`, `X-Slack-Signature: v0=${mac}`];
  return (
    head(
      'POST /evil HTTP/1.1',
      'Host: localhost',
      'Content-Type: application/json',
      ...(secret === undefined ? ['X-Slack-Signature: v0=00'] : fields),
      `Content-Length: ${body.length}`,
    ) + body
  );
}

async function isRecorded(home: TestHome, count: number): Promise<void> {
  await until(async () => (await listed(home)).length === count);
}

attacks('a request that listen refused', refusedAtTheDoor, async (attack) => {
  const home = await temporaryHome();
  const live = await aTarget();
  const { port, cli } = await startListen(attack.listen, { home, env });
  const open = await openDoor(home);
  await startForward(home, live);
  if (attack.before !== undefined) expect((await exchangeRaw(port, attack.before)).status).toBe(200);
  await send(port, attack);
  const earlier = attack.before === undefined ? [] : ['/first'];
  await isRecorded(home, earlier.length + 1);
  expect(await shown(home)).toMatchObject({ refusal: attack.refusal, deliveries: [] });
  const printed = await cli.waitForLine(({ type, refusal }) => type === 'request' && refusal !== null);
  expect(printed['refusal']).toBe(attack.refusal);
  const { id } = await shown(home);

  // Whatever is delivered is delivered in order: when the last has come, this one would have.
  await open('/later');
  await until(() => paths(live).includes('/later'));
  expect(paths(live)).toEqual([...earlier, '/later']);
  const backlog = await aTarget();
  await startForward(home, backlog, '--all', '--again');
  await until(() => paths(backlog).includes('/later'));
  expect(paths(backlog)).toEqual([...earlier, '/later']);

  expect(await runInProcess(['retry', id], { home })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`was refused when it arrived (${attack.refusal})`),
  });
  const queue = await aTarget();
  await isNotDrained(home, queue, open);
  const byHand = await aTarget();
  const { code, stderr } = await runInProcess(['replay', id, '--to', String(byHand.port)], { home });
  if (attack.partial) expect([code, byHand.requests.length]).toEqual([1, 0]);
  else {
    expect([code, byHand.requests.length]).toEqual([0, 1]);
    expect(stderr).toContain(`${id} was refused when it arrived (${attack.refusal}); replaying it anyway.`);
  }
});

async function send(port: number, { bytes, hangsUp, status }: Refused): Promise<void> {
  if (!hangsUp) {
    const answer = await exchangeRaw(port, bytes);
    if (status !== undefined) expect(answer.status).toBe(status);
    return;
  }
  const connection = await connectRaw(port);
  await connection.write(bytes);
  connection.destroy();
}

/** Somebody else wrote into the database that everything waits for a target: its queue is drained without the refused. */
async function isNotDrained(
  home: TestHome,
  target: TestTarget,
  open: (path: string) => Promise<void>,
): Promise<void> {
  inspect(home, (db) =>
    db
      .prepare(
        "INSERT INTO deliveries (request, target, state, held) SELECT seq, ?, 'pending', 1 FROM requests",
      )
      .run(`http://localhost:${target.port}`),
  );
  const refusedOnes = (await listed(home)).filter(({ refusal }) => refusal !== null);
  await runInProcess(['retry', '--all'], { home });
  expect(paths(target)).not.toContain('/evil');
  await startListen([String(target.port)], { home });
  await open('/last');
  await until(() => paths(target).includes('/later'));
  await until(async () => (await listed(home, '--held')).length === 0);
  for (const { id } of refusedOnes) {
    const { deliveries } = await shown(home, id);
    expect(deliveries.map(({ state }) => state)).toEqual(['dropped']);
  }
  expect(paths(target).filter((path) => path.startsWith('/evil'))).toEqual([]);
}

interface Handled {
  readonly listen: readonly string[];
  readonly bytes: string;
}

const slackSecret = ['--secret', 'slack=env:SLACK_SECRET'];
const challenge = '{"type":"url_verification","challenge":"c"}';

const handled: Record<string, Handled> = {
  'the challenge of Slack': { listen: slackSecret, bytes: slack(challenge, 'slack-secret') },
  'the challenge of Slack, in front of a target': {
    listen: ['1', '--handshake', ...slackSecret],
    bytes: slack(challenge, 'slack-secret'),
  },
  'a valid challenge, where a signature is required': {
    listen: ['--require-signature', ...slackSecret],
    bytes: slack(challenge, 'slack-secret'),
  },
  'the challenge of Meta': {
    listen: [],
    bytes: head(
      'GET /evil?hub.mode=subscribe&hub.challenge=1&hub.verify_token=x HTTP/1.1',
      'Host: localhost',
    ),
  },
  'the challenge of Dropbox': {
    listen: [],
    bytes: head('GET /evil?challenge=1 HTTP/1.1', 'Host: localhost', 'User-Agent: DropboxWebhooks/1.0'),
  },
  'the abuse protection of CloudEvents': {
    listen: [],
    bytes: head('OPTIONS /evil HTTP/1.1', 'Host: localhost', 'WebHook-Request-Origin: example.com'),
  },
};

attacks('a request handled as a handshake', handled, async ({ listen, bytes }) => {
  const home = await temporaryHome();
  const { port } = await startListen(listen, { home, env });
  const open = await openDoor(home);
  const [live, recent, all] = [await aTarget(), await aTarget(), await aTarget()];
  await startForward(home, live);
  expect((await exchangeRaw(port, bytes)).status).toBe(200);
  await isRecorded(home, 1);
  expect(await shown(home)).toMatchObject({ refusal: null, handledBy: 'handshake' });
  await open('/later');
  await until(() => paths(live).includes('/later'));
  await startForward(home, recent, '--since', '1h', '--again');
  await until(() => paths(recent).includes('/later'));
  await startForward(home, all, '--all');
  await until(() => paths(all).includes('/later'));
  expect([live, recent, all].map(({ requests }) => requests.length)).toEqual([1, 1, 2]);
});

const listener = 'listener';
const old: Record<string, Omit<OldRow, 'id'>> = {
  'without a password': { status: 401, by: listener, verification: null },
  'without a signature': { status: 401, by: listener, verification: 'invalid' },
  'from an address that is not allowed': { status: 403, by: listener },
  'without the token': { status: 404, by: listener },
  'too often': { status: 429, by: listener },
  'in a circle': { status: 508, by: listener },
};

attacks('requests refused by an older version', old, async (row) => {
  const folder = await temporaryFolder();
  const file = join(folder, 'w.db');
  const target = await aTarget();
  const href = `http://localhost:${target.port}`;
  oldDatabase(file, [
    { id: 'abcdefghjkmn', ...row, heldFor: href },
    { id: 'bbcdefghjkmn', status: 200, by: listener },
  ]);
  const home = await temporaryHome();
  expect((await runInProcess(['retry', '--all', '--db', file], { home })).code).toBe(0);
  await startForward(home, target, '--all', '--again', '--db', file);
  await until(() => paths(target).includes('/bbcdefghjkmn'));
  expect(paths(target)).toEqual(['/bbcdefghjkmn']);
});
