import { execFileSync } from 'node:child_process';
import {
  chmod,
  chown,
  copyFile,
  mkdir,
  readdir,
  realpath,
  rename,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../src/store/store.ts';
import { attacks } from '../support/attacks.ts';
import { aRequest } from '../support/builders.ts';
import { runCli } from '../support/cli.ts';
import { type TestHome, temporaryHome } from '../support/home.ts';
import { runInProcess } from '../support/in-process.ts';
import { startListen } from '../support/listening.ts';
import { trustedProject, trusting, untrustedProject } from '../support/project-file.ts';
import { sendTo } from '../support/send.ts';
import { startTarget, type TestTarget } from '../support/target.ts';

const privateKey = 'the private key of the user';

/** What the user has in the environment and in the home folder, and no checkout may have. */
const secrets = {
  WEBHOOK_CLI_SECRET_STRIPE: 'whsec_of_the_user',
  WEBHOOK_CLI_SECRET_GITHUB: 'github secret of the user',
  AWS_SECRET_ACCESS_KEY: 'cloud key of the user',
};

interface Checkout {
  readonly home: TestHome;
  /** The server of whoever wrote the checkout. */
  readonly author: TestTarget;
  /** The user's environment, without a database of its own. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * A stranger's checkout: its database says that a listen runs at the author's address, and that a Stripe event went
 * there before.
 */
async function aCheckout(): Promise<Checkout> {
  const home = await temporaryHome();
  const author = await startTarget();
  onTestFinished(() => author.close());
  await writeFile(join(home.folder, 'id_ed25519'), privateKey);
  const store = openStore(join(home.work, 'hooks.db'));
  const session = await store.openSession({
    project: 'work',
    localUrl: author.url,
    publicUrl: author.url,
    target: author.url,
  });
  const request = aRequest({ headers: [['Stripe-Signature', 't=1,v1=00']] });
  const seq = await store.add(request, { sessionId: session.id });
  await store.addAttempt(seq, request.id, {
    kind: 'forward',
    target: author.url,
    startedAt: Date.now(),
    ms: 1,
    outcome: { type: 'failed', code: 'refused', message: 'refused' },
  });
  await store.close();
  return { home, author, env: { ...secrets, HOME: home.folder, WEBHOOK_CLI_DB: '' } };
}

/** Nothing that is worth something is in what the author got. */
function expectNothingTaken({ author }: Checkout): void {
  expect(author.requests.map(({ raw }) => raw.toString('latin1'))).toEqual([]);
}

const token = (at: string) => [{ name: 'stripe', token: { at } }];

attacks<{ readonly settings: unknown; readonly args: readonly string[]; readonly code?: number }>(
  'a project file that nobody trusts sends no secret anywhere',
  {
    'the chain: a database, a definition, a file as the secret': {
      settings: {
        db: './hooks.db',
        defineProvider: token('json:k'),
        secret: ['file:~/id_ed25519', 'stripe=file:../id_ed25519'],
      },
      args: ['trigger', 'stripe', 'charge.succeeded'],
    },
    'a variable as the secret': {
      settings: {
        db: './hooks.db',
        defineProvider: token('json:k'),
        secret: ['stripe=env:AWS_SECRET_ACCESS_KEY'],
      },
      args: ['trigger', 'stripe', 'charge.succeeded'],
    },
    'the secret that the user has, by a definition': {
      settings: { db: './hooks.db', defineProvider: token('header:X-Key') },
      args: ['trigger', 'stripe', 'charge.succeeded'],
    },
    'the secret that the user has, re-signed': {
      settings: { db: './hooks.db', defineProvider: token('header:X-Key') },
      args: ['replay', '@', '--resign'],
    },
    'the database alone, trigger': {
      settings: { db: './hooks.db' },
      args: ['trigger', 'stripe', 'charge.succeeded'],
    },
    'the database alone, re-signed': { settings: { db: './hooks.db' }, args: ['replay', '@', '--resign'] },
    'the database of one command': {
      settings: { commands: { trigger: { db: './hooks.db' } } },
      args: ['trigger', 'stripe', 'charge.succeeded'],
    },
    'the database in escapes, twice, with a byte order mark': {
      settings: '\ufeff{ "d\\u0062": "/nowhere", "db": "./hooks.db" }',
      args: ['replay', '@', '--resign'],
    },
    'a database and a label': {
      settings: { db: './hooks.db', project: 'work' },
      args: ['trigger', 'github', 'push', '--project', 'work'],
    },
    'a definition, chosen by name': {
      settings: { defineProvider: [{ name: 'acme', token: { at: 'header:X' } }], db: './hooks.db' },
      args: ['replay', '@', '--resign', '--provider', 'acme'],
    },
    'a caller': {
      settings: { providerPath: ['/=github'], db: './hooks.db' },
      args: ['replay', '@', '--resign'],
    },
    'a password': {
      settings: { basicAuth: 'me:file:../id_ed25519' },
      args: ['listen', '--no-tunnel'],
    },
  },
  async ({ settings, args }) => {
    const checkout = await aCheckout();
    await untrustedProject(checkout.home, settings);
    const { code, stdout, stderr } = await runInProcess(args, checkout);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/webhook-cli config trust|No listen/)]);
    expect(`${stdout}${stderr}`).not.toContain(privateKey);
    expectNothingTaken(checkout);
  },
);

