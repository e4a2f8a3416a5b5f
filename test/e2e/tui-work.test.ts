import { createHmac } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { cliFile, runCli } from '../support/cli.ts';
import { type TestHome, temporaryHome } from '../support/home.ts';
import { freePort, startListen } from '../support/listening.ts';
import { sendTo } from '../support/send.ts';
import { startTarget } from '../support/target.ts';
import { openTerminal, type TestTerminal } from '../support/terminal.ts';
import { listeningAt, openTui, type TuiOptions } from '../support/tui.ts';

const json = { 'Content-Type': 'application/json' };

/** `listen` in a real terminal, in front of a target that answers what its path asks for. */
async function started({ args = [], ...options }: Partial<TuiOptions> = {}) {
  let answers = 0;
  const target = await startTarget({
    answer(request, response) {
      response.writeHead(request.url.includes('fails') ? 500 : 200, json);
      response.end(`{"answer":${++answers}}`);
    },
  });
  onTestFinished(() => target.close());
  const home = options.home ?? (await temporaryHome());
  const terminal = openTui({ ...options, home, args: [String(target.port), ...args] });
  const url = await listeningAt(terminal);
  const send = (path: string, body = '', headers: Readonly<Record<string, string>> = json) =>
    sendTo(url + path, { body, headers });
  return { home, target, terminal, url, send };
}

/** The row of the list that has the selection, as the emulator shows what is inverse. */
const rowOf = (screen: string, path: string) => screen.split('\n').findIndex((line) => line.includes(path));

describe('the list', () => {
  test('new rows never move the selection, and are counted while following is paused', async () => {
    const { terminal, send } = await started({ rows: 24, env: { NO_COLOR: '1' } });
    for (let number = 1; number <= 20; number++) await send(`/${number}`);
    await terminal.waitFor(/^>.*\/20 /m);
    terminal.write('kkkkk');
    const before = rowOf(await terminal.waitFor(/^>.*\/15 [\s\S]*following paused/m), '/15 ');
    for (let number = 21; number <= 25; number++) await send(`/${number}`);
    const after = await terminal.waitFor(/[35] new below/);
    expect(after).toMatch(/^>.*\/15 /m);
    expect(rowOf(after, '/15 ')).toBe(before);
    terminal.write('G');
    await terminal.waitFor(/^>.*\/25 [\s\S]*following$/m);
    await send('/26');
    await terminal.waitFor(/^>.*\/26 /m);
  });

  test('is filtered over all of the history while the filter is typed, and complete again after Esc', async () => {
    const { terminal, send } = await started();
    for (const path of ['/stripe/1', '/github/1', '/stripe/2', '/fails']) await send(path);
    await terminal.waitFor(/\/fails/);
    terminal.write('/path:/str');
    await terminal.waitFor(/No request matches|0 of 4 match/);
    terminal.write('ipe/*');
    await terminal.waitFor(
      (screen) =>
        /2 of 4 match/.test(screen) &&
        /\/stripe\/1[\s\S]*\/stripe\/2/.test(screen) &&
        !/\/github/.test(screen),
    );
    terminal.write('\r');
    await terminal.waitFor(/ filter: path:\/stripe\/\* {2}2 of 4 match/);
    await send('/stripe/3');
    await send('/github/2');
    await terminal.waitFor(/\/stripe\/3[\s\S]*3 of 6 match/);
    terminal.write('\u001b');
    await terminal.waitFor(/\/github\/1[\s\S]*\/github\/2/);
    terminal.write('/\u001b[200~method:GET\u001b[201~');
    await terminal.waitFor(/No request matches the filter/);
    terminal.write('\u0015');
    await terminal.waitFor(/\/github\/2/);
  });

  test('restores a deleted request, or deletes it permanently', async () => {
    const home = await temporaryHome();
    const { terminal, send } = await started({ home });
    await send('/keep');
    await send('/doomed');
    await terminal.waitFor(/\/doomed/);
    terminal.write('d');
    await terminal.waitFor(
      (screen) => /deleted request \w+: u undoes it/.test(screen) && !/\/doomed/.test(screen),
    );
    terminal.write('u');
    await terminal.waitFor(/\/doomed[\s\S]*request restored/);
    terminal.write('Gd');
    await terminal.waitFor((screen) => /1 deleted/.test(screen) && !/\/doomed/.test(screen));
    terminal.write('q');
    expect((await terminal.exit).code).toBe(0);
    const again = await started({ home });
    await again.terminal.waitFor((screen) => /\/keep/.test(screen) && !/\/doomed/.test(screen));
    // What the list shows is counted, not what has arrived since the start.
    await again.terminal.waitFor(/ 1 received/);
  });

  test('keeps pending deletes when it is killed', async () => {
    const home = await temporaryHome();
    const { terminal, send } = await started({ home });
    await send('/doomed');
    await terminal.waitFor(/\/doomed/);
    terminal.write('d');
    await terminal.waitFor(/The only request is deleted: u restores it\.[\s\S]*deleted request \w+/);
    terminal.kill('SIGKILL');
    await terminal.exit;
    const again = await started({ home });
    await again.terminal.waitFor(/\/doomed/);
  });
});

