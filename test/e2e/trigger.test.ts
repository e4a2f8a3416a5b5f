import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { cliFile, runCli } from '../support/cli.ts';
import { temporaryHome } from '../support/home.ts';
import { shown, startListen } from '../support/listening.ts';
import { startTarget } from '../support/target.ts';
import { openTerminal } from '../support/terminal.ts';

async function aTarget() {
  const target = await startTarget();
  onTestFinished(() => target.close());
  return target;
}

const env = { WEBHOOK_CLI_SECRET_STRIPE: 'whsec_abc' };

describe('trigger', () => {
  test('sends a signed event with custom values to the running listen', async () => {
    const target = await aTarget();
    const { home, port } = await startListen([String(target.port)], { env });
    const { code, stdout, stderr } = await runCli(
      [
        'trigger',
        'stripe',
        'charge.succeeded',
        '--path',
        '/hooks',
        '--set',
        'data.object.amount=123',
        '-H',
        'X-Mine: 1',
      ],
      { home, env },
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.toString()).toMatch(
      new RegExp(`^✓ 200 .* stripe charge.succeeded evt_\\w+ → http://localhost:${port}/hooks\n$`),
    );
    const got = await target.next();
    expect(got.url).toBe('/hooks');
    expect(JSON.parse(got.body.toString())).toMatchObject({
      data: { object: { amount: 123, object: 'charge' } },
    });
    const record = await shown(home);
    expect(record).toMatchObject({
      provider: 'stripe',
      event: 'charge.succeeded',
      verification: { result: 'valid' },
    });
    expect(record.headers).toContainEqual(['X-Mine', '1']);
  });

  test('prefers the listen of its own folder among several, and names the one it used', async () => {
    const home = await temporaryHome();
    const [app, shop] = [join(home.work, 'app'), join(home.work, 'shop')];
    await mkdir(join(app, 'src'), { recursive: true });
    await mkdir(shop);
    const ofApp = await startListen([], { home, cwd: app, env });
    const ofShop = await startListen([], { home, cwd: shop, env });
    for (const [cwd, { port }, folder] of [
      [app, ofApp, app],
      [join(app, 'src'), ofApp, app],
      [shop, ofShop, shop],
      [home.work, ofShop, shop],
    ] as const) {
      const { stderr, stdout } = await runCli(['trigger', 'stripe', 'charge.succeeded'], { home, cwd, env });
      expect(stderr).toBe(`webhook-cli: using the listen of ${folder} (http://localhost:${port}).\n`);
      expect(stdout.toString()).toContain(`http://localhost:${port}/`);
    }
    const ofProject = (project: string) =>
      runCli(['trigger', 'stripe', 'charge.succeeded', '--project', project], { home, cwd: shop, env });
    expect((await ofProject('app')).stdout.toString()).toContain(`http://localhost:${ofApp.port}/`);
    expect(await ofProject('other')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('No listen named other is running'),
    });
  });

  test('warns without a secret and sends anyway; --dry-run prints the request', async () => {
    const target = await aTarget();
    const home = await temporaryHome();
    const plain = await runCli(['trigger', 'stripe', 'charge.succeeded', '--to', String(target.port)], {
      home,
    });
    expect([plain.code, plain.stderr]).toEqual([
      0,
      expect.stringContaining('no secret of Stripe is configured'),
    ]);
    expect((await target.next()).rawHeaders).not.toContain('Stripe-Signature');
    const dry = await runCli(['trigger', 'stripe', 'charge.succeeded', '--to', '3000', '--dry-run'], {
      home,
      env,
    });
    expect(dry.stdout.toString()).toMatch(
      /^POST \/ HTTP\/1\.1\r\nHost: localhost:3000\r\n[\s\S]*Stripe-Signature: t=\d+,v1=/,
    );
    expect(target.requests).toHaveLength(1);
  });

  test('a recorded request is a template: a new event id, otherwise the same bytes', async () => {
    const { home } = await startListen([], { env });
    await runCli(['trigger', 'stripe', 'charge.succeeded', '--path', '/hooks'], { home, env });
    const first = await shown(home);
    const again = await runCli(['trigger', '--from', '@', '--set', 'livemode=true', '--json'], { home, env });
    expect([again.code, again.stderr]).toEqual([0, '']);
    expect(JSON.parse(again.stdout.toString())).toMatchObject({
      provider: 'stripe',
      response: { status: 200 },
    });
    const second = await shown(home);
    expect(second).toMatchObject({
      requestTarget: '/hooks',
      verification: { result: 'valid' },
      redeliveryOf: null,
    });
    const [before, after] = [first, second].map(({ body }) => JSON.parse(body.data));
    expect(after).toEqual({ ...before, id: after.id, livemode: true });
    expect(after.id).not.toBe(before.id);
  });

  test('an unsigned template has no signature, and its Host is the one called or given', async () => {
    const { home, port } = await startListen([], { env });
    await runCli(['trigger', 'stripe', 'charge.succeeded'], { home, env });
    const dry = async (...args: string[]) =>
      (await runCli(['trigger', '--from', '@', '--dry-run', ...args], { home })).stdout.toString();
    const unsigned = await dry('--unsigned', '--to', '3000');
    expect(unsigned).toMatch(/^POST \/ HTTP\/1\.1\r\nHost: localhost:3000\r\n/);
    expect(unsigned).not.toMatch(/stripe-signature/i);
    const named = await dry('-H', 'Host: shop.example', '--set', 'created=5');
    expect(named.match(/^host: .*$/gim)).toEqual(['Host: shop.example']);
    expect(named).not.toContain(`localhost:${port}`);
  });

  test('sends unsigned without a warning for a provider that never signs', async () => {
    const target = await aTarget();
    const home = await temporaryHome();
    const stdin = '{"specversion":"1.0","id":"1","source":"/a","type":"b"}';
    const args = ['trigger', 'cloudevents', '--body', '-', '--to', String(target.port)];
    const { code, stderr } = await runCli(args, { home, stdin });
    expect([code, stderr]).toEqual([0, '']);
    expect((await target.next()).body.toString()).toBe(stdin);
  });

  test('--body sends a file', async () => {
    const target = await aTarget();
    const home = await temporaryHome();
    const args = [
      'trigger',
      'github',
      '--body',
      '-',
      '-H',
      'X-GitHub-Event: push',
      '--to',
      String(target.port),
    ];
    await runCli(args, { home, env: { WEBHOOK_CLI_SECRET_GITHUB: 'x' }, stdin: '{ "mine": true }' });
    const got = await target.next();
    expect(got.body.toString()).toBe('{ "mine": true }');
    expect(got.rawHeaders).toContain('X-Hub-Signature-256');
  });

  test('reports unknown providers, events and samples with the available ones', async () => {
    const home = await temporaryHome();
    const refused = async (...args: string[]) => {
      const { code, stderr } = await runCli(['trigger', ...args], { home });
      return `${code} ${stderr}`;
    };
    expect(await refused('stripe', 'charge.suceeded', '--to', '3000')).toMatch(
      /^2 .*No sample[\s\S]*Did you mean charge\.succeeded/,
    );
    expect(await refused('stripe', '--to', '3000')).toMatch(
      /^2 .*No event given for Stripe\.[\s\S]*charge\.refunded/,
    );
    expect(await refused('strype', 'charge.succeeded')).toMatch(/^2 .*strype[\s\S]*stripe/);
    expect(await refused('stripe', 'charge.suceeded')).toMatch(/^2 .*No sample[\s\S]*charge\.succeeded/);
    expect(await refused('stripe')).toMatch(/^2 .*No event given for Stripe/);
    expect(await refused('stripe', 'charge.succeeded', '--path', 'x')).toMatch(/^2 .*does not start/);
    expect(await refused('stripe', 'charge.succeeded')).toMatch(/^2 .*No listen is running[\s\S]*--to/);
    expect(await refused('--to', '3000')).toMatch(/^2 .*No provider given/);
    expect(await refused('stripe', 'charge.succeeded', '--to', '3000', '--set', 'x')).toMatch(
      /^2 .*not path=value/,
    );
    expect(await refused('stripe', 'charge.succeeded', '--to', '3000', '-H', 'X Y: 1')).toMatch(
      /^2 .*not a valid header name/,
    );
    expect(await refused('hubspot', 'contact.creation', '--to', '3000', '--set', 'a.b=1')).toMatch(
      /^2 .*Cannot set a\.b/,
    );
    const list = await runCli(['trigger', '--list', 'stripe'], { home });
    expect(list.stdout.toString()).toContain('  charge.succeeded\n');
  });
});

