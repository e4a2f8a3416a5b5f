import { once } from 'node:events';
import { createServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { connect as connectTls } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { selfSignedCertificate } from '../support/certificate.ts';
import { cliFile, runCli, startCli } from '../support/cli.ts';
import { temporaryHome } from '../support/home.ts';
import {
  createAccessControl,
  freePort,
  head,
  listed,
  post,
  shown,
  startListen,
} from '../support/listening.ts';
import { connectRaw, exchangeRaw } from '../support/raw-http.ts';
import { startTarget } from '../support/target.ts';
import { openTerminal } from '../support/terminal.ts';

const get = (path: string, ...fields: string[]) => head(`GET ${path} HTTP/1.1`, 'Host: h', ...fields);
/** A target for which nothing is answered until the test says so. */
async function startSilentTarget() {
  const target = await startTarget({ answer: () => {} });
  onTestFinished(() => target.close());
  return target;
}

async function startAnsweringTarget(text = '') {
  const target = await startTarget({ answer: (_request, response) => void response.end(text) });
  onTestFinished(() => target.close());
  return target;
}

describe('without a terminal', () => {
  test('the URL is the first line of stdout; everything but data goes to stderr', async () => {
    const cli = await startCli(['listen', '--no-tunnel']);
    const [, url] = await cli.waitForOutput(/^(http:\/\/localhost:\d+)\n/);
    expect(await (await fetch(`${url}/hooks/a?b=c`, { method: 'POST', body: '12345' })).json()).toMatchObject(
      {
        recorded: true,
      },
    );
    await cli.waitForOutput(/\/hooks\/a/);
    cli.signal('SIGINT');
    expect(await cli.exit).toBe(130);
    const [first, second, ...rest] = cli.stdout().toString().trimEnd().split('\n');
    expect(first).toBe(url);
    expect(second).toMatch(
      /^\d\d:\d\d:\d\d\S* {2}✓ 200 {2}POST \/hooks\/a\?b=c {2}.* {2}5 B {2}[a-z0-9]{12}$/,
    );
    expect(rest).toEqual([]);
    expect(cli.stderr()).toBe(`webhook-cli: listening on ${url}, recording only. Press Ctrl-C to stop.\n`);
  });

  test('prints a line per request when its outcome is known', async () => {
    const target = await startSilentTarget();
    const held = createAccessControl();
    target.answer = async ({ url }, response) => {
      if (url === '/first') await held.opened;
      response.writeHead(url === '/first' ? 500 : 201).end();
    };
    const cli = await startCli(['listen', String(target.port), '--no-tunnel']);
    const [, port] = await cli.waitForOutput(/^http:\/\/localhost:(\d+)\n/);
    const first = exchangeRaw(Number(port), post('/first', ''));
    await target.next();
    await exchangeRaw(Number(port), post('/second', ''));
    await cli.waitForOutput(/✓ 201 {2}POST \/second/);
    expect(cli.stdout().toString()).not.toContain('/first');
    held.open();
    expect((await first).status).toBe(500);
    await cli.waitForOutput(/201 {2}POST \/second.*\n.* 500 {2}POST \/first.*\n/);
  });

  test('no control character of a captured request reaches the output', async () => {
    const { cli, home, port, next } = await startListen();
    const body = '\x1b]0;title\x07 \u009b31m \u202e\u2028\x7f';
    const bytes = Buffer.from(body);
    const fields = ['Host: h', 'X-C1: \x9b31m\x85', `Content-Length: ${bytes.length}`];
    await exchangeRaw(
      port,
      Buffer.concat([Buffer.from(head('POST / HTTP/1.1', ...fields), 'latin1'), bytes]),
    );
    const request = await next('request');
    expect(request['body']).toMatchObject({ data: body });
    expect(request['headers']).toContainEqual(['X-C1', '\x9b31m\x85']);
    const outputs = [cli.stdout()];
    for (const command of [['show', '@'], ['show', '@', '--headers'], ['show', '@', '--json'], ['list']]) {
      outputs.push((await runCli(command, { home })).stdout);
    }
    for (const output of outputs) {
      expect(output.length).toBeGreaterThan(10);
      expect(output.toString()).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u202e]/);
    }
  });

  test('no TUI opens in CI, with --no-tui or with TERM=dumb; --tui opens it in CI', async () => {
    const home = await temporaryHome();
    const open = (variables: readonly string[], ...args: string[]) =>
      openTerminal({
        // The terminal sets a TERM of its own.
        command: '/usr/bin/env',
        args: [...variables, process.execPath, cliFile, 'listen', '--no-tunnel', ...args],
        cwd: home.work,
        env: home.env,
      });
    const plain = [open(['CI=true']), open([], '--no-tui'), open(['TERM=dumb'])];
    for (const terminal of plain) {
      await terminal.waitFor(/^http:\/\/localhost:\d+$/m);
      expect(terminal.state().alternateBuffer).toBe(false);
      terminal.kill('SIGINT');
      expect((await terminal.exit).code).toBe(130);
    }
    const asked = open(['CI=true'], '--tui');
    await asked.waitFor(() => asked.state().alternateBuffer);
    asked.write('q');
    expect((await asked.exit).code).toBe(0);
  });

  test('ends quietly when its reader goes away', async () => {
    const shell = await startCli(['listen', '--no-tunnel', '--json'], {
      program: ['/bin/sh', '-c', '"$@" | head -1', 'sh', process.execPath, cliFile],
      group: true,
    });
    const ready = await shell.waitForLine(({ type }) => type === 'ready');
    await fetch(String(ready['localUrl']), { method: 'POST' });
    expect(await shell.exit).toBe(0);
    expect(shell.stderr()).toBe('');
  });
});

