import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { AnnouncedSession } from '../../src/state/announced-sessions.ts';
import { createChallenge } from '../../src/state/session-identity.ts';
import { attacks } from '../support/attacks.ts';
import { runCli } from '../support/cli.ts';
import { type TestHome, temporaryHome } from '../support/home.ts';
import { listed, startListen } from '../support/listening.ts';
import { sendTo } from '../support/send.ts';
import { startTarget, type TargetAnswer } from '../support/target.ts';

const env = { WEBHOOK_CLI_SECRET_STRIPE: 'whsec_of_the_user' };
const trigger = ['trigger', 'stripe', 'charge.succeeded'];

const key = 'ab'.repeat(32);

/** What a listen that was killed has left, while another program has its port. */
function left(home: TestHome, port: number): AnnouncedSession {
  const { work: folder, db } = home;
  return { pid: process.pid, key, port, project: 'work', folder, db, startedAt: Date.now() };
}

async function announce(home: TestHome, text: string, mode = 0o600): Promise<void> {
  const folder = join(home.folder, 'state', 'webhook-cli', 'sessions');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `${process.pid}-abcdef.json`);
  await writeFile(file, text);
  await chmod(file, mode);
}

const json = (value: unknown): TargetAnswer => {
  return (_request, response) => void response.end(JSON.stringify(value));
};
const lies = JSON.stringify({
  localUrl: 'http://127.0.0.1:1',
  publicUrl: null,
  defaultTarget: null,
  targets: [],
});

attacks<TargetAnswer>(
  'a program on the port of a listen that was killed gets no event',
  {
    'it replies nothing': (_request, response) => void response.end(),
    'it replies with addresses and no proof': json({ urls: lies }),
    'it replies with a proof of its own': json({ urls: lies, proof: 'ab'.repeat(32) }),
    'it replies with an empty proof': json({ urls: lies, proof: '' }),
    'it gives the challenge back': (request, response) => {
      const index = request.rawHeaders.findIndex((name) => name.toLowerCase() === 'webhook-cli-challenge');
      const [nonce, proof] = request.rawHeaders[index + 1]!.split('.');
      response.end(JSON.stringify({ urls: lies, nonce, proof }));
    },
    'it replies with what is no JSON': (_request, response) => void response.end('<html>'),
    'it replies with values of other types': json({ urls: { localUrl: 'x' }, proof: 1 }),
    'it leads elsewhere': (_request, response) => {
      response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end();
    },
    'it refuses': (_request, response) => void response.writeHead(401).end(),
    'it hangs up': (_request, response) => void response.destroy(),
  },
  async (answer) => {
    const home = await temporaryHome();
    const other = await startTarget({ answer });
    onTestFinished(() => other.close());
    await announce(home, JSON.stringify(left(home, other.port)));
    const { code, stderr } = await runCli(trigger, { home, env });
    expect([code, stderr]).toEqual([2, expect.stringContaining('No listen')]);
    expect(other.requests.map(({ method, body }) => [method, body.length])).toEqual([['GET', 0]]);
    expect(other.requests[0]!.raw.toString()).not.toMatch(/whsec|Stripe|abab/i);
  },
);

attacks<(session: AnnouncedSession) => { readonly text: string; readonly mode?: number }>(
  'what is not of this user announces no session',
  {
    'a file that others can write': (session) => ({ text: JSON.stringify(session), mode: 0o666 }),
    'a file that a group can write': (session) => ({ text: JSON.stringify(session), mode: 0o660 }),
    'a host in place of the port': (session) => ({ text: JSON.stringify({ ...session, port: '1@evil' }) }),
    'a port that there is not': (session) => ({ text: JSON.stringify({ ...session, port: 65_536 }) }),
    'no key': (session) => ({ text: JSON.stringify({ ...session, key: '' }) }),
    'a short key': (session) => ({ text: JSON.stringify({ ...session, key: 'ab' }) }),
    'a process that is gone': (session) => ({ text: JSON.stringify({ ...session, pid: 2 ** 22 + 1 }) }),
    'every process': (session) => ({ text: JSON.stringify({ ...session, pid: -1 }) }),
    'half a file': (session) => ({ text: JSON.stringify(session).slice(0, 40) }),
  },
  async (make) => {
    const home = await temporaryHome();
    const other = await startTarget();
    onTestFinished(() => other.close());
    const { text, mode } = make(left(home, other.port));
    await announce(home, text, mode);
    const { code } = await runCli(trigger, { home, env });
    expect([code, other.requests]).toEqual([2, []]);
  },
);

attacks<(challenge: string) => string>(
  'a sender that has no key learns nothing of a listener',
  {
    'no proof': (challenge) => challenge.split('.')[0]!,
    'another proof': (challenge) => `${challenge.split('.')[0]}.${'00'.repeat(32)}`,
    'a proof by another key': () => createChallenge('cd'.repeat(32)).header,
    'an empty challenge': () => '',
    'a long challenge': (challenge) => challenge.repeat(100),
    'the proof of another challenge': (challenge) => `${'00'.repeat(32)}.${challenge.split('.')[1]}`,
  },
  async (forge) => {
    const { home, port } = await startListen(['--path-token']);
    const header = forge(createChallenge('ef'.repeat(32)).header);
    const response = await sendTo(`http://127.0.0.1:${port}/`, {
      headers: { 'webhook-cli-challenge': header },
    });
    expect([response.status, response.body.toString()]).toEqual([404, 'Not Found\n']);
    expect(await listed(home)).toEqual([]);
  },
);

test('a listener that proves itself gets the event; the challenge is not recorded', async () => {
  const { home } = await startListen([], { env });
  const { code, stderr } = await runCli(trigger, { home, env });
  expect([code, stderr]).toEqual([0, '']);
  const rows = await listed(home);
  expect(rows.map(({ method }) => method)).toEqual(['POST']);
});

test('the key is in a file only the user can read, while the session runs', async () => {
  const { home, cli } = await startListen();
  const folder = join(home.folder, 'state', 'webhook-cli', 'sessions');
  const [name] = readdirSync(folder);
  const { statSync } = await import('node:fs');
  expect([statSync(folder).mode & 0o777, statSync(join(folder, name!)).mode & 0o777]).toEqual([0o700, 0o600]);
  const { key } = JSON.parse(readFileSync(join(folder, name!), 'utf8')) as AnnouncedSession;
  expect(readFileSync(home.db).includes(key)).toBe(false);
  cli.signal('SIGINT');
  await cli.exit;
  expect(readdirSync(folder)).toEqual([]);
});