describe('replay', () => {
  const week = { SHIFT_CLOCK_MS: String(-7 * 86_400_000) };
  const preload = new URL('../support/shifted-clock.mjs', import.meta.url).href;
  const lastWeek = { ...env, ...week, NODE_OPTIONS: `--import ${preload}` };

  test('warns of an expired signature; --resign signs it again', async () => {
    const target = await aTarget();
    const { home, cli } = await startListen([String(target.port)], { env: lastWeek });
    await runCli(['trigger', 'stripe', 'charge.succeeded'], { home, env: lastWeek });
    cli.signal('SIGTERM');
    await cli.exit;
    const sent = await target.next();
    expect(await shown(home)).toMatchObject({ verification: { result: 'valid' } });

    const old = await runCli(['replay', '@'], { home, env });
    expect([old.code, old.stderr]).toEqual([
      0,
      expect.stringMatching(/longer ago than the 5 min.* that stripe allows.*--resign/),
    ]);
    expect((await target.next()).body).toEqual(sent.body);

    // A new signature goes to a listener that runs and proves it.
    await startListen([String(target.port)], { home, env });
    const fresh = await runCli(['replay', '@', '--resign', '--json'], { home, env });
    expect([fresh.code, fresh.stderr]).toEqual([0, '']);
    const got = await target.next();
    expect(got.body).toEqual(sent.body);
    const header = got.rawHeaders[got.rawHeaders.indexOf('Stripe-Signature') + 1]!;
    expect(Math.abs(Number(/t=(\d+)/.exec(header)![1]) * 1000 - Date.now())).toBeLessThan(60_000);
    expect(JSON.parse(fresh.stdout.toString()).sent.headers).toContainEqual(['Stripe-Signature', header]);

    const renewed = await runCli(['replay', '@', '--resign', '--new-id'], { home, env });
    expect(renewed.code).toBe(0);
    expect(JSON.parse((await target.next()).body.toString()).id).not.toBe(
      JSON.parse(sent.body.toString()).id,
    );

    const alone = await runCli(['replay', '@', '--new-id'], { home, env });
    expect([alone.code, alone.stderr]).toEqual([2, expect.stringContaining('--new-id requires --resign')]);
    const missing = await runCli(['replay', '@', '--resign'], { home });
    expect([missing.code, missing.stderr]).toEqual([
      4,
      expect.stringMatching(/No secret of Stripe[\s\S]*--secret stripe=env:NAME/),
    ]);
  });
});