describe('--json', () => {
  test('prints lines of the documented shapes, fields in the documented order', async () => {
    const target = await startAnsweringTarget('fine');
    const { cli, home, ready, port, next } = await startListen([String(target.port), '--project', 'shop']);
    expect(Object.keys(ready)).toEqual(['type', 'url', 'localUrl', 'target', 'project', 'db', 'pid']);
    expect(ready).toMatchObject({
      url: null,
      localUrl: `http://localhost:${port}`,
      target: `http://localhost:${target.port}`,
      db: home.db,
      pid: cli.pid,
    });

    await exchangeRaw(
      port,
      `${head('POST /x?y HTTP/1.1', 'Host: Example.test', 'Content-Length: 3')}\xff\x00a`,
    );
    const request = await next('request');
    const fields = [
      ...[
        'id',
        'project',
        'receivedAt',
        'ms',
        'method',
        'url',
        'requestTarget',
        'httpVersion',
        'headers',
        'trailers',
      ],
      ...[
        'body',
        'remoteAddress',
        'state',
        'provider',
        'event',
        'eventId',
        'verification',
        'redeliveryOf',
        'replyDeadlineMs',
        'refusal',
        'handledBy',
        'reply',
        'deliveries',
      ],
    ];
    expect(Object.keys(request)).toEqual(['type', ...fields]);
    expect(request).toMatchObject({
      project: 'shop',
      receivedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      ms: expect.any(Number),
      method: 'POST',
      url: 'http://Example.test/x?y',
      requestTarget: '/x?y',
      httpVersion: '1.1',
      headers: [
        ['Host', 'Example.test'],
        ['Content-Length', '3'],
      ],
      trailers: [],
      body: { encoding: 'base64', data: '/wBh', size: 3 },
      remoteAddress: '127.0.0.1',
      state: 'complete',
      provider: null,
      event: null,
      eventId: null,
      verification: { result: 'unchecked', reason: expect.any(String) },
      reply: { status: null, by: null, disconnectedAfterMs: null },
      deliveries: [{ target: `http://localhost:${target.port}`, state: 'pending' }],
    });

    const attempt = await next('attempt');
    const attemptFields = [
      ...['requestId', 'number', 'kind', 'target', 'startedAt', 'ms', 'outcome', 'sent', 'response', 'error'],
    ];
    expect(Object.keys(attempt)).toEqual(['type', ...attemptFields]);
    expect(attempt).toMatchObject({
      requestId: request['id'],
      number: 1,
      kind: 'forward',
      target: `http://localhost:${target.port}`,
      outcome: 'response',
      sent: null,
      response: { status: 200, body: { encoding: 'utf8', data: 'fine', size: 4 } },
      error: null,
    });
    const responseFields = ['status', 'statusText', 'headers', 'trailers', 'body'];
    expect(Object.keys(attempt['response'] as object)).toEqual(responseFields);

    const whole = await shown(home);
    expect(Object.keys(whole)).toEqual([...fields, 'attempts']);
    expect(whole.attempts.map(Object.keys)).toEqual([attemptFields]);
    expect(whole).toMatchObject({
      reply: { status: 200, by: 'target' },
      deliveries: [{ state: 'delivered' }],
    });
    const [row] = await listed(home);
    expect(Object.keys(row!)).toEqual([...fields, 'attempts']);
    expect(row!.body).toEqual({ encoding: null, data: null, size: 3 });
    expect((await listed(home, '--bodies'))[0]!.body).toEqual({ encoding: 'base64', data: '/wBh', size: 3 });
  });

  test('without a target the reply names the recorded id', async () => {
    const { home, port } = await startListen();
    const answer = await exchangeRaw(port, post('/', '{}'));
    expect([answer.status, answer.headers[0]]).toEqual([200, ['Content-Type', 'application/json']]);
    const { id } = JSON.parse(answer.body.toString()) as { id: string };
    expect(await shown(home, id)).toMatchObject({
      id,
      reply: { status: 200, by: 'listener' },
      deliveries: [],
    });
  });
});

