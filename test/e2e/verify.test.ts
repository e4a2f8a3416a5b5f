import { createHmac } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { cliFile, runCli } from '../support/cli.ts';
import { temporaryHome } from '../support/home.ts';
import { head, listed, shown, startListen } from '../support/listening.ts';
import { trustedProject, untrustedProject } from '../support/project-file.ts';
import { exchangeRaw } from '../support/raw-http.ts';
import { startTarget, type TargetAnswer } from '../support/target.ts';
import { openTerminal } from '../support/terminal.ts';

const secret = 'whsec_It is a secret';
const body = '{"id":"evt_1","object":"event","type":"charge.succeeded"}';

function stripeSignature(signed: string, at = Date.now(), key = secret): string {
  const t = Math.floor(at / 1000);
  return `t=${t},v1=${createHmac('sha256', key).update(`${t}.${signed}`).digest('hex')}`;
}

function fromStripe(signature: string, sent = body, path = '/stripe'): string {
  return (
    head(
      `POST ${path} HTTP/1.1`,
      'Host: localhost',
      'Content-Type: application/json',
      `Stripe-Signature: ${signature}`,
      `Content-Length: ${Buffer.byteLength(sent)}`,
    ) + sent
  );
}

async function aTarget(answer?: TargetAnswer) {
  const target = await startTarget(answer ? { answer } : {});
  onTestFinished(() => target.close());
  return target;
}

const env = { WEBHOOK_CLI_SECRET_STRIPE: secret };

describe('requests are classified and verified', () => {
  test('provider, event, event id, verification and redelivery are shown, wherever the secret comes from', async () => {
    const home = await temporaryHome();
    await trustedProject(home, { secret: ['stripe=env:OTHER', 'stripe=env:S'] });
    const { port, next } = await startListen([], { home, env: { OTHER: 'old one', S: secret } });
    await exchangeRaw(port, fromStripe(stripeSignature(body)));
    await exchangeRaw(port, fromStripe(stripeSignature(body, Date.now(), 'wrong')));
    await exchangeRaw(port, `${head('GET /favicon.ico HTTP/1.1', 'Host: localhost')}`);
    const first = await next('request');
    expect(first).toMatchObject({
      provider: 'stripe',
      event: 'charge.succeeded',
      eventId: 'evt_1',
      verification: { result: 'valid', reason: null },
      redeliveryOf: null,
    });
    expect(await next('request')).toMatchObject({
      verification: { result: 'invalid', reason: 'the signature does not match' },
      redeliveryOf: first['id'],
    });
    expect(await next('request')).toMatchObject({
      provider: null,
      verification: { result: 'unchecked', reason: 'unknown provider' },
    });
    const text = (await runCli(['list'], { home })).stdout.toString();
    expect(text).toContain(`stripe\tcharge.succeeded\tevt_1\tinvalid\t${first['id']}`);
    const { stdout } = await runCli(['show', '@~1'], { home });
    expect(stdout.toString()).toMatch(/provider +stripe\n.*event +charge.succeeded\n/);
    expect(stdout.toString()).toMatch(new RegExp(`event id +evt_1, redelivery of ${first['id']}\n`));
    expect(stdout.toString()).toMatch(/signature invalid: the signature does not match\n/);
  });

  test('the printed line shows them', async () => {
    const { cli, port } = await startListen([], { env });
    await exchangeRaw(port, fromStripe(stripeSignature(body)));
    cli.signal('SIGTERM');
    await cli.exit;
    const { home } = cli;
    const { stdout } = await runCli(['verify', '@'], { home, env });
    expect(stdout.toString()).toMatch(/^✓ valid {2}stripe charge.succeeded {2}[a-z0-9]{12}\n$/);
  });

  test('--require-signature forwards only valid requests and replies 401 to the rest', async () => {
    const target = await aTarget();
    const { home, port } = await startListen([String(target.port), '--require-signature'], { env });
    const genuine = await exchangeRaw(port, fromStripe(stripeSignature(body)));
    const forged = await exchangeRaw(port, fromStripe(stripeSignature(body, Date.now(), 'wrong')));
    const unknown = await exchangeRaw(port, head('GET / HTTP/1.1', 'Host: localhost'));
    expect([genuine, forged, unknown].map(({ status }) => status)).toEqual([200, 401, 401]);
    expect(forged.body.toString()).toContain('The signature is invalid: the signature does not match.');
    expect(unknown.body.toString()).toContain('unknown provider');
    expect(target.requests.map(({ url }) => url)).toEqual(['/stripe']);
    const replies = (await listed(home)).map(({ reply, deliveries }) => [
      reply.status,
      reply.by,
      deliveries.length,
    ]);
    expect(replies).toEqual([
      [401, 'listener', 0],
      [401, 'listener', 0],
      [200, 'target', 1],
    ]);
  });

  test('a handshake gets its reply without a target, and before one with --handshake', async () => {
    const challenge = '{"type":"url_verification","challenge":"3eZbrw1aB"}';
    const call = `${head(
      'POST /slack HTTP/1.1',
      'Host: localhost',
      'X-Slack-Request-Timestamp: 1',
      'Content-Type: application/json',
      `Content-Length: ${challenge.length}`,
    )}${challenge}`;
    const target = await aTarget();
    const alone = await startListen();
    const before = await startListen([String(target.port)]);
    const inFront = await startListen([String(target.port), '--handshake']);
    const answers = await Promise.all([alone, before, inFront].map(({ port }) => exchangeRaw(port, call)));
    expect(answers.map(({ status, body }) => [status, body.toString()])).toEqual([
      [200, '3eZbrw1aB'],
      [200, ''],
      [200, '3eZbrw1aB'],
    ]);
    expect(target.requests).toHaveLength(1);
    expect(await shown(inFront.home)).toMatchObject({ event: 'url_verification', reply: { by: 'listener' } });
  });

  test('--provider-path detects a provider by its path', async () => {
    const { port, next } = await startListen(['--provider-path', '/in/*=github'], {
      env: { WEBHOOK_CLI_SECRET_GITHUB: 'x' },
    });
    await exchangeRaw(port, `${head('POST /in/a HTTP/1.1', 'Host: localhost', 'Content-Length: 2')}{}`);
    expect(await next('request')).toMatchObject({
      provider: 'github',
      verification: { result: 'unchecked', reason: expect.stringContaining('no signature') },
    });
  });
});