describe('a body', () => {
  test('is folded, searched, and shown raw', async () => {
    const { terminal, send } = await started({ env: { NO_COLOR: '1' } });
    const items = Array.from({ length: 200 }, (_, index) => ({ index, name: `item ${index}` }));
    await send('/orders', JSON.stringify({ order: { id: 1, items }, paid: true }));
    await terminal.waitFor(/\/orders/);
    terminal.write('\r3');
    await terminal.waitFor(/\[3 Body\][\s\S]*"order": \{\n[\s\S]*"items": \[/);
    terminal.write('j ');
    await terminal.waitFor(
      (screen) => /▸ "order": /.test(screen) && /"paid": true/.test(screen) && !/"items"/.test(screen),
    );
    terminal.write(' ');
    await terminal.waitFor(/"items": \[/);
    terminal.write('/item 150');
    await terminal.waitFor(/>.*"name": "item 150"/);
    terminal.write('\rN');
    await terminal.waitFor(/continued from the end/);
    terminal.write('v');
    await terminal.waitFor(/ raw .*\n.*\[3 Body\][\s\S]*"index":150,"name":"item 150"/);
    terminal.write('g');
    await terminal.waitFor(/^ ?>?\{"order":\{"id":1,"items":/m);
  });

  test('of 100 MB is shown from both ends', async () => {
    const { terminal, url } = await started({ args: ['--max-body', '200mb'] });
    const item = `${JSON.stringify({ id: 'x'.repeat(80), on: true })},\n`;
    const body = `[${item.repeat(Math.ceil(100e6 / item.length))}{"id":"the end"}]`;
    await sendTo(`${url}/large`, { body, headers: json });
    await terminal.waitFor(/\/large .* 200 /, 30_000);
    terminal.write('\r');
    await terminal.waitFor(/1 Overview/, 30_000);
    terminal.write('3');
    // How soon that is, npm run bench measures.
    await terminal.waitFor(/\[3 Body\][\s\S]*"on": true/);
    terminal.write('G');
    await terminal.waitFor(/"the end"/, 30_000);
  });
});

test('two attempts are compared', async () => {
  const { terminal, send } = await started();
  await send('/twice');
  await terminal.waitFor(/\/twice .* 200 /);
  terminal.write('c');
  await terminal.waitFor(/Fewer than two attempts to compare/);
  terminal.write('r');
  await terminal.waitFor(/replayed \w{5}: 200/);
  terminal.write('c');
  await terminal.waitFor(/attempt 1[\s\S]*attempt 2[\s\S]*~ answer: 1 → 2|~ .*answer.*1[\s\S]*2/);
  terminal.write('\u001b');
  await terminal.waitFor(/\/twice .* 200 /);
});

test('a request is edited in $EDITOR and replayed; the recorded one is unchanged', async () => {
  const home = await temporaryHome();
  const editor = join(home.folder, 'editor');
  await writeFile(
    editor,
    '#!/bin/sh\nsed -i -e "s#^POST /order#PUT /changed#" -e "s/\\"a\\":1/\\"a\\":2/" "$1"\necho edited\n',
  );
  await chmod(editor, 0o700);
  const { terminal, send, target } = await started({ home, env: { EDITOR: `${editor} ` } });
  await send('/order', '{"a":1}');
  await terminal.waitFor(/\/order .* 200 /);
  terminal.write('e');
  await terminal.waitFor(/replayed \w{5} as edited: 200/);
  expect(target.requests.map(({ method, url, body }) => [method, url, body.toString()])).toEqual([
    ['POST', '/order', '{"a":1}'],
    ['PUT', '/changed', '{"a":2}'],
  ]);
  expect(terminal.state()).toMatchObject({ alternateBuffer: true, cursorVisible: false });
  terminal.write('\r5');
  await terminal.waitFor(/2 {2}replay .* edited[\s\S]*1 {2}forward/);
  terminal.write('3');
  await terminal.waitFor(/"a": 1/);
  await send('/after');
  terminal.write('\u001b');
  await terminal.waitFor(/\/after/);
  terminal.write('q');
  expect((await terminal.exit).code).toBe(0);
});

test('an edit of a signed request is re-signed, and its rejection does not count for the original', async () => {
  const secret = 'whsec_a';
  const valid: boolean[] = [];
  const body = '{"id":"evt_1","object":"event","type":"charge.succeeded"}';
  const signature = (text: string, t: string) =>
    createHmac('sha256', secret).update(`${t}.${text}`).digest('hex');
  const target = await startTarget({
    answer(request, response) {
      const [, t = '', v1 = ''] =
        /^t=(\d+),v1=(\w+)$/.exec(
          request.rawHeaders[request.rawHeaders.indexOf('Stripe-Signature') + 1] ?? '',
        ) ?? [];
      valid.push(signature(request.body.toString(), t) === v1);
      response.writeHead(valid.length === 1 ? 200 : 400).end();
    },
  });
  onTestFinished(() => target.close());
  const env = { EDITOR: 'sed -i s#charge.succeeded#charge.failed#', WEBHOOK_CLI_SECRET_STRIPE: secret };
  const terminal = openTui({ home: await temporaryHome(), args: [String(target.port)], env });
  const url = await listeningAt(terminal);
  const t = String(Math.floor(Date.now() / 1000));
  await sendTo(`${url}/hook`, { body, headers: { 'Stripe-Signature': `t=${t},v1=${signature(body, t)}` } });
  await terminal.waitFor(/\/hook .* 200 /);
  terminal.write('e');
  await terminal.waitFor(/replayed \w{5} as edited, re-signed: 400/);
  terminal.write('\r');
  const overview = await terminal.waitFor(/replay .* edited and re-signed/);
  expect(overview).not.toMatch(/your app responded/);
  expect(valid).toEqual([true, true]);

  // Why a signature fails, on the screen alone.
  await sendTo(`${url}/forged`, {
    body: `${body}\n`,
    headers: { 'Stripe-Signature': `t=${t},v1=${signature(body, t)}` },
  });
  await terminal.waitFor(/\/hook/);
  terminal.write('\u001b');
  await terminal.waitFor(/Enter open/);
  terminal.write('G');
  await terminal.waitFor(/\/forged .* ✗[\s\S]*V verify/);
  terminal.write('V');
  await terminal.waitFor(
    /✗ invalid: [\s\S]*A newline was added at the end of the body\.[\s\S]*secret +configured/,
  );
  expect(terminal.raw()).not.toContain(secret);
  // A secret for this session is masked from then on.
  terminal.write('s');
  await terminal.waitFor(/A secret of Stripe is configured\.[\s\S]*secret of Stripe:/);
  terminal.write('forged\r');
  await terminal.waitFor(/✗ invalid: [\s\S]*secret of Stripe set for this session/);
  terminal.write('\u001b');
  await terminal.waitFor(/\/•••• .* ✗/);
});

describe('the breakpoint', () => {
  async function stopped(env: Readonly<Record<string, string>> = {}) {
    const all = await started({ cols: 140, env });
    all.terminal.write('i');
    await all.terminal.waitFor(/intercept requests matching: /);
    all.terminal.write('path:/stop*\r');
    await all.terminal.waitFor(/breakpoint set: intercepts every request matching path:\/stop\*/);
    expect((await all.send('/passes')).status).toBe(200);
    const answer = all.send('/stop');
    await all.terminal.waitFor(/‖ POST \/stop {2}intercepted {2}the sender has waited/);
    return { ...all, answer };
  }

  test('intercepts a request, shows a clock, and resumes it', async () => {
    const { terminal, answer, target } = await stopped();
    await terminal.waitFor(/the sender has waited 1(\.0)? s/);
    // Navigation stays navigation.
    terminal.write('\r245\t6');
    await terminal.waitFor(/\[(?:6 )?Related\][\s\S]*Esc back/);
    terminal.write('\u001b');
    await terminal.waitFor(/ a resume .* A resume all[\s\S]*Enter open/);
    terminal.write('a');
    expect((await answer).status).toBe(200);
    expect(target.requests.map(({ url }) => url)).toEqual(['/passes', '/stop']);
    await terminal.waitFor(/breakpoint set: intercepts every/);
    terminal.write('i');
    await terminal.waitFor((screen) => !/‖/.test(screen));
  });

  test('replies to the sender with the chosen status', async () => {
    const { terminal, answer, target } = await stopped();
    terminal.write('b50');
    await terminal.waitFor(
      /500 {2}Internal Server Error[\s\S]*503 {2}Service Unavailable[\s\S]*reply with status: 50/,
    );
    terminal.write('\r');
    await terminal.waitFor(/reply 500, body \(optional\): /);
    terminal.write('{"error":"chosen"}\r');
    const reply = await answer;
    expect([reply.status, reply.body.toString()]).toEqual([500, '{"error":"chosen"}']);
    expect(reply.rawHeaders).toContain('application/json');
    expect(target.requests).toHaveLength(1);
    await terminal.waitFor(/\/stop .* not sent/);
  });

  test('resumes an edited request, and is removed', async () => {
    const { terminal, answer, target, send } = await stopped({ VISUAL: 'sed -i s#/stop#/edited#' });
    terminal.write('e');
    expect((await answer).status).toBe(200);
    expect(target.requests[1]?.url).toBe('/edited');
    const [third, fourth] = [send('/stop/3'), send('/stop/4')];
    await terminal.waitFor(/1 more waiting/);
    terminal.write('i');
    expect([(await third).status, (await fourth).status]).toEqual([200, 200]);
  });
});

test('forwarding is paused and resumed in order', async () => {
  const { terminal, send, target } = await started();
  terminal.write('p');
  await terminal.waitFor(/forwarding paused/);
  for (const path of ['/1', '/2', '/3']) expect((await send(path)).status).toBe(202);
  await terminal.waitFor(/\/3 .* held[\s\S]*/);
  expect(target.requests).toEqual([]);
  terminal.write('p');
  await terminal.waitFor(/\/1 .* 200 [\s\S]*\/2 .* 200 [\s\S]*\/3 .* 200 /);
  expect(target.requests.map(({ url }) => url)).toEqual(['/1', '/2', '/3']);
});

test('fits a size that keeps changing, from 40x10 to 200x60', async () => {
  const { terminal, send } = await started();
  for (let number = 0; number < 30; number++) await send(`/request/${number}`, '{"a":1}');
  await terminal.waitFor(/\/request\/29/);
  for (let step = 0; step < 60; step++) terminal.resize(40 + ((step * 37) % 160), 10 + ((step * 7) % 50));
  const fits = (screen: string, rows: number) => screen.split('\n').length === rows;
  terminal.resize(40, 10);
  await terminal.waitFor(
    (screen) => fits(screen, 10) && /^ ?.?\d\d:\d\d POST \/request\/29 +200/m.test(screen),
  );
  terminal.resize(200, 60);
  await terminal.waitFor(
    (screen) =>
      fits(screen, 60) &&
      /\/request\/29 .*│/.test(screen) &&
      /\/request\/0 /.test(screen) &&
      /1 Overview/.test(screen),
  );
  terminal.resize(20, 4);
  await terminal.waitFor((screen) => fits(screen, 4));
  terminal.resize(80, 24);
  await terminal.waitFor((screen) => fits(screen, 24) && /\? keys/.test(screen));
});

test('copies through tmux, by a program if one takes the text', async () => {
  const home = await temporaryHome();
  const programs = join(home.work, 'programs');
  await mkdir(programs);
  const env = { TMUX: '/nowhere/default,1,0', PATH: programs };
  const { terminal, url } = await started({ home, env });
  terminal.write('yu');
  await terminal.waitFor(/sent to the terminal: the URL http/);
  const coded = Buffer.from(url).toString('base64');
  expect(terminal.raw()).toContain(`\u001b]52;c;${coded}\u0007`);
  expect(terminal.raw()).toContain(`\u001bPtmux;\u001b\u001b]52;c;${coded}\u0007\u001b\\`);
  const script = '/bin/cat > copied; echo noise > /dev/tty; /bin/sleep 60 & echo $! > pid';
  await writeFile(join(programs, 'tmux'), `#!/bin/sh\n${script}\n`);
  await chmod(join(programs, 'tmux'), 0o755);
  terminal.write('yu');
  await terminal.waitFor(/ copied the URL http/);
  expect(await readFile(join(home.work, 'copied'), 'utf8')).toBe(url);
  terminal.write('q');
  expect((await terminal.exit).code).toBe(0);
  expect(terminal.raw()).not.toContain('noise');
  process.kill(Number(await readFile(join(home.work, 'pid'), 'utf8')));
});

test('exports to the working folder', async () => {
  const { terminal, send, home } = await started();
  await send('/order', '{"a":1}');
  await terminal.waitFor(/\/order .* 200 /);
  terminal.write('xj');
  await terminal.waitFor(/wrote webhook-\w+\.json/);
  const [file] = await readdir(home.work);
  expect(JSON.parse(await readFile(join(home.work, file!), 'utf8'))).toMatchObject({
    requestTarget: '/order',
  });
});

describe('settings', () => {
  test('custom keys come from the config file, with errors that name the position', async () => {
    const home = await temporaryHome();
    const config = await userConfig(home, '{ "keys": { "replay": "ctrl-r" } }');
    const { terminal, send } = await started({ home });
    await send('/x');
    await terminal.waitFor(/\/x .* 200 [\s\S]*Ctrl-r replay/);
    terminal.write('\u0012');
    await terminal.waitFor(/replayed \w{5}: 200/);
    terminal.write('R');
    await terminal.waitFor(/localhost:\d+ {2}target of this session[\s\S]*replay to: \[\d+\]/);
    terminal.write('3999');
    await terminal.waitFor(/localhost:3999 +as typed[\s\S]*replay to: 3999 /);
    terminal.write('z\r');
    await terminal.waitFor(/"3999z" is not a target[\s\S]*replay to: 3999z/);
    terminal.write('\u001b');
    await terminal.waitFor(/Ctrl-r replay/);
    terminal.write('I');
    await terminal.waitFor(/intercept only the next: \[1\]/);
    terminal.write('x\r');
    await terminal.waitFor(/Enter a number, 1 or more\.\s+intercept only the next: x /);
    terminal.write('\u001b');
    await terminal.waitFor(/Ctrl-r replay/);
    terminal.write(':resend');
    await terminal.waitFor(/Ctrl-r {2}replay to the target/);
    terminal.write('\u0015relpya');
    await terminal.waitFor(/No action or command matches "relpya"\. Nearest: replay/);
    terminal.write('\u001b');
    await terminal.waitFor(/Ctrl-r replay/);
    terminal.write('?');
    await terminal.waitFor(/Keys here: list\s+Replay, edit, trigger\s+Ctrl-r +replay to the target/);
    terminal.write('/clipb');
    await terminal.waitFor(/y u +copy the public URL[\s\S]*search the help: clipb/);
    terminal.write('\u001b');
    await terminal.waitFor(/Esc back/);
    terminal.write('qq');
    await terminal.exit;
    await writeFile(config, '{\n  "keys": { "replay": "e" }\n}');
    const clash = await failing(home);
    expect(clash).toMatch(/e is bound to both replay and edit-replay/);
    await writeFile(config, '{\n  "keys": { "repaly": "e" }\n}');
    expect(await failing(home)).toMatch(/unknown action "repaly"/);
    await writeFile(config, '{\n  "keys": { "replay": {} }\n}');
    expect(await failing(home)).toMatch(/config\.jsonc:2:3: keys\.replay: \{\} is not a text/);
    await writeFile(config, '{}');
    for (const flag of ['--no-tui', '--json']) {
      const args = ['listen', '--no-tunnel', flag, '--keys', 'replay=e'];
      const { code, stderr } = await runCli(args, { home });
      expect(code).toBe(2);
      expect(stderr).toMatch(/e is bound to both replay and edit-replay/);
    }
  });

  test('the mouse scrolls and selects with --mouse only', async () => {
    const { terminal, send } = await started({ args: ['--mouse'], rows: 20, env: { NO_COLOR: '1' } });
    for (let number = 1; number <= 5; number++) await send(`/${number}`);
    const screen = await terminal.waitFor(/^>.*\/5 /m);
    expect(terminal.state().mouseTracking).toBe(true);
    const row = rowOf(screen, '/2 ') + 1;
    terminal.write(`\u001b[<0;10;${row}M\u001b[<0;10;${row}m`);
    await terminal.waitFor(/^>.*\/2 /m);
    terminal.write('\u001b[<65;10;5M');
    await terminal.waitFor(/^>.*\/5 /m);
    terminal.write('\u001b[<64;10;5M');
    await terminal.waitFor(/^>.*\/2 /m);
    terminal.write('q');
    await terminal.exit;
    expect(terminal.state().mouseTracking).toBe(false);
    const without = await started();
    expect(without.terminal.state().mouseTracking).toBe(false);
  });

  test.each([
    ['--plain-tui', {}],
    ['', { INK_SCREEN_READER: 'true' }],
  ])('prints line by line for screen readers (%s)', async (flag, env) => {
    const { terminal, send } = await started({ args: flag === '' ? [] : [flag], env });
    await send('/first', '{"a":1}');
    await send('/fails');
    await terminal.waitFor(/POST \/first(?:,|:) 200 in [\s\S]*POST \/fails(?:,|:) 500 in /);
    expect(terminal.state().alternateBuffer).toBe(false);
    terminal.write('k');
    await terminal.waitFor(/selected: .*POST \/first/);
    terminal.write('r');
    await terminal.waitFor(/replayed \w{5}: 200/);
    terminal.write('3');
    await terminal.waitFor(/"a": 1/);
    terminal.write('?');
    await terminal.waitFor(/… \d+ more lines\s*$/);
    expect(terminal.raw()).toContain('Keys here: body of a request');
    terminal.write('\u001b');
    await terminal.waitFor(/back to: body/);
    terminal.write('y');
    await terminal.waitFor(/copy what\? [\s\S]*^u {2}copy the public URL/m);
    terminal.write('b');
    await terminal.waitFor(/sent to the terminal: the body, 7 B/);
    terminal.write('R');
    await terminal.waitFor(/replay to: \d+ \(typing[\s\S]*localhost:\d+ {2}target of this session/);
    terminal.write('x');
    await terminal.waitFor(/"x" is not a target/);
    terminal.write('\u001b');
    await terminal.waitFor(/back to: body\s+$/);
    expect(terminal.raw()).not.toMatch(/\u001b\[\d+;\d+H|\u001b\[2J/);
    terminal.write('q');
    expect((await terminal.exit).code).toBe(0);
  });
});

async function userConfig(home: TestHome, text: string): Promise<string> {
  const folder = join(home.env['XDG_CONFIG_HOME']!, 'webhook-cli');
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'config.jsonc');
  await writeFile(file, text);
  return file;
}

/** What `listen` says as it refuses to begin. */
async function failing(home: TestHome): Promise<string> {
  const terminal: TestTerminal = openTerminal({
    command: process.execPath,
    args: [cliFile, 'listen', '--no-tunnel'],
    cwd: home.work,
    env: home.env,
    cols: 200,
  });
  expect((await terminal.exit).code).toBeGreaterThan(0);
  return terminal.screen();
}

test('M moves what waits for another target to this one', async () => {
  const home = await temporaryHome();
  const down = await freePort();
  const { cli, localUrl } = await startListen([String(down)], { home });
  for (const path of ['/1', '/2']) expect((await sendTo(localUrl + path, { body: '' })).status).toBe(202);
  cli.signal('SIGINT');
  await cli.exit;
  const { terminal, target } = await started({ home });
  await terminal.waitFor(new RegExp(`2 requests wait for localhost:${down}: M moves them here`));
  expect(target.requests).toEqual([]);
  terminal.write('M');
  await terminal.waitFor(new RegExp(`moved 2 requests to localhost:${target.port}`));
  await expect.poll(() => target.requests.map(({ url }) => url)).toEqual(['/1', '/2']);
  terminal.write('q');
  await terminal.exit;
  const { stdout } = await runCli(['show', '@', '--json'], { home });
  // They come in the order of their targets, whose ports are random.
  const { deliveries } = JSON.parse(stdout.toString());
  expect(deliveries).toHaveLength(2);
  expect(deliveries).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ target: `http://localhost:${down}`, state: 'dropped', reason: 'moved' }),
      expect.objectContaining({
        target: `http://localhost:${target.port}`,
        state: 'delivered',
        reason: null,
      }),
    ]),
  );
});

test('the header shows within seconds that a target starts or stops, without a request', async () => {
  const home = await temporaryHome();
  const port = await freePort();
  const routed = await startTarget();
  onTestFinished(() => routed.close());
  const route = `path:/there/* => ${routed.port}`;
  const terminal = openTui({ home, args: [String(port), '--route', route], cols: 120 });
  await terminal.waitFor(new RegExp(`→ localhost:${port} ○ not up yet`));
  const target = await startTarget({ port });
  onTestFinished(() => target.close());
  await terminal.waitFor(new RegExp(`→ localhost:${port} ● up`));
  await routed.close();
  await terminal.waitFor(new RegExp(`→ localhost:${routed.port} ○ refused`), 20_000);
  expect(target.requests).toEqual([]);
  terminal.write('q');
  expect((await terminal.exit).code).toBe(0);
});