describe('a target that does not respond, with --when-down fail', () => {
  const fail = ['--when-down', 'fail'];

  test('is not there: 502 with the reason', async () => {
    const { home, port, next } = await startListen([String(await freePort()), ...fail]);
    const answer = await exchangeRaw(port, post('/', ''));
    expect(answer.status).toBe(502);
    expect(JSON.parse(answer.body.toString())).toEqual({
      error: expect.stringMatching(
        /^http:\/\/localhost:\d+: refused: is the server on localhost:\d+ running\?$/,
      ),
      code: 'refused',
    });
    expect(await next('attempt')).toMatchObject({
      outcome: 'failed',
      response: null,
      error: { code: 'refused' },
    });
    expect(await shown(home)).toMatchObject({
      reply: { status: 502, by: 'listener' },
      deliveries: [{ state: 'failed' }],
    });
  });

  test('is too slow: 504', async () => {
    const target = await startSilentTarget();
    const { port, next } = await startListen([String(target.port), '--timeout', '500ms', ...fail]);
    const answer = await exchangeRaw(port, post('/', ''));
    expect([answer.status, answer.body.toString()]).toEqual([504, expect.stringContaining('within 0.5 s')]);
    expect(await next('attempt')).toMatchObject({ outcome: 'failed', error: { code: 'timeout' } });
  });

  test('breaks its response off: 502, and the part that came is kept', async () => {
    const target = await startTarget({
      answer(_request, response) {
        response.socket!.write(
          `${head('HTTP/1.1 200 OK', 'X-Part: 1', 'Content-Length: 100')}half of it`,
          () => response.socket!.resetAndDestroy(),
        );
      },
    });
    onTestFinished(() => target.close());
    const { home, port } = await startListen([String(target.port), ...fail]);
    const answer = await exchangeRaw(port, post('/', ''));
    expect([answer.status, JSON.parse(answer.body.toString()).code]).toEqual([502, 'response-cut']);
    expect((await shown(home)).attempts).toMatchObject([
      {
        outcome: 'failed',
        response: {
          status: 200,
          headers: [
            ['X-Part', '1'],
            ['Content-Length', '100'],
          ],
          body: { data: 'half of it' },
        },
        error: { code: 'response-cut' },
      },
    ]);
  });

  test('is this listener itself: rejected at the start', async () => {
    const port = String(await freePort());
    for (const target of [port, `127.0.0.1:${port}`, `http://[::1]:${port}`]) {
      const { code, stderr } = await runCli(['listen', target, '--port', port, '--no-tunnel']);
      expect([code, stderr]).toEqual([2, expect.stringMatching(/is this listener itself\.\n/)]);
    }
  });
});