describe('verify', () => {
  async function recorded(message: string, answer?: TargetAnswer) {
    const target = answer ? await aTarget(answer) : undefined;
    const { cli, home, port } = await startListen(target ? [String(target.port)] : []);
    await exchangeRaw(port, message);
    cli.signal('SIGTERM');
    await cli.exit;
    return home;
  }

  test('exit codes: 0 valid, 3 invalid, 4 missing secret', async () => {
    const home = await recorded(fromStripe(stripeSignature(body)));
    expect((await runCli(['verify', '@'], { home, env })).code).toBe(0);
    expect(
      (await runCli(['verify', '@', '--secret', 'env:S', '--provider', 'stripe'], { home, env: { S: 'no' } }))
        .code,
    ).toBe(3);
    const missing = await runCli(['verify', '@'], { home });
    expect([missing.code, missing.stdout.toString()]).toEqual([
      4,
      expect.stringContaining('no secret is configured'),
    ]);
    const unset = await runCli(['verify', '@', '--secret', 'stripe=env:NOWHERE'], { home });
    expect([unset.code, unset.stderr]).toEqual([4, expect.stringContaining('NOWHERE is not set')]);
    const later = await runCli(['verify', '@', '--at', '2031-01-01T00:00:00Z'], { home, env });
    expect([later.code, later.stdout.toString()]).toEqual([
      3,
      expect.stringMatching(/days old: 300 s are allowed/),
    ]);
  });

  test('rejects a plain secret, an unknown provider and an invalid time', async () => {
    const home = await recorded(fromStripe(stripeSignature(body)));
    const refused = async (...args: string[]) => {
      const { code, stderr } = await runCli(['verify', '@', ...args], { home });
      return `${code} ${stderr}`;
    };
    expect(await refused('--secret', 'stripe=whsec_abc')).toMatch(/^2 .*does not accept the secret itself/);
    expect(await refused('--provider', 'strip')).toMatch(
      /^2 .*Unknown provider "strip"[\s\S]*Did you mean stripe/,
    );
    expect(await refused('--at', 'noon')).toMatch(/^2 .*"noon" is not a valid time/);
  });

  test('says what to do about a missing secret, URL or explanation', async () => {
    const home = await temporaryHome();
    await trustedProject(home, '{ "secret": ["github=env:NOT_SET"] }');
    await writeFile(join(home.work, 'body'), 'A=1');
    const form = 'Content-Type: application/x-www-form-urlencoded';
    const told = async (provider: string, header: string, ...more: string[]) => {
      const args = ['verify', '--provider', provider, '--payload', 'body', '-H', form, '-H', header, ...more];
      const { code, stdout, stderr } = await runCli(args, { home, env: { T: 'token' } });
      return `${code} ${stdout}${stderr}`;
    };
    expect(await told('stripe', 'Stripe-Signature: t=1,v1=00')).toMatch(
      /^4 unchecked: no secret[\s\S]*--secret stripe=env:NAME[\s\S]*WEBHOOK_CLI_SECRET_STRIPE/,
    );
    const twilio = ['twilio', 'X-Twilio-Signature: AAAA', '--secret', 'env:T'] as const;
    expect(await told(...twilio)).toMatch(/^3 .*\n.*Twilio also signs the URL.*--url/);
    expect(await told(...twilio, '--url', 'https://a.example')).toMatch(/^3 .*\n.*secret or the signed text/);
    expect(await told(...twilio, '--url', 'a.example')).toMatch(/^2 .*--url: "a.example" is not a valid URL/);
    expect(await told('github', 'X-Hub-Signature-256: sha256=00')).toMatch(
      /^4 .*github: .*NOT_SET is not set/,
    );
  });

  test('verifies a file', async () => {
    const home = await temporaryHome();
    const file = join(home.work, 'body.bin');
    // https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation
    await writeFile(file, 'Hello, World!');
    const header =
      'X-Hub-Signature-256: sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
    const args = ['verify', '--provider', 'github', '--header', header, '--secret', 'github=env:S', '--json'];
    const S = "It's a Secret to Everybody";
    const right = await runCli([...args, '--payload', file], { home, env: { S } });
    expect([right.code, JSON.parse(right.stdout.toString())]).toEqual([
      0,
      {
        requestId: null,
        provider: 'github',
        event: null,
        eventId: null,
        result: 'valid',
        code: 'valid',
        reason: null,
        finding: null,
      },
    ]);
    const wrong = await runCli([...args, '--payload', '-'], { home, env: { S }, stdin: 'Hello, World!\n' });
    expect([wrong.code, JSON.parse(wrong.stdout.toString())]).toEqual([
      3,
      expect.objectContaining({
        result: 'invalid',
        code: 'mismatch',
        finding: expect.objectContaining({ cause: 'newline-added' }),
      }),
    ]);
  });

  test('--url without a path is the root of its host', async () => {
    const home = await temporaryHome();
    const args = ['--payload', '-', '--url', 'https://example.com', '--provider-path', '/=github', '--json'];
    const { stdout } = await runCli(['verify', ...args], { home, stdin: '{}' });
    expect(JSON.parse(stdout.toString())).toMatchObject({ provider: 'github', code: 'no-signature' });
  });

  test('prints the line for the framework if a valid request was rejected by the app', async () => {
    const home = await recorded(fromStripe(stripeSignature(body)), (_, response) => {
      response.writeHead(400, { 'X-Powered-By': 'Express' }).end('No signatures found');
    });
    const { code, stdout } = await runCli(['verify', '@'], { home, env });
    expect(code).toBe(0);
    expect(stdout.toString()).toMatch(/✓ valid[\s\S]*your app responded 400[\s\S]*express\.raw\(/);
  });

  test('verifies an unknown provider by options or a config file', async () => {
    const home = await temporaryHome();
    const mac = createHmac('sha512', 'secret').update('acme:').update(body).digest('base64');
    const what = ['--payload', '-', '-H', `X-Acme: v1 ${mac}`, '--secret', 'env:S'];
    const run = (...args: string[]) =>
      runCli(['verify', ...what, ...args], { home, env: { S: 'secret' }, stdin: body });
    const option = (text: string) => ['--provider-option', text];
    const described = [
      'header=X-Acme',
      'algorithm=sha512',
      'encoding=base64',
      'prefix=v1 ',
      'template=acme:{body}',
    ];
    expect((await run('--provider', 'hmac', ...described.flatMap(option))).code).toBe(0);
    const slip = await run('--provider', 'hmac', ...option('header=X-Acme'), ...option('algorithm=sha3'));
    expect([slip.code, slip.stderr]).toEqual([2, expect.stringContaining('algorithm')]);

    const hmac = {
      at: 'header:X-Acme',
      algorithm: 'sha512',
      encoding: 'base64',
      envelope: 'v1 ',
      message: 'acme:{body}',
    };
    await trustedProject(home, { defineProvider: [{ name: 'acme', event: '{json:type}', hmac }] });
    const { code, stdout } = await run('--provider', 'acme', '--json');
    expect([code, JSON.parse(stdout.toString())]).toEqual([
      0,
      expect.objectContaining({ provider: 'acme', event: 'charge.succeeded', result: 'valid' }),
    ]);
    const { port, next } = await startListen([], { home, env: { WEBHOOK_CLI_SECRET_ACME: 'secret' } });
    const fields = ['Host: localhost', `X-Acme: v1 ${mac}`, `Content-Length: ${body.length}`];
    await exchangeRaw(port, head('POST / HTTP/1.1', ...fields) + body);
    expect(await next('request')).toMatchObject({ provider: 'acme', verification: { result: 'valid' } });
    const list = await runCli(['providers', 'acme'], { home });
    expect(list.stdout.toString()).toMatch(/^acme {2}acme\n[\s\S]*HMAC-SHA512/);
  });

  test('a definition replaces one of the catalogue; two of one name are rejected', async () => {
    const home = await temporaryHome();
    const define = (title: string) => [
      '--define-provider',
      JSON.stringify({ name: 'stripe', title, hmac: { at: 'header:X' } }),
    ];
    const own = await runCli(['providers', 'stripe', ...define('Mine')], { home });
    expect(own.stdout.toString()).toMatch(/^stripe {2}Mine\n/);
    const both = await runCli(['providers', ...define('Mine'), ...define('Yours')], { home });
    expect([both.code, both.stderr]).toEqual([
      2,
      expect.stringContaining('Provider stripe is defined twice'),
    ]);
  });

  test("a project's config file names no file of yours as a secret", async () => {
    const home = await temporaryHome();
    await writeFile(join(home.work, 'secret'), 'hush');
    await untrustedProject(home, { secret: ['stripe=env:S', 'github=file:secret'] });
    const { code, stderr } = await runCli(['verify', '@'], { home });
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('secret is set by a project file that you have not trusted'),
    ]);
  });

  test('providers lists all, and details of one', async () => {
    const home = await temporaryHome();
    const all = (await runCli(['providers', '--json'], { home })).stdout.toString().trim().split('\n');
    const rows = all.map((line) => JSON.parse(line));
    expect(rows.filter(({ verifies }) => verifies).length).toBeGreaterThan(200);
    expect(rows.find(({ name }) => name === 'slack')).toMatchObject({
      signs: 'secret',
      handshake: 'url_verification',
      replyDeadlineMs: 3000,
      secretVariable: 'WEBHOOK_CLI_SECRET_SLACK',
    });
    const one = (await runCli(['providers', 'discord'], { home })).stdout.toString();
    expect(one).toMatch(/sign +with a test key \(--key\)\n/);
    expect(one).toMatch(/source +https:\/\//);
    const many = (await runCli(['providers', 'github'], { home })).stdout.toString();
    expect(many).toMatch(/triggers +\d+ events: trigger --list github\n/);
    const slip = await runCli(['providers', 'discrod'], { home });
    expect([slip.code, slip.stderr]).toEqual([2, expect.stringContaining('Did you mean discord?')]);
  });

  test.each([
    [80, /^NAME +DETECT +VERIFY +SIGN +TRIGGER +HANDSHAKE$/, /a wider terminal shows more/],
    [160, /^NAME .* BACKED BY +SCHEME +SOURCE$/, /for details\.$/],
  ])(
    'in a terminal of %i columns, providers are a table by name with whole columns',
    async (cols, heading, end) => {
      const home = await temporaryHome();
      const args = [cliFile, 'providers'];
      const env = { ...home.env, NO_COLOR: '1' };
      const terminal = openTerminal({ command: process.execPath, args, cwd: home.work, env, cols });
      expect((await terminal.exit).code).toBe(0);
      const lines = terminal.raw().trim().split('\r\n');
      expect(lines[0]).toMatch(heading);
      expect(lines.at(-1)).toMatch(end);
      expect(Math.max(...lines.slice(0, -1).map((line) => line.length))).toBeLessThanOrEqual(cols);
      const names = lines.slice(1, -2).map((line) => line.split(' ')[0]!);
      expect(names).toEqual(names.toSorted());
      expect(lines.find((line) => line.startsWith('github '))).toMatch(/^github +✓ +✓ +✓ +\d+/);
    },
  );
});