test('--edit changes the request before it is signed', async () => {
  const target = await aTarget();
  const home = await temporaryHome();
  const editor = join(home.work, 'editor.sh');
  await writeFile(editor, '#!/bin/sh\nsed -i "s/charge.succeeded/charge.edited/" "$1"\n', { mode: 0o755 });
  const terminal = openTerminal({
    command: process.execPath,
    args: [cliFile, 'trigger', 'stripe', 'charge.succeeded', '--edit', '--to', String(target.port)],
    cwd: home.work,
    env: { ...home.env, ...env, EDITOR: editor },
    cols: 160,
  });
  expect((await terminal.exit).code).toBe(0);
  const got = await target.next();
  expect(JSON.parse(got.body.toString())).toMatchObject({ type: 'charge.edited' });
  expect(got.rawHeaders).toContain('Stripe-Signature');
  const piped = await runCli(['trigger', 'stripe', 'charge.succeeded', '--edit', '--to', '3000'], {
    home,
    env,
  });
  expect([piped.code, piped.stderr]).toEqual([2, expect.stringContaining('--edit requires a terminal')]);
});

describe('the signed URL is the called URL', () => {
  const secrets = {
    WEBHOOK_CLI_SECRET_TWILIO: 'token',
    WEBHOOK_CLI_SECRET_SQUARE: 'key',
    WEBHOOK_CLI_SECRET_HUBSPOT: 'secret',
    WEBHOOK_CLI_SECRET_TRELLO: 'word',
  };
  /** Arguments, with PORT for the port of the listener. */
  const cases: Readonly<Record<string, readonly string[]>> = {
    'a port': ['twilio', 'message.received', '--to', 'PORT'],
    'a port, another vendor': ['square', 'payment.created', '--to', 'PORT'],
    'a port, with the method': ['hubspot', 'contact.creation', '--to', 'PORT'],
    'a port, after the body': ['trello', '--body', '-', '--to', 'PORT'],
    'an address with a slash': ['twilio', 'message.received', '--to', 'http://localhost:PORT/'],
    'a base path': ['square', 'payment.created', '--to', 'PORT/api/hooks'],
    'a base path with a slash': ['square', 'payment.created', '--to', 'PORT/api/hooks/'],
    'a base path and the root': ['twilio', 'message.received', '--to', 'PORT/api', '--path', '/'],
    'a base path and a query': ['twilio', 'message.received', '--to', 'PORT/api', '--path', '/?x=1'],
    'upper case': ['hubspot', 'contact.creation', '--to', 'http://LOCALHOST:PORT/Hooks'],
    'an IP address': ['twilio', 'message.received', '--to', 'http://127.0.0.1:PORT'],
    'a path and a query': ['square', 'payment.created', '--to', 'PORT', '--path', '/a/../b?c=%20d'],
    'a path beyond ASCII': ['twilio', 'message.received', '--to', 'PORT', '--path', '/caf\u00e9'],
    'a fragment': ['square', 'payment.created', '--to', 'PORT', '--path', '/a#b'],
    'another Host': ['hubspot', 'contact.creation', '--to', 'PORT', '-H', 'Host: example.test'],
    'the running listen': ['twilio', 'message.received'],
  };

  test('for every form of it', async () => {
    const { home, port } = await startListen([], { env: secrets });
    for (const [name, args] of Object.entries(cases)) {
      const { code, stderr } = await runCli(
        ['trigger', ...args.map((each) => each.replace('PORT', String(port)))],
        { home, env: secrets, stdin: '{"action":{"type":"x","id":"1"}}' },
      );
      expect([name, code, stderr]).toEqual([name, 0, '']);
      expect(await shown(home), name).toMatchObject({ verification: { result: 'valid', reason: null } });
    }
  });

  test('a base path is called as it is', async () => {
    const target = await aTarget();
    const home = await temporaryHome();
    for (const path of [[], ['--path', '/'], ['--path', '/?x=1'], ['--path', '/y']]) {
      await runCli(['trigger', 'github', 'push', '--unsigned', '--to', `${target.port}/api`, ...path], {
        home,
      });
    }
    expect(target.requests.map(({ url }) => url)).toEqual(['/api', '/api', '/api?x=1', '/api/y']);
  });
});