describe('a sender', () => {
  test('that disconnects after its body changes nothing', async () => {
    const target = await startSilentTarget();
    const answering = createAccessControl();
    target.answer = async (_request, response) => {
      await answering.opened;
      response.end('late');
    };
    const { home, port, next } = await startListen([String(target.port)]);
    const sender = await connectRaw(port);
    await sender.write(post('/', 'whole'));
    await target.next();
    sender.destroy();
    await sender.closed();
    // The listener has seen the end of that connection once it has answered on a later one.
    target.answer = (_request, response) => void response.end();
    await exchangeRaw(port, post('/later', ''));
    answering.open();
    await next('attempt');
    expect(await next('attempt')).toMatchObject({
      outcome: 'response',
      response: { body: { data: 'late' } },
    });
    expect(await shown(home, '@~1')).toMatchObject({
      state: 'complete',
      deliveries: [{ state: 'delivered' }],
    });
  });

  test('that disconnects within its body is recorded as aborted and not forwarded', async () => {
    const target = await startAnsweringTarget();
    const { home, port, next } = await startListen([String(target.port)]);
    const sender = await connectRaw(port);
    await sender.write(`${head('POST /half HTTP/1.1', 'Host: h', 'Content-Length: 10')}half`);
    sender.destroy();
    expect(await next('request')).toMatchObject({
      state: 'aborted',
      body: { data: 'half' },
      reply: { status: null, by: null },
      deliveries: [],
    });
    await exchangeRaw(port, post('/whole', ''));
    expect(target.requests.map(({ url }) => url)).toEqual(['/whole']);
    expect(await shown(home, '@~1')).toMatchObject({ state: 'aborted', attempts: [] });
  });

  test('that reuses its connection gets its replies on it', async () => {
    const { home, port } = await startListen();
    const sender = await connectRaw(port);
    for (const path of ['/1', '/2', '/3']) {
      await sender.write(post(path, 'body'));
      expect((await sender.read()).status).toBe(200);
    }
    sender.destroy();
    expect((await listed(home)).map(({ requestTarget }) => requestTarget)).toEqual(['/3', '/2', '/1']);
  });

  test('that pipelines gets replies in order', async () => {
    const target = await startSilentTarget();
    const secondCame = createAccessControl();
    target.answer = async ({ url }, response) => {
      if (url === '/second') secondCame.open();
      else await secondCame.opened;
      response.end(url);
    };
    const { port } = await startListen([String(target.port)]);
    const sender = await connectRaw(port);
    await sender.write(post('/first', 'abc') + get('/second') + post('/third', ''));
    const answers = [await sender.read(), await sender.read(), await sender.read()];
    expect(answers.map(({ body }) => body.toString())).toEqual(['/first', '/second', '/third']);
    sender.destroy();
  });

  test('of HTTP/1.0 gets a reply, and its connection ends', async () => {
    const target = await startAnsweringTarget('old');
    const { home, port } = await startListen([String(target.port)]);
    const sender = await connectRaw(port);
    await sender.write('POST /old HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi');
    expect((await sender.closed()).toString()).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nold$/);
    expect(await shown(home)).toMatchObject({
      httpVersion: '1.0',
      url: `http://127.0.0.1:${port}/old`,
      body: { data: 'hi' },
      attempts: [{ outcome: 'response' }],
    });
  });

  test('of HEAD gets a head only', async () => {
    const { home, port } = await startListen();
    const sender = await connectRaw(port);
    await sender.write(head('HEAD /h HTTP/1.1', 'Host: h', 'Connection: close'));
    expect((await sender.closed()).toString()).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\n$/);
    expect(await shown(home)).toMatchObject({ method: 'HEAD', state: 'complete' });
  });

  test('that asks for an upgrade sends an ordinary request', async () => {
    const target = await startAnsweringTarget('plain');
    const { home, port } = await startListen([String(target.port)]);
    for (const protocol of ['websocket', 'h2c']) {
      const answer = await exchangeRaw(
        port,
        `${head(
          'POST /up HTTP/1.1',
          'Host: h',
          'Connection: Upgrade, HTTP2-Settings',
          `Upgrade: ${protocol}`,
          'Content-Length: 4',
        )}body`,
      );
      expect([answer.status, answer.body.toString()]).toEqual([200, 'plain']);
      const received = await target.next();
      expect(received.body.toString()).toBe('body');
      expect(received.rawHeaders).not.toContain('Upgrade');
      expect((await shown(home)).headers).toContainEqual(['Upgrade', protocol]);
    }
  });

  test.skipIf(
    !Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1')),
  )('reaches the same port over IPv6', async () => {
    const { home, port } = await startListen();
    const sender = await connectRaw(port, '::1');
    await sender.write(post('/six', ''));
    expect((await sender.read()).status).toBe(200);
    sender.destroy();
    expect(await shown(home)).toMatchObject({ requestTarget: '/six', remoteAddress: '::1' });
  });
});