attacks<{ readonly file: string; readonly secret: unknown }>(
  'a database that the user names chooses no place for a secret',
  {
    trigger: { file: 'hooks.db', secret: ['trigger', 'stripe', 'charge.succeeded'] },
    'trigger of another provider': { file: 'hooks.db', secret: ['trigger', 'github', 'push'] },
    'trigger, by the label': { file: 'hooks.db', secret: ['trigger', 'github', 'push', '--project', 'work'] },
    'trigger from a recorded request': { file: 'hooks.db', secret: ['trigger', '--from', '@'] },
    'a new signature': { file: 'hooks.db', secret: ['replay', '@', '--resign'] },
    'a new signature with a new id': { file: 'hooks.db', secret: ['replay', '@', '--resign', '--new-id'] },
  },
  async ({ file, secret }) => {
    const checkout = await aCheckout();
    const args = [...(secret as string[]), '--db', file];
    const { code, stderr } = await runInProcess(args, checkout);
    expect([code, stderr]).toEqual([2, expect.stringContaining('No listen')]);
    expectNothingTaken(checkout);
  },
);

attacks<unknown>(
  'settings of an untrusted project file are passed over with one warning',
  {
    'a target': { forwardTo: '127.0.0.1:2375' },
    'a target of the command': { commands: { listen: { forwardTo: '127.0.0.1:2375' } } },
    'a route': { route: ['method:POST => 127.0.0.1:2375'] },
    'a tunnel server': { tunnelHost: 'http://127.0.0.1:2375' },
    'a name in the public URL': { subdomain: 'known-to-the-author' },
    'a label': { project: 'other' },
    'a definition': { defineProvider: token('header:X') },
    'an option of a provider': { providerOption: ['paypal.webhookId=1'] },
    'a caller': { providerPath: ['/=stripe'] },
    'no check of certificates': { insecure: true },
    'a Host header': { hostHeader: 'evil.example' },
    'handshakes and confirmations': { handshake: true, confirmSns: true },
    'what becomes of a target that is down': { whenDown: 'fail', retryOn: '5xx', maxAttempts: 1 },
    'a larger body': { maxBody: '10gb' },
    'a repair': { repair: true },
    'secrets of the project in place of the user’s': { useProjectSecrets: ['stripe'] },
  },
  async (settings) => {
    const { home } = await aCheckout();
    const evil = await startTarget({ port: 0 });
    onTestFinished(() => evil.close());
    const text = JSON.stringify(settings).replaceAll('2375', String(evil.port));
    await untrustedProject(home, text);
    const { cli, ready, localUrl, next } = await startListen([], { home, env: secrets });
    expect(ready).toMatchObject({ target: null });
    expect((await sendTo(`${localUrl}/`, { method: 'POST', body: 'x' })).status).toBe(200);
    expect(await next('request')).toMatchObject({ project: 'work' });
    const warnings = cli.stderr().trim().split('\n');
    expect(warnings).toHaveLength(1);
    const warned = JSON.parse(warnings[0]!) as { message: string };
    const names = Object.keys(
      (settings as { commands?: { listen: object } }).commands?.listen ?? (settings as object),
    );
    expect(warned).toMatchObject({ type: 'warning', code: 'untrusted-config' });
    for (const name of names) expect(warned.message).toContain(name);
    expect(evil.requests).toEqual([]);
  },
);