describe('with --require-signature', () => {
  test('handshakes get their reply, are recorded as refused and are not delivered', async () => {
    const target = await aTarget();
    const { home, port } = await startListen(
      [String(target.port), '--require-signature', '--provider-option', 'whatsapp.verifyToken=word'],
      { env: { WEBHOOK_CLI_SECRET_TRELLO: 't', WEBHOOK_CLI_SECRET_WOOCOMMERCE: 'w' } },
    );
    const form = 'webhook_id=7';
    const hub = '/wa?hub.mode=subscribe&hub.challenge=42&hub.verify_token=';
    const calls = [
      head('HEAD /trello HTTP/1.1', 'Host: localhost', 'Connection: close'),
      head(
        'POST /woo HTTP/1.1',
        'Host: localhost',
        'Content-Type: application/x-www-form-urlencoded',
        `Content-Length: ${form.length}`,
      ) + form,
      head('GET /slash?ssl_check=1&token=t HTTP/1.1', 'Host: localhost'),
      head(`GET ${hub}word HTTP/1.1`, 'Host: localhost'),
      head(`GET ${hub}other HTTP/1.1`, 'Host: localhost'),
      head('GET /plain HTTP/1.1', 'Host: localhost'),
    ];
    const statuses: number[] = [];
    for (const call of calls) statuses.push((await exchangeRaw(port, call)).status);
    expect(statuses).toEqual([200, 200, 200, 200, 403, 401]);
    expect(target.requests).toEqual([]);
    const rows = await listed(home);
    expect(rows.map(({ refusal, handledBy }) => [refusal, handledBy]).toReversed()).toEqual([
      ...Array.from({ length: 5 }, () => ['signature', 'handshake']),
      ['signature', null],
    ]);
  });
});