describe('messages that are not requests', () => {
  test('get a reply, are counted and shown on stderr, and are not recorded', async () => {
    const { cli, home, port } = await startListen();
    const connect = await exchangeRaw(
      port,
      head('CONNECT example.com:443 HTTP/1.1', 'Host: example.com:443'),
    );
    expect(connect.status).toBe(405);
    expect((await exchangeRaw(port, head('FROBNICATE / HTTP/1.1', 'Host: h'))).status).toBe(400);
    expect((await exchangeRaw(port, 'hello\r\n\r\n')).status).toBe(400);
    const huge = await exchangeRaw(port, get('/', `X-Big: ${'x'.repeat(200_000)}`));
    expect(huge.status).toBe(431);
    await cli.waitForOutput(/"status":431/);
    const told = cli
      .stderr()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(told).toEqual([
      { type: 'refused', status: 405, reason: expect.stringContaining('CONNECT') },
      { type: 'refused', status: 400, reason: expect.stringContaining('method') },
      { type: 'refused', status: 400, reason: expect.any(String) },
      { type: 'refused', status: 431, reason: expect.any(String) },
    ]);
    expect(await listed(home)).toEqual([]);
  });

  test('TLS on the plain port is explained', async () => {
    const cli = await startCli(['listen', '--no-tunnel']);
    const [, port] = await cli.waitForOutput(/^http:\/\/localhost:(\d+)\n/);
    const tls = connectTls({ port: Number(port), host: '127.0.0.1', rejectUnauthorized: false });
    await once(tls, 'error');
    await cli.waitForOutput(/not recorded: TLS on a plain HTTP port: use http:\/\//);
  });
});

describe('a body over --max-body', () => {
  test('is kept up to the limit, gets 413 and is not forwarded', async () => {
    const target = await startAnsweringTarget();
    const { home, port, next } = await startListen([String(target.port), '--max-body', '1kb']);
    const sender = await connectRaw(port);
    await sender.write(head('POST /big HTTP/1.1', 'Host: h', 'Transfer-Encoding: chunked'));
    await sender.write(`800\r\n${'a'.repeat(2048)}\r\n`);
    // The answer does not wait for the rest.
    const answer = await sender.read();
    expect([answer.status, answer.body.toString()]).toEqual([413, expect.stringContaining('(maxBody)')]);
    expect(answer.headers).toContainEqual(['Connection', 'close']);
    sender.destroy();
    expect(await next('request')).toMatchObject({
      state: 'truncated',
      body: { size: 1024, data: 'a'.repeat(1024) },
      reply: { status: 413, by: 'listener' },
      deliveries: [],
    });
    expect((await exchangeRaw(port, post('/fits', 'b'.repeat(1024)))).status).toBe(200);
    expect(target.requests.map(({ url }) => url)).toEqual(['/fits']);
    expect((await shown(home, '@~1')).attempts).toEqual([]);
  });

  test('is rejected before it is sent if its sender asks first', async () => {
    const { home, port } = await startListen(['--max-body', '1kb']);
    const expecting = (length: number) =>
      head('PUT /ask HTTP/1.1', 'Host: h', `Content-Length: ${length}`, 'Expect: 100-continue');
    const refused = await exchangeRaw(port, expecting(1025));
    expect(refused.status).toBe(413);
    expect(await shown(home)).toMatchObject({
      state: 'truncated',
      body: { size: 0 },
      reply: { status: 413 },
    });

    const sender = await connectRaw(port);
    await sender.write(expecting(1024));
    expect((await sender.read()).status).toBe(100);
    await sender.write('c'.repeat(1024));
    expect((await sender.read()).status).toBe(200);
    sender.destroy();
    expect(await shown(home)).toMatchObject({ state: 'complete', body: { size: 1024 } });
  });
});

describe('options', () => {
  test('--port names a port in use, exit 1', async () => {
    const taken = createTcpServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as AddressInfo;
    const { code, stdout, stderr } = await runCli(['listen', '-p', String(port), '--no-tunnel']);
    expect([code, stdout.toString(), stderr]).toEqual([
      1,
      '',
      expect.stringContaining(`Port ${port} is in use`),
    ]);
    const json = await runCli(['listen', '-p', String(port), '--no-tunnel', '--json']);
    expect(JSON.parse(json.stderr)).toEqual({
      type: 'error',
      code: 'port-in-use',
      message: expect.stringContaining(String(port)),
      hint: expect.stringContaining('--port'),
    });
  });

  test('--port and --project are used', async () => {
    const wanted = await freePort();
    const { home, port } = await startListen(['-p', String(wanted), '--project', 'my project']);
    expect(port).toBe(wanted);
    await exchangeRaw(port, post('/', ''));
    expect((await shown(home)).project).toBe('my project');
  });

  test('--host-header keeps, rewrites or sets Host', async () => {
    const target = await startAnsweringTarget();
    const hosts: (string | undefined)[] = [];
    for (const more of [[], ['--host-header', 'rewrite'], ['--host-header', 'shop.test']]) {
      const { cli, port } = await startListen([`127.0.0.1:${target.port}`, ...more]);
      await exchangeRaw(port, head('GET / HTTP/1.1', 'A: b', 'hOST: Public.example'));
      const { rawHeaders } = await target.next();
      hosts.push(rawHeaders[rawHeaders.findIndex((name) => name.toLowerCase() === 'host') + 1]);
      cli.signal('SIGTERM');
      expect(await cli.exit).toBe(143);
    }
    expect(hosts).toEqual(['Public.example', `127.0.0.1:${target.port}`, 'shop.test']);
  });

  test('hints once at --host-header if the target rejects the host name', async () => {
    const target = await startTarget({
      answer: (_request, response) =>
        void response.writeHead(403).end('Blocked request. This host ("h") is not allowed.'),
    });
    onTestFinished(() => target.close());
    const cli = await startCli(['listen', String(target.port), '--no-tunnel']);
    const [, port] = await cli.waitForOutput(/^http:\/\/localhost:(\d+)\n/);
    expect((await exchangeRaw(Number(port), get('/1'))).status).toBe(403);
    await exchangeRaw(Number(port), get('/2'));
    await cli.waitForOutput(/GET \/2/);
    expect(cli.stderr().match(/--host-header rewrite/g)).toHaveLength(1);
  });

  test('--insecure accepts a self-signed certificate', async () => {
    const server = createServer(selfSignedCertificate(), (_request, response) => void response.end('secret'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    const target = `https://localhost:${(server.address() as AddressInfo).port}`;
    const careful = await startListen([target, '--when-down', 'fail']);
    const refused = await exchangeRaw(careful.port, get('/'));
    expect([refused.status, refused.body.toString()]).toEqual([
      502,
      expect.stringContaining('use the option insecure'),
    ]);
    expect((await careful.next('attempt'))['error']).toMatchObject({ code: 'tls' });

    const careless = await startListen([target, '--insecure']);
    const answer = await exchangeRaw(careless.port, head('GET / HTTP/1.1', 'Host: public.example'));
    expect([answer.status, answer.body.toString()]).toEqual([200, 'secret']);
  });
});

describe('ending', () => {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 143],
  ] as const) {
    test(`${signal}: exit ${code} within 2 s; what is in flight is interrupted and recorded`, async () => {
      const target = await startSilentTarget();
      const { cli, home, port } = await startListen([String(target.port)]);
      const waiting = await connectRaw(port);
      await waiting.write(post('/in-flight', 'whole'));
      await target.next();
      const arriving = await connectRaw(port);
      await arriving.write(`${head('POST /half HTTP/1.1', 'Host: h', 'Content-Length: 10')}half`);
      // Once a later request is answered, the one before has been read.
      target.answer = (_request, response) => void response.end();
      await exchangeRaw(port, post('/later', ''));

      const began = performance.now();
      cli.signal(signal);
      expect((await waiting.read()).status).toBe(202);
      expect(await cli.exit).toBe(code);
      expect(performance.now() - began).toBeLessThan(2_000);
      expect(cli.stderr()).toBe('');

      const rows = await listed(home);
      expect(Object.fromEntries(rows.map(({ requestTarget, state }) => [requestTarget, state]))).toEqual({
        '/in-flight': 'complete',
        '/later': 'complete',
        '/half': 'aborted',
      });
      expect(rows.find(({ requestTarget }) => requestTarget === '/in-flight')).toMatchObject({
        reply: { status: 202, by: 'listener' },
        deliveries: [{ state: 'pending' }],
        attempts: [{ outcome: 'failed', error: { code: 'interrupted' } }],
      });
    });
  }

  test('a response within the last second is not interrupted', async () => {
    const target = await startSilentTarget();
    const stopping = createAccessControl();
    target.answer = async (_request, response) => {
      await stopping.opened;
      response.end('just in time');
    };
    const { cli, port } = await startListen([String(target.port)]);
    const waiting = await connectRaw(port);
    await waiting.write(post('/', ''));
    await target.next();
    cli.signal('SIGINT');
    // New connections are refused from the moment on at which it stops.
    await expect
      .poll(() =>
        connectRaw(port).then(
          (each) => each.destroy(),
          () => 'refused',
        ),
      )
      .toBe('refused');
    stopping.open();
    expect((await waiting.read()).body.toString()).toBe('just in time');
    expect(await cli.exit).toBe(130);
  });

  test('a second Ctrl-C ends it at once', async () => {
    const target = await startSilentTarget();
    const { cli, port } = await startListen([String(target.port)]);
    const waiting = await connectRaw(port);
    await waiting.write(post('/', ''));
    await target.next();
    cli.signal('SIGINT');
    await expect
      .poll(() =>
        connectRaw(port).then(
          (each) => each.destroy(),
          () => 'refused',
        ),
      )
      .toBe('refused');
    cli.signal('SIGINT');
    expect(await cli.exit).toBe(130);
    // Nobody was there to answer 503 after a second.
    expect((await waiting.closed()).toString()).toBe('');
  });
});