attacks<{ readonly settings: unknown; readonly key: string }>(
  'a setting that protects the user is not left to an untrusted project file',
  {
    'no signature needed': { settings: { requireSignature: false }, key: 'requireSignature' },
    'no path token': { settings: { pathToken: false }, key: 'pathToken' },
    'a path token': { settings: { pathToken: true }, key: 'pathToken' },
    'a password that the author knows': { settings: { basicAuth: 'me:env:LANG' }, key: 'basicAuth' },
    'every address': { settings: { allowIp: ['0.0.0.0/0', '::/0'] }, key: 'allowIp' },
    'any rate': { settings: { maxRate: 999_999_999 }, key: 'maxRate' },
    'a signature that the author can make': { settings: { secret: ['github=env:LANG'] }, key: 'secret' },
    'the same as an object': { settings: { secret: { github: 'env:LANG' } }, key: 'secret' },
    'the database of the checkout': { settings: { db: 'hooks.db' }, key: 'db' },
    'of one command': { settings: { commands: { listen: { maxRate: 9 } } }, key: 'maxRate' },
  },
  async ({ settings, key }) => {
    const { home, env } = await aCheckout();
    const file = await untrustedProject(home, settings);
    const { code, stdout, stderr } = await runCli(['listen', '--no-tunnel', '--json'], { home, env });
    expect([code, stdout.toString()]).toEqual([2, '']);
    expect(JSON.parse(stderr)).toMatchObject({
      code: 'config',
      message: expect.stringMatching(new RegExp(`^${file}:1:\\d+: .*${key} is set by a project file`)),
      hint: expect.stringContaining('config trust'),
    });
    for (const args of [
      ['config'],
      ['config', 'trust', '--show'],
      ['--version'],
      ['help'],
      ['listen', '--help'],
    ]) {
      expect([args, (await runInProcess(args, { home, env })).code]).toEqual([args, 0]);
    }
  },
);

attacks<{
  readonly settings: unknown;
  readonly own: Readonly<Record<string, string>>;
  readonly valid: boolean;
}>(
  'a trusted project file does not add a secret to the user’s own',
  {
    'a variable of the shell beside the user’s secret': {
      settings: { secret: ['github=env:LANG'] },
      own: { WEBHOOK_CLI_SECRET_GITHUB: 'mine' },
      valid: false,
    },
    'beside one that is given in the list': {
      settings: { secret: ['github=env:LANG'] },
      own: { WEBHOOK_CLI_SECRET: 'github=env:MINE', MINE: 'mine' },
      valid: false,
    },
    'beside one of the user’s file': {
      settings: { secret: { github: 'env:LANG' } },
      own: { USER_FILE: '{ "secret": ["github=env:MINE"] }', MINE: 'mine' },
      valid: false,
    },
    'where the user has none': { settings: { secret: ['github=env:LANG'] }, own: {}, valid: true },
    'where the file asks for its own and is trusted': {
      settings: { secret: ['github=env:LANG'], useProjectSecrets: ['github'] },
      own: { WEBHOOK_CLI_SECRET_GITHUB: 'mine' },
      valid: true,
    },
    'where the user has one of another provider': {
      settings: { secret: ['github=env:LANG'] },
      own: { WEBHOOK_CLI_SECRET_STRIPE: 'whsec_mine' },
      valid: true,
    },
  },
  async ({ settings, own, valid }) => {
    const home = await temporaryHome();
    await trustedProject(home, settings);
    if (own['USER_FILE']) {
      await mkdir(join(home.folder, 'config', 'webhook-cli'), { recursive: true });
      await writeFile(join(home.folder, 'config', 'webhook-cli', 'config.jsonc'), own['USER_FILE']);
    }
    const env = { ...own, LANG: 'C.UTF-8' };
    const { cli, localUrl, next } = await startListen([], { home, env });
    const { createHmac } = await import('node:crypto');
    const mac = createHmac('sha256', 'C.UTF-8').update('{}').digest('hex');
    await sendTo(localUrl, {
      method: 'POST',
      body: '{}',
      headers: {
        'X-GitHub-Event': 'push',
        'X-GitHub-Delivery': '0c5d2b3e-0000-4000-8000-000000000000',
        'X-Hub-Signature-256': `sha256=${mac}`,
      },
    });
    const request = await next('request');
    expect(request).toMatchObject({ verification: { result: valid ? 'valid' : 'invalid' } });
    expect(cli.stderr().includes('project-secret-ignored')).toBe(!valid);
  },
);