test('an unsigned event is shown with its provider; verify explains an app that rejects a valid one', async () => {
  const target = await aTarget((_, response) => {
    response.writeHead(400).end();
  });
  const { home, port } = await startListen([String(target.port)], { env });
  await exchangeRaw(port, fromStripe(stripeSignature(body)));
  const told = (await runCli(['verify', '@'], { home, env })).stdout.toString();
  expect(told).toMatch(
    /^✓ valid .*\n {2}The signature is valid, but your app responded 400[\s\S]* {2}Express: [\s\S]* {2}Django: /,
  );
  const unsigned =
    head(
      'POST /stripe HTTP/1.1',
      'Host: localhost',
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
    ) + body;
  await exchangeRaw(port, unsigned);
  const { stdout } = await runCli(['show', '@'], { home });
  expect(stdout.toString()).toMatch(/provider +stripe\n/);
  expect(stdout.toString()).toMatch(/signature unsigned: no signature in header Stripe-Signature\n/);
});

test('verify finds the settings of any HMAC', async () => {
  const home = await temporaryHome();
  await writeFile(join(home.work, 'body'), '{"a":1}');
  const mac = createHmac('sha1', 's3').update('{"a":1}').digest('base64');
  const args = [
    'verify',
    '--provider',
    'hmac',
    '--provider-option',
    'header=X-Sig',
    '--payload',
    'body',
    '--secret',
    'env:S',
  ];
  const wrong = await runCli([...args, '-H', `X-Sig: ${mac}`], { home, env: { S: 's3' } });
  expect([wrong.code, wrong.stdout.toString()]).toEqual([
    3,
    expect.stringMatching(
      /valid with algorithm=sha1, encoding=base64\.\n.*--provider-option 'algorithm=sha1'/,
    ),
  ]);
  const given = ['--provider-option', 'algorithm=sha1', '--provider-option', 'encoding=base64'];
  const right = await runCli([...args, ...given, '-H', `X-Sig: ${mac}`], { home, env: { S: 's3' } });
  expect(right.code).toBe(0);
});
