import { describe, expect, onTestFinished, test } from 'vitest';
import { attacks } from '../support/attacks.ts';
import { runInProcess } from '../support/in-process.ts';
import { type Listening, listed, post, shown, startListen } from '../support/listening.ts';
import { connectRaw, exchangeRaw } from '../support/raw-http.ts';
import { startTarget, type TestTarget } from '../support/target.ts';

async function aTarget(): Promise<TestTarget> {
  const target = await startTarget();
  onTestFinished(() => target.close());
  return target;
}

/** Where a secret, a signature or credentials must never go: it counts whoever connects. */
const evilHost = (port: number) => `127.0.0.1:${port}`;

const env = {
  WEBHOOK_CLI_SECRET_GITHUB: 'the secret of the user',
  // These two sign in the query.
  WEBHOOK_CLI_SECRET_PANDADOC: 'another secret of the user',
  WEBHOOK_CLI_SECRET_VONAGE_SMS: 'a third secret of the user',
};

/** A push of GitHub's for a request target, with credentials. */
function pushTo(requestTarget: string): string {
  const body = '{"ref":"refs/heads/main"}';
  return [
    `POST ${requestTarget} HTTP/1.1`,
    'Host: h',
    'Authorization: Bearer of the sender',
    'Content-Type: application/json',
    'X-GitHub-Event: push',
    'X-GitHub-Delivery: 1',
    'X-Hub-Signature-256: sha256=00',
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
}

/** Request targets that name another host, and the path that is meant. `EVIL` is the host. */
const elsewhere: Readonly<Record<string, readonly [requestTarget: string, path: string]>> = {
  'two slashes': ['//EVIL/pwn', '//EVIL/pwn'],
  'three slashes': ['///EVIL/pwn', '///EVIL/pwn'],
  'slash and backslash': ['/\\EVIL/pwn', '/\\EVIL/pwn'],
  'slash and two backslashes': ['/\\\\EVIL/pwn', '/\\\\EVIL/pwn'],
  'two slashes and a user': ['//user:pw@EVIL/pwn', '//user:pw@EVIL/pwn'],
  'an at sign': ['/@EVIL/pwn', '/@EVIL/pwn'],
  'an at sign in the path': ['/x@EVIL/pwn', '/x@EVIL/pwn'],
  'an address in the path': ['/http://EVIL/pwn', '/http://EVIL/pwn'],
  'an address': ['http://EVIL/pwn', '/pwn'],
  'an address with a user': ['http://user@EVIL/pwn', '/pwn'],
  'an address and two slashes': ['http://h//EVIL/pwn', '//EVIL/pwn'],
  'an encoded host': ['//%45VIL/pwn', '//%45VIL/pwn'],
};

const malformed: Readonly<Record<string, string>> = {
  'an IPv6 address that does not end': '//[::1',
  'a bracket': '//[',
  'a bracket at the end': '//]/x',
  'a port that there is not': '//:99999/',
  'a port that there is not, with a host': '//127.0.0.1:99999/',
  'a port that is no number': '//127.0.0.1:port/',
  'a user and no host': '//user@/',
  'behind three slashes': '///[::1',
  'behind a backslash': '/\\[::1',
};

async function recorded(requestTarget: string, args: readonly string[] = []): Promise<Listening> {
  const listening = await startListen([...args], { env });
  const connection = await connectRaw(listening.port);
  await connection.write(pushTo(requestTarget));
  await connection.read();
  connection.destroy();
  expect((await shown(listening.home)).requestTarget).toBe(requestTarget);
  return listening;
}

attacks<readonly [string, string]>(
  'trigger --from sends to the listener alone, with the path as it came',
  elsewhere,
  async ([requestTarget, path]) => {
    const evil = await aTarget();
    const at = (text: string) => text.replace('EVIL', evilHost(evil.port));
    const { home } = await recorded(at(requestTarget));
    const { code, stderr } = await runInProcess(['trigger', '--from', '@', '--json'], { home, env });
    expect([code, stderr]).toEqual([0, '']);
    const [triggered] = await listed(home);
    expect(triggered).toMatchObject({ requestTarget: at(path), reply: { status: 200 } });
    expect(evil.requests).toEqual([]);
  },
);

attacks<readonly [string, string]>(
  'replay sends to the target alone, below its base path',
  elsewhere,
  async ([requestTarget, path]) => {
    const [evil, good] = [await aTarget(), await aTarget()];
    const at = (text: string) => text.replace('EVIL', evilHost(evil.port));
    const { home } = await recorded(at(requestTarget));
    for (const more of [[], ['--resign']]) {
      const to = ['--to', `${good.port}/base`, ...more];
      const { code } = await runInProcess(['replay', '@', ...to], { home, env });
      expect(code).toBe(0);
      expect((await good.next()).url).toBe(`/base${at(path)}`);
    }
    expect(evil.requests).toEqual([]);
  },
);

attacks<string>(
  'a malformed request target is recorded and answered 400, and is not-sendable afterwards',
  malformed,
  async (requestTarget) => {
    const target = await aTarget();
    const { home } = await recorded(requestTarget, [String(target.port)]);
    expect(await shown(home)).toMatchObject({
      refusal: 'malformed',
      reply: { status: 400, by: 'listener' },
      deliveries: [],
      attempts: [],
    });
    for (const command of [
      ['trigger', '--from', '@', '--json'],
      ['trigger', '--from', '@'],
      ['trigger', '--from', '@', '--dry-run'],
      ['replay', '@', '--to', String(target.port), '--json'],
      ['replay', '@', '--to', `${target.port}/base`, '--resign'],
    ]) {
      const { code, stdout, stderr } = await runInProcess(command, { home, env });
      const said = stdout + stderr;
      expect([command, code]).toEqual([command, 1]);
      expect(said).toMatch(/not.sendable|cannot be sent/);
      expect(said).not.toMatch(/TypeError|\n {4}at /);
    }
    expect(target.requests).toEqual([]);
    expect(await listed(home)).toHaveLength(1);
  },
);

attacks<string>(
  'a Host that none can be is no stack when the request is signed anew',
  {
    'a bracket': '[',
    'a space': 'a b',
    'a port': 'h:99999',
    'a path': 'h/x?y',
    'at signs': 'a@b@c',
    nothing: '',
  },
  async (host) => {
    const target = await aTarget();
    const { home, port } = await startListen([], { env });
    for (const path of ['/x', '/x?sig=1&timestamp=2&signature=3']) {
      await exchangeRaw(port, pushTo(path).replace('Host: h', `Host: ${host}`));
      for (const provider of ['github', 'pandadoc', 'vonage-sms']) {
        const args = ['replay', '@', '--to', `${target.port}/base`, '--resign', '--provider', provider];
        const replayed = await runInProcess(args, { home, env });
        expect(replayed.stdout + replayed.stderr).not.toMatch(/TypeError|Invalid URL|\n {4}at /);
      }
      const triggered = await runInProcess(['trigger', '--from', '@', '--json'], { home, env });
      expect(triggered.stderr).not.toMatch(/TypeError|Invalid URL|\n {4}at /);
    }
    for (const { url } of target.requests) expect(url).toMatch(/^\/base\/x/);
  },
);

const dotted: Readonly<Record<string, string>> = {
  raw: '/stripe/../admin',
  'one dot': '/stripe/./admin',
  'at the end': '/stripe/..',
  encoded: '/stripe/%2e%2e/admin',
  'half encoded': '/stripe/.%2E/admin',
  'with an encoded slash': '/stripe/..%2fadmin',
  'with an encoded backslash': '/stripe/..%5cadmin',
  'with backslashes': '/stripe/..\\admin',
  'all encoded': '/stripe%2f%2e%2e%2fadmin',
  'with parameters': '/stripe/..;/admin',
  'with encoded parameters': '/stripe/..%3bx=y/admin',
  'encoded twice': '/stripe/%252e%252e/admin',
  'encoded in parts': '/stripe/%%32%65%%32%65/admin',
  overlong: '/stripe/%c0%ae%c0%ae/admin',
  'with a zero byte': '/stripe/..%00/admin',
  'in an address': 'http://h/stripe/../admin',
  'before a query': '/stripe/..?x',
};

attacks<string>(
  'a path with a dot segment is refused where a base path or a path route chose the target',
  dotted,
  async (requestTarget) => {
    const target = await aTarget();
    for (const args of [
      [`${target.port}/base`],
      ['--route', `path:/stripe* => ${target.port}`],
      ['--route', `method:POST => ${target.port}/base`],
    ]) {
      const { home, port, cli } = await startListen(args);
      const answer = await exchangeRaw(port, post(requestTarget));
      expect([args, answer.status]).toEqual([args, 400]);
      expect(await shown(home)).toMatchObject({
        requestTarget,
        refusal: 'path',
        attempts: [],
        deliveries: [],
      });
      const replayed = await runInProcess(['replay', '@', '--to', `${target.port}/base`, '--json'], { home });
      expect(replayed.code).toBe(1);
      expect(replayed.stdout).toContain('"not-sendable"');
      cli.signal('SIGINT');
      await cli.exit;
    }
    expect(target.requests).toEqual([]);
  },
);

attacks<string>(
  'a path with a dot segment is forwarded as it came where nothing depends on the path',
  dotted,
  async (requestTarget) => {
    const target = await aTarget();
    const { port } = await startListen(['--route', `method:POST => ${target.port}`]);
    expect((await exchangeRaw(port, post(requestTarget))).status).toBe(200);
    expect((await target.next()).url).toBe(requestTarget);
  },
);

describe('--path-token', () => {
  test('is removed from a target with a fragment', async () => {
    const target = await aTarget();
    const { localUrl, port } = await startListen([String(target.port), '--path-token']);
    const token = new URL(localUrl).pathname.slice(1);
    for (const rest of ['#f', '/#f', '/x#f', '?x#f']) {
      expect((await exchangeRaw(port, post(`/${token}${rest}`))).status).toBe(200);
      const { url } = await target.next();
      expect(url).not.toContain(token);
    }
    expect(target.requests.map(({ url }) => url)).toEqual(['/#f', '/#f', '/x#f', '/?x#f']);
  });

  test('is kept by trigger --from', async () => {
    const { home, localUrl, port } = await startListen(['--path-token'], { env });
    const token = new URL(localUrl).pathname;
    await exchangeRaw(port, pushTo(`${token}/hooks?x`));
    const { code } = await runInProcess(['trigger', '--from', '@', '--json'], { home, env });
    expect(code).toBe(0);
    expect((await listed(home))[0]).toMatchObject({
      requestTarget: `${token}/hooks?x`,
      reply: { status: 200 },
    });
  });

  test('cannot be escaped by a captured path', async () => {
    const { home, localUrl, port } = await startListen(['--path-token'], { env });
    const token = new URL(localUrl).pathname;
    await exchangeRaw(port, pushTo(`${token}/../x`));
    const { code, stdout } = await runInProcess(['trigger', '--from', '@', '--json'], { home, env });
    expect([code, stdout]).toEqual([1, expect.stringContaining('"not-sendable"')]);
  });
});

attacks<string>(
  'with --mark the sender can not mark requests itself',
  {
    'the id': 'webhook-cli-request-id',
    'the id in capitals': 'WEBHOOK-CLI-REQUEST-ID',
    'the attempt': 'Webhook-Cli-Attempt',
    'the hops': 'webhook-cli-hops',
    'a mark that there is not yet': 'webhook-cli-target',
    'with underscores': 'webhook_cli_request_id',
  },
  async (name) => {
    const target = await aTarget();
    const { port, home } = await startListen([String(target.port), '--mark']);
    const bytes = post('/').replace(
      'Host: localhost',
      `Host: localhost\r\n${name}: 4\r\nConnection: webhook-cli-attempt`,
    );
    expect((await exchangeRaw(port, bytes)).status).toBe(200);
    const { rawHeaders } = await target.next();
    const marks = rawHeaders.flatMap((field, at) =>
      at % 2 === 0 && /^webhook[-_]cli/i.test(field) ? [[field, rawHeaders[at + 1]]] : [],
    );
    const { id } = await shown(home);
    expect(marks).toEqual([
      ['webhook-cli-request-id', id],
      ['webhook-cli-attempt', '1'],
    ]);
  },
);