interface Tampered {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

attacks<(home: TestHome, file: string) => Promise<Tampered>>(
  'trust holds for one file with one content',
  {
    'one byte more': async (_home, file) => {
      await writeFile(file, '{ "project": "trusted" } ');
      return {};
    },
    'the same content in another folder': async (home, file) => {
      const cwd = join(home.work, 'work');
      await mkdir(cwd);
      await copyFile(file, join(cwd, 'webhook-cli.jsonc'));
      return { cwd };
    },
    'a folder in the place of the trusted one, with other content': async (home) => {
      await rename(home.work, join(home.folder, 'moved'));
      await mkdir(home.work);
      await untrustedProject(home, '{ "project": "changed" }');
      return {};
    },
    'trust that is taken back': async (home) => {
      expect((await runInProcess(['config', 'untrust'], { home })).code).toBe(0);
      return {};
    },
    'an entry that others can write': async (home) => {
      execFileSync('chmod', ['-R', 'g+w,o+w', join(home.folder, 'state', 'webhook-cli', 'trust')]);
      return {};
    },
    'an entry that is a link': async (home) => {
      const folder = join(home.folder, 'state', 'webhook-cli', 'trust');
      const [entry] = await readdir(folder);
      await rename(join(folder, entry!), join(home.folder, 'entry'));
      await symlink(join(home.folder, 'entry'), join(folder, entry!));
      return {};
    },
    'the hash of the content before, in the environment': async (_home, file) => {
      await writeFile(file, '{ "project": "changed" }');
      return { env: trusting('{ "project": "trusted" }') };
    },
    'a part of the hash in the environment': async (_home, file) => {
      await writeFile(file, '{ "project": "changed" }');
      const { WEBHOOK_CLI_TRUST_CONFIG: hash } = trusting('{ "project": "changed" }');
      return { env: { WEBHOOK_CLI_TRUST_CONFIG: hash.slice(0, 63) } };
    },
  },
  async (tamper) => {
    const home = await temporaryHome();
    const file = await trustedProject(home, '{ "project": "trusted" }');
    const { cli, localUrl, next } = await startListen([], { home, ...(await tamper(home, file)) });
    await sendTo(localUrl, { method: 'POST', body: 'x' });
    expect(await next('request')).toMatchObject({ project: 'work' });
    expect(cli.stderr()).toContain('untrusted-config');
  },
);

test('a hash in the environment trusts the file with it, in any letter case', async () => {
  const home = await temporaryHome();
  const text = '{ "forwardTo": "4000" }';
  await untrustedProject(home, text);
  const { WEBHOOK_CLI_TRUST_CONFIG: hash } = trusting(text);
  for (const given of [hash, hash.toUpperCase()]) {
    const { cli, ready } = await startListen([], { home, env: { WEBHOOK_CLI_TRUST_CONFIG: given } });
    expect(ready).toMatchObject({ target: 'http://localhost:4000' });
    expect(cli.stderr()).toBe('');
  }
});

attacks<{ readonly make: (file: string) => Promise<void>; readonly says: RegExp }>(
  'a config file that is no plain file of some lines is refused with a sentence, at once',
  {
    'a link to /dev/zero': { make: (file) => symlink('/dev/zero', file), says: /not a regular file/ },
    'a link to a terminal': { make: (file) => symlink('/dev/tty', file), says: /not a regular file/ },
    'a named pipe': {
      make: async (file) => void execFileSync('mkfifo', [file]),
      says: /not a regular file/,
    },
    'a socket': {
      make: async (file) => {
        const server = createServer().listen(file);
        onTestFinished(() => void server.close());
        await new Promise((resolve) => server.once('listening', resolve));
      },
      says: /not a regular file/,
    },
    'a folder': { make: async (file) => void (await mkdir(file)), says: /is a folder/ },
    'a link to a folder': { make: (file) => symlink('/', file), says: /is a folder/ },
    'more than 1 MB': {
      make: (file) => writeFile(file, ' '.repeat(1024 * 1024 + 1)),
      says: /larger than 1 MB/,
    },
    '10,000 levels of lists': {
      make: (file) => writeFile(file, `{ "defineProvider": ${'['.repeat(10_000)}${']'.repeat(10_000)} }`),
      says: /nested more than 64 levels/,
    },
    '10,000 levels of objects, never closed': {
      make: (file) => writeFile(file, '{ "defineProvider": '.repeat(10_000)),
      says: /nested more than 64 levels/,
    },
    '65 levels': {
      make: (file) => writeFile(file, `{ "defineProvider": ${'['.repeat(65)}${']'.repeat(65)} }`),
      says: /nested more than 64 levels/,
    },
    'bytes that are no text': { make: (file) => writeFile(file, Buffer.alloc(4096, 0xff)), says: /:1:1: / },
  },
  async ({ make, says }) => {
    const home = await temporaryHome();
    await make(join(home.work, 'webhook-cli.jsonc'));
    for (const args of [
      ['list'],
      ['listen', '--no-tunnel'],
      ['trigger', 'stripe'],
      ['config', 'trust', '--yes'],
    ]) {
      const { code, stderr } = await runInProcess(args, { home });
      expect([args, code, stderr]).toEqual([args, 2, expect.stringMatching(says)]);
      expect(stderr).not.toMatch(/^\s+at /m);
    }
  },
);

attacks<{
  readonly make: (home: TestHome, file: string) => Promise<string | undefined>;
  readonly says: RegExp;
}>(
  'a config file that another user could have written is not read',
  {
    'another user owns it': {
      make: async (_home, file) => {
        await chown(file, 12_345, 12_345);
        return undefined;
      },
      says: /is ignored: another user owns it/,
    },
    'its folder is open to every user': {
      make: async (home) => {
        await chmod(home.work, 0o777);
        return undefined;
      },
      says: /is ignored: every user can write to its folder/,
    },
    'its folder is open like /tmp': {
      make: async (home) => {
        await chmod(home.work, 0o1777);
        return undefined;
      },
      says: /is ignored: every user can write to its folder/,
    },
    'a link to it is in an open folder': {
      make: async (home, file) => {
        const open = join(home.folder, 'open');
        await mkdir(open);
        await chmod(open, 0o777);
        await symlink(file, join(open, 'webhook-cli.jsonc'));
        return open;
      },
      says: /is ignored: every user can write to its folder/,
    },
    'a link of another user leads to it': {
      make: async (home, file) => {
        const sub = join(home.folder, 'sub');
        await mkdir(sub);
        await symlink(file, join(sub, 'webhook-cli.jsonc'));
        execFileSync('chown', ['-h', '12345', join(sub, 'webhook-cli.jsonc')]);
        return sub;
      },
      says: /is ignored: another user owns it/,
    },
  },
  async ({ make, says }) => {
    // Only root can give a file away.
    if (process.getuid?.() !== 0) return;
    const home = await temporaryHome();
    const file = await trustedProject(home, '{ "forwardTo": "1" }');
    const cwd = (await make(home, file)) ?? home.work;
    const { cli, ready } = await startListen([], { home, cwd });
    expect(ready).toMatchObject({ target: null });
    expect(JSON.parse(cli.stderr())).toMatchObject({ type: 'warning', message: expect.stringMatching(says) });
    const trusted = await runInProcess(['config', 'trust', '--yes'], { home, cwd });
    expect([trusted.code, trusted.stderr]).toEqual([1, expect.stringMatching(/cannot be trusted/)]);
  },
);

attacks<readonly string[]>(
  'a definition of a project never takes the name of a built-in provider',
  Object.fromEntries(
    ['stripe', 'github', 'slack', 'shopify', 'twilio', 'svix'].map((name) => [name, [name]]),
  ),
  async ([name]) => {
    const home = await temporaryHome();
    const file = await trustedProject(home, { defineProvider: [{ name, token: { at: 'header:X' } }] });
    for (const args of [['listen', '--no-tunnel'], ['providers'], ['trigger', name!], ['verify', '@']]) {
      const { code, stderr } = await runInProcess(args, { home });
      expect([args, code, stderr]).toEqual([
        args,
        2,
        expect.stringContaining(
          `${file}:1:2: defineProvider: a project file cannot replace the built-in provider ${name}`,
        ),
      ]);
    }
  },
);

test('a relative path in a config file starts at the file, even through a link', async () => {
  const home = await temporaryHome();
  await trustedProject(home, { db: './own.db' });
  const other = join(home.folder, 'other');
  await mkdir(other);
  await symlink(join(home.work, 'webhook-cli.jsonc'), join(other, 'webhook-cli.jsonc'));
  const { ready } = await startListen([], { home, cwd: other, env: { WEBHOOK_CLI_DB: '' } });
  expect(ready['db']).toBe(join(await realpath(home.work), 'own.db'));
});
