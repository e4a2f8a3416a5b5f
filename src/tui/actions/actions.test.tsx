import { createHmac } from 'node:crypto';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { aHistory, type HistoryOptions } from '../../../test/support/a-history.ts';
import { anAnswered, aRefused, aRequest } from '../../../test/support/builders.ts';
import { temporaryFolder } from '../../../test/support/folders.ts';
import { type RunningOptions, running } from '../../../test/support/running-tui.ts';
import { unclassified, type Verification } from '../../model/classification.ts';
import { createKeymap } from '../input/keymap.ts';

async function started(options: RunningOptions = {}, history: HistoryOptions = { target: '3000' }) {
  const made = await aHistory(history);
  const first = await made.arrives({ id: 'k7m2qaaaaaaa', requestTarget: '/first', body: '{"a":{"b":1}}' });
  const second = await made.arrives({
    id: 'h2n8waaaaaaa',
    requestTarget: '/second',
    method: 'PUT',
    body: '{"a":2}',
  });
  const tui = running(made, options);
  await tui.shows(/>.*\/second/);
  const end = async () => {
    tui.press('\u0003');
    await tui.exit;
  };
  return { ...made, ...tui, first, second, end };
}

const copied = (text: string) => `\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`;
const paste = (text: string) => `\u001b[200~${text}\u001b[201~`;
const backspace = '\u007f';

const stripe: Parameters<typeof aRequest>[0] = {
  id: 's7gneaaaaaaa',
  requestTarget: '/stripe',
  headers: [['Stripe-Signature', 't=1790000000,v1=00']],
  body: '{"id":"evt_1","object":"event"}',
};

test('a replay of a refused request says so', async () => {
  const made = await aHistory({ target: '3000' });
  const { id } = await made.store.openSession({ project: 'project' });
  const request = aRequest({ id: 'k7m2qaaaaaaa', requestTarget: '/refused' });
  await made.store.add(request, {
    sessionId: id,
    reply: { status: 401, by: 'listener' },
    withholding: { refusal: 'signature', handledBy: null },
  });
  const tui = running(made);
  await tui.shows(/>.*\/refused/);
  tui.press('r');
  await tui.shows(/replayed k7m2q \(refused when it arrived: signature\): 200/);
  tui.press('\u0003');
  await tui.exit;
});

test('a replay delivers a held request', async () => {
  const made = await aHistory({ target: '3000' });
  const { id } = await made.store.openSession({ project: 'project' });
  const request = aRequest({ id: 'k7m2qaaaaaaa', requestTarget: '/held' });
  const deliveries = [{ target: 'http://localhost:3000', isHeld: true }];
  const seq = await made.store.add(request, { sessionId: id, deliveries });
  const tui = running(made);
  await tui.shows(/>.*\/held/);
  tui.press('r');
  await tui.shows(/replayed k7m2q: 200/);
  expect(made.store.deliveriesOf(seq)).toMatchObject([{ state: 'delivered', held: false }]);
  tui.press('\u0003');
  await tui.exit;
});

describe('requests that wait for another target', () => {
  async function waiting(hrefs: readonly string[], more: RunningOptions = {}) {
    const made = await aHistory({ target: '3000' });
    const { id } = await made.store.openSession({ project: 'project' });
    const deliveries = hrefs.map((href) => ({ target: href, isHeld: true }));
    for (const path of ['/1', '/2']) {
      const request = aRequest({ requestTarget: path });
      await made.store.add(request, { sessionId: id, deliveries });
    }
    const tui = running(made, more);
    const end = async () => {
      tui.press('\u0003');
      await tui.exit;
    };
    return { ...made, ...tui, end };
  }

  test('are announced at the start, and M moves them', async () => {
    const { store, shows, press, screen, end } = await waiting(['http://localhost:3998']);
    await shows(
      /2 requests wait for localhost:3998: M moves them here \(webhook-cli retry --all\s+--to\s+3000\)/,
    );
    press('M');
    await shows(/moved 2 requests to localhost:3000: they are delivered in order/);
    expect(store.deliveriesOf(1)).toMatchObject([
      { target: 'http://localhost:3000', state: 'pending', held: true },
      { target: 'http://localhost:3998', state: 'dropped', reason: 'moved' },
    ]);
    press('M');
    await shows(/No requests of this project wait for another target/);
    expect(screen()).not.toContain('move held here');
    await end();
  });

  test('are replayed to the target that they are held for, which is said', async () => {
    const { shows, press, end } = await waiting(['http://localhost:3998']);
    await shows(/>.*\/2/);
    press('r');
    await shows(/replayed \w{5} to localhost:3998, which it is held for: 200/);
    await end();
  });

  test('M is disabled while none waits, and the detail says why a request is held', async () => {
    const { store, shows, press, screen, end } = await waiting(['http://localhost:3000'], { columns: 100 });
    await shows(/>.*\/2/);
    expect(screen()).not.toMatch(/wait for|move held here/);
    const id = store.summary(1)!.id;
    await store.addAttempt(1, id, aRefused(), { holds: {} });
    press('\r');
    await shows(/held: localhost:3000 refuses connections · 1 ahead · delivered when you listen again/);
    await end();
  });
});

describe('the filter', () => {
  test('applies while it is typed; Enter keeps it, Esc clears it', async () => {
    const { press, shows, screen, end } = await started();
    press('/');
    await shows(/filter: ▏ .*path:\/stripe/);
    press('method:POST');
    await shows(/1 of 2 match$/m);
    expect(screen()).not.toContain('/second');
    press('\r');
    await shows(/following · filter: method:POST {2}1 of 2 match/);
    press('q'.replace('q', '/'));
    press(backspace.repeat(4));
    press('P*T\u0015');
    await shows(/\/second/);
    press(paste('method:\nNONE'));
    await shows(/names method|no value|has no term|No request matches|character/);
    press('\u0015');
    press(paste('method:GET'));
    await shows(/No request matches the filter/);
    press('\r');
    press('r');
    await shows(/none matches the filter/);
    press('\u001b');
    await shows(/>.*\/second/);
    await end();
  });

  test('shows its error, and keeps the previous matches', async () => {
    const { press, shows, end } = await started();
    press('/method:PUT color:red');
    await shows(/color:red▏ .*it names color, and there/);
    await shows(/>.*\/second/);
    // Entered, all of it is said, below the header.
    press('\r');
    await shows(
      /^ The filter "method:PUT color:red" names color, and there are path,[\s\S]*all\s+of\s+which\s+must\s+match\.$/m,
    );
    press('\u0015SECO');
    await shows(/1 of 2 match$/m);
    press('\u001b');
    await shows(/\/first/);
    await end();
  });

  test('a paste outside a field is not keys', async () => {
    const { press, shows, calls, end } = await started();
    press(paste('rrr'));
    await shows(/Pasting needs an open text field/);
    expect(calls).toEqual([]);
    await end();
  });
});

describe('replay and trigger', () => {
  test('replays to another target, and re-signed', async () => {
    const { press, shows, calls, arrives, end } = await started();
    press('R');
    await shows(/>localhost:3000 +target of this session[\s\S]*replay to: \[3000\] .*typing replaces it/);
    press('not a target!\r');
    await shows(/"not a target!" is not a target\. Give a port[\s\S]*replay to: not a target!▏/);
    press('\u0015:4000/base\r');
    await shows(/replayed h2n8w to http:\/\/localhost:4000\/base: 200 in [<\d. ]+ms/);
    press('S');
    await shows(/h2n8waaaaaaa cannot be signed: its provider is not known\. Name one with\s+--provider\./);
    await arrives(stripe);
    press('G');
    await shows(/>.*\/stripe/);
    press('S');
    await shows(/replayed s7gne re-signed: 200/);
    expect(calls).toEqual([
      'replay h2n8waaaaaaa http://localhost:4000/base',
      'replay h2n8waaaaaaa resign',
      'replay s7gneaaaaaaa resign',
    ]);
    await end();
  });

  test('replays an edit re-signed, and says so', async () => {
    const made = await started({ env: { EDITOR: 'sed -i s#/stripe#/edited#' } });
    await made.arrives(stripe);
    await made.shows(/>.*\/stripe/);
    made.press('e');
    await made.shows(/replayed s7gne as edited, re-signed: 200 in [<\d. ]+ms/);
    await made.end();
  });

  test('replays an edit; unchanged text is not sent, invalid text is kept', async () => {
    const replaced = (from: string, to: string) => `sed -i s#${from}#${to}#`;
    const edits = { env: { EDITOR: replaced('/second', '/edited') } };
    const { press, shows, calls, store, second, end, stdin } = await started(edits);
    press('e');
    await shows(/replayed h2n8w as edited: 200 in [<\d. ]+ms/);
    expect(calls).toEqual(['replay h2n8waaaaaaa PUT /edited']);
    expect(store.record(second)!.attempts[0]!.sent?.requestTarget).toBe('/edited');
    expect(stdin.raw).toBe(true);
    press('r');
    await shows(/replayed h2n8w: 200/);
    await end();

    const none = await started({ env: { VISUAL: 'true' } });
    none.press('e');
    await none.shows(/no changes: not sent/);
    await none.end();
    const emptied = await started({ env: { VISUAL: 'truncate -s 0' } });
    emptied.press('e');
    await emptied.shows(/empty text: not sent/);
    await emptied.end();
    const failing = await started({ env: { VISUAL: 'false' } });
    failing.press('e');
    await failing.shows(/The editor false exited with code 1/);
    await failing.end();
    const broken = await started({ env: { VISUAL: replaced('^PUT', '???') }, columns: 200 });
    broken.press('e');
    await broken.shows(/Nothing is sent: Line 2 is not a request line.*Your text is in (\S+)\./);
    const [, file] = /text is in (\S+)\./.exec(broken.screen())!;
    expect(await readFile(file!, 'utf8')).toContain('??? /second');
    expect(broken.calls).toEqual([]);
    await broken.end();
  });

  test('triggers an event of a provider', async () => {
    const { press, shows, calls, end } = await started();
    press('t');
    await shows(/triggered stripe payment_intent\.succeeded: 200/);
    press('T');
    await shows(/trigger: ▏/);
    press('git zzz');
    await shows(/No event matches "zzz"\.[\s\S]*trigger github: zzz▏/);
    press('\r');
    await shows(/Nothing selected: no match\./);
    press('\u0015pus\r');
    await shows(/secret of GitHub: ▏/);
    press('\r');
    await shows(/triggered github push, unsigned: 200/);
    press('Tgithub none\r');
    await shows(/No sample for GitHub event "none"\./);
    press('Tstrpie');
    await shows(/No provider matches "strpie"\. Nearest: stripe/);
    press('\u001b');
    await shows(/r replay/);
    expect(calls).toEqual([
      'trigger stripe payment_intent.succeeded',
      'trigger github push',
      'trigger github push',
      'trigger github none',
    ]);
    await end();
  });
});

describe('signatures', () => {
  const secret = 'whsec_the_right_one';
  const body = '{"id":"evt_1","object":"event"}';
  const time = Math.floor(aRequest().receivedAt / 1000);
  const signature = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
  const headers = [['Stripe-Signature', `t=${time},v1=${signature}`]] as const;
  const classified = (verification: Verification) => ({ ...unclassified, provider: 'stripe', verification });
  const mismatch = { result: 'invalid', reason: 'the signature does not match' } as const;

  test('a failed one is explained in the detail, verified by a key, and tried with another secret', async () => {
    const { press, shows, screen, written, arrives, end } = await started({ rows: 30, columns: 120 });
    await arrives({ requestTarget: '/forged', headers, body }, classified(mismatch));
    press('G');
    await shows(/signature ✗ invalid: the signature does not/);
    await shows(/Most likely the secret is another one:/);
    await shows(/V verify {3}s set secret/);
    press('V');
    await shows(/✗ invalid: [\s\S]*scheme {7}HMAC-SHA256[\s\S]*secret {7}configured/);
    await shows(/s tries another secret for this session and verifies again/);
    expect(screen()).toMatch(/webhook-cli verify \w+/);
    press('r');
    await shows(/r is disabled here/);
    press('s');
    await shows(/A secret of Stripe is configured\./);
    press(paste(`${secret}\n`));
    await shows(/secret of Stripe: •{19,20}▏/);
    press('\r');
    await shows(/✓ valid/);
    await shows(/secret of Stripe set for this session/);
    press('\u001b');
    await shows(/Valid with the secret that is set now\./);
    expect(written()).not.toContain(secret);
    await end();
  });

  test('an unsigned one says how to set the secret', async () => {
    const { press, shows, arrives, end } = await started({ rows: 40, columns: 100 });
    const unsigned = { result: 'unchecked', reason: 'unsigned: no header X-Hub-Signature-256' } as const;
    const github = [
      ['X-GitHub-Event', 'push'],
      ['X-GitHub-Delivery', 'a'],
    ] as const;
    await arrives(
      { requestTarget: '/unsigned', headers: github, body },
      { ...classified(unsigned), provider: 'github' },
    );
    press('G');
    await shows(/>.*\/unsigned/);
    press('\r');
    await shows(/signature unsigned: no header/);
    await shows(/Set it with --secret[\s]+github=env:NAME or\s+WEBHOOK_CLI_SECRET_GITHUB\./);
    await end();
  });

  test('a secret of several lines, and a provider without one, say so', async () => {
    const { press, shows, arrives, end } = await started();
    press('s');
    await shows(/The provider of this request is not known, so it has no secret\./);
    const noKey = { result: 'unchecked', reason: 'no public key is configured' } as const;
    await arrives({ requestTarget: '/key' }, { ...classified(noKey), provider: 'sendgrid' });
    press('G');
    await shows(/>.*\/key[\s\S]*V verify/);
    press('s');
    await shows(/has several lines: start with\s+--secret\s+sendgrid=file:PATH/);
    await end();
  });

  test('an event that cannot be signed asks for the secret first', async () => {
    const { press, shows, screen, calls, end } = await started();
    press('T\u0015github push\r');
    await shows(/No secret of GitHub is configured\.[\s\S]*export WEBHOOK_CLI_SECRET_GITHUB=…/);
    expect(screen()).toContain('"secret": ["github=env:NAME"]');
    press('\u001b');
    await shows(/>.*\/second/);
    press('T\u0015github push\r');
    await shows(/secret of GitHub:/);
    press('\r');
    await shows(/triggered github push, unsigned: 200/);
    press('T\u0015github push\r');
    await expect.poll(() => calls.length).toBe(4);
    await shows(/triggered github push, unsigned: 200/);
    press('T\u0015shopify orders/create\r');
    await shows(/secret of Shopify:/);
    press('shpss_1\r');
    await shows(/triggered shopify orders\/create: 200/);
    await end();
  });
});

describe('copy and export', () => {
  test('copies URL, curl command, body and id', async () => {
    const { press, shows, written, end } = await started({ columns: 120 });
    press('yi');
    await shows(/sent to the terminal: the id h2n8waaaaaaa/);
    expect(written()).toContain(copied('h2n8waaaaaaa'));
    press('yb');
    await shows(/sent to the terminal: the body, 7 B/);
    expect(written()).toContain(copied('{"a":2}'));
    press('yc');
    await shows(/sent to the terminal: a curl command *$/m);
    press('y');
    await shows(/copy: u URL {3}c cURL {3}b body {3}i id/);
    press('r');
    await shows(/r is not in the copy menu/);
    press('y\t\u001b');
    await shows(/r replay/);
    await end();
  });

  test('says that it is copied if a program confirms it, else tries the next one', async () => {
    const PATH = await temporaryFolder();
    const program = async (name: string, script: string) => {
      await writeFile(join(PATH, name), `#!/bin/sh\n${script}\n`);
      await chmod(join(PATH, name), 0o755);
    };
    await program('tmux', '/bin/cat > /dev/null; echo "unknown option -- w" > /dev/tty; exit 1');
    await program('pbcopy', `/bin/cat > '${PATH}/copied'`);
    const env = { PATH, TMUX: '/nowhere,1,0' };
    const made = await aHistory();
    await made.arrives({ body: `\ufeff${'€'.repeat(50_000)}` });
    const tui = running(made, { env });
    await tui.shows(/\/hooks/);
    tui.press('yb');
    await tui.shows(/ copied the body, 146 KB/);
    expect(await readFile(join(PATH, 'copied'), 'utf8')).toBe(`\ufeff${'€'.repeat(50_000)}`);
    tui.press('yu');
    await tui.shows(/ copied the URL http:\/\/localhost:4000 \(local/);
    expect(await readFile(join(PATH, 'copied'), 'utf8')).toBe('http://localhost:4000');
    expect(tui.written()).not.toContain(']52;');
    await program('pbcopy', 'exit 1');
    tui.press('yu');
    await tui.shows(/sent to the terminal: the URL/);
    expect(tui.written()).toContain(copied('http://localhost:4000'));
    tui.press('yb');
    await tui.shows(/146 KB is too large for the clipboard: x exports to a file\./);
    tui.press('q');
    await tui.exit;
  });

  test('says so if credentials were masked, and includes them with C', async () => {
    const cwd = await temporaryFolder();
    const made = await aHistory();
    await made.arrives({
      requestTarget: '/0123456789abcdef0123456789abcdef/hooks',
      headers: [['Authorization', 'Bearer tok_1']],
    });
    const pathTokenOf = () => '0123456789abcdef0123456789abcdef';
    const tui = running(made, { cwd, columns: 120, tui: { pathTokenOf } });
    await tui.shows(/\/hooks/);
    tui.press('yc');
    await tui.shows(/sent to the terminal: a curl command, credentials masked \(y C includes them\)/);
    tui.press('yC');
    await tui.shows(/sent to the terminal: a curl command, with credentials/);
    tui.press('xC');
    await tui.shows(/wrote webhook-\w+\.sh, with credentials/);
    const [file] = await readdir(cwd);
    const script = await readFile(join(cwd, file!), 'utf8');
    expect(script).toContain("-H 'Authorization: Bearer tok_1'");
    expect(script).toMatch(/ http:\/\/\S+:\d+\/hooks \\$/m);
    tui.press('q');
    await tui.exit;
  });

  test('refuses to copy binary and large bodies', async () => {
    const made = await aHistory();
    await made.arrives({ body: Uint8Array.from([0xff, 0xfe]) });
    const tui = running(made);
    await tui.shows(/\/hooks/);
    tui.press('yb');
    await tui.shows(/The body is not text: x exports it to a file/);
    await made.arrives({ requestTarget: '/large', body: 'x'.repeat(100_000) });
    await tui.shows(/>.*\/large/);
    tui.press('yb');
    await tui.shows(/97\.7 KB is too large for the clipboard/);
    tui.press('yc');
    await tui.shows(/97\.7 KB is too large for the clipboard/);
    tui.press('q');
    await tui.exit;
  });

  test('exports to files and shows their names', async () => {
    const cwd = await temporaryFolder();
    const { press, shows, end } = await started({ cwd });
    press('xh');
    await shows(/wrote webhook-h2n8waaaaaaa\.http/);
    press('xj');
    await shows(/wrote webhook-h2n8waaaaaaa\.json/);
    press('xc');
    await shows(/wrote webhook-h2n8waaaaaaa\.sh *$/m);
    expect((await readdir(cwd)).toSorted()).toEqual(
      ['http', 'json', 'sh'].map((extension) => `webhook-h2n8waaaaaaa.${extension}`),
    );
    expect(await readFile(join(cwd, 'webhook-h2n8waaaaaaa.http'), 'latin1')).toMatch(
      /^PUT \/second HTTP\/1\.1\r\n/,
    );
    expect(JSON.parse(await readFile(join(cwd, 'webhook-h2n8waaaaaaa.json'), 'utf8'))).toMatchObject({
      method: 'PUT',
    });
    await end();
    const nowhere = await started({ cwd: '/nowhere/at/all' });
    nowhere.press('xj');
    await nowhere.shows(/Cannot write webhook-h2n8waaaaaaa\.json/);
    await nowhere.end();
  });

  test('shows the URL if no browser can be opened', async () => {
    const { press, shows, end } = await started();
    press('o');
    await shows(/cannot open a browser here: http:\/\/localhost:3000\/second/);
    await end();
  });
});

describe('marks and deletes', () => {
  test('marks requests and compares them', async () => {
    const { press, shows, store, second, end } = await started();
    press('D');
    await shows(/Mark two requests with m to compare them \(0 marked\)/);
    press('m');
    await shows(/1 marked/);
    press('km');
    await shows(/2 marked: D compares them/);
    press('D');
    await shows(/method[\s\S]*POST[\s\S]*PUT/);
    // What it would act on can't be seen.
    press('d');
    await shows(/d is disabled here: Esc goes back to the requests/);
    press('y');
    await shows(/y is disabled here/);
    expect(store.summary(second)).toBeDefined();
    press('\u001b');
    await shows(/2 marked/);
    press('m');
    await shows(/· 1 marked/);
    await end();
  });

  test('a delete is hidden, can be undone, and is carried out when the UI ends', async () => {
    const { press, shows, screen, store, second, end } = await started();
    press('d');
    await shows(/deleted request h2n8w: u undoes it/);
    await shows(/>.*\/first/);
    expect(screen()).not.toContain('/second');
    expect(store.summary(second)).toBeDefined();
    press('u');
    await shows(/request restored[\s\S]*|\/second/);
    await shows(/\/second/);
    press('Gd');
    await shows(/1 deleted \(u undoes it\)/);
    await end();
    expect(store.summary(second)).toBeUndefined();
  });

  test('an empty list says that its requests were deleted, and a notice goes with its request', async () => {
    const { press, shows, screen, store, emit, first, second, end } = await started();
    press('r');
    await shows(/replayed h2n8w: 200/);
    press('\u001b[200~x\u001b[201~');
    await shows(/Pasting needs an open text field/);
    expect(screen()).not.toContain('replayed');
    press('r');
    await shows(/replayed h2n8w: 200/);
    await store.delete([second]);
    emit({ type: 'forwarding', paused: false });
    await expect.poll(screen).not.toContain('replayed');
    await shows(/>.*\/first/);
    press('d');
    await shows(/The only request is deleted: u restores it\./);
    press('u');
    await shows(/>.*\/first/);
    await store.delete([first]);
    emit({ type: 'forwarding', paused: false });
    await shows(/Waiting for the next request\./);
    await end();
  });

  test('a delete of all marked requests is carried out after the time to undo it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true });
    try {
      const { press, shows, screen, store, first, second, end } = await started();
      press('mkm');
      await shows(/2 marked/);
      press('d');
      await shows(/deleted 2 marked requests/);
      await vi.advanceTimersByTimeAsync(10_000);
      await expect.poll(() => store.summary(first)).toBeUndefined();
      expect(store.summary(second)).toBeUndefined();
      // By now the answer to the key is old news.
      await expect.poll(screen).not.toContain('deleted 2');
      press('u');
      await shows(/No delete to undo/);
      await end();
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('forwarding', () => {
  test('can be paused', async () => {
    const { press, shows, session, end } = await started();
    press('p');
    await shows(/‖ forwarding paused: new requests are held/);
    expect(session.paused).toBe(true);
    press('p');
    await shows(/forwarding resumed/);
    expect(session.paused).toBe(false);
    await end();
  });

  test('is intercepted at the breakpoint: resume, reply, edit, remove it', async () => {
    const edits = { env: { EDITOR: 'sed -i s#/second#/edited#' }, columns: 120 };
    const { press, shows, session, stops, first, second, screen, end } = await started(edits);
    press('i');
    await shows(/intercept requests matching: /);
    press('color:red\r');
    await shows(/names color/);
    press('\u0015method:PUT\r');
    await shows(/‖ breakpoint set: intercepts every request matching method:PUT\. i removes it\./);
    expect(stops(first)).toBeUndefined();
    const ways = Array.from({ length: 7 }, () => stops(second));
    await shows(/‖ PUT \/second {2}6 more waiting {2}intercepted {2}the sender has waited 0 s/);
    await shows(
      /^ {3}a resume {3}A resume all {3}e edit and resume {3}b reply without forwarding … {3}i remove it {3}I intercept next N$/m,
    );
    press('a');
    expect(await ways[0]).toEqual({ type: 'resume', edit: undefined });
    await shows(/h2n8w resumed/);
    press('b');
    await shows(/>200 {2}OK[\s\S]*reply with status: ▏/);
    press('40');
    await shows(/>400 {2}Bad Request/);
    press('\u001b[B\r');
    await shows(/reply 401, body \(optional\): ▏/);
    press('\r');
    expect(await ways[1]).toEqual({ type: 'reply', status: 401, body: '' });
    await shows(/h2n8w: replied 401, not forwarded/);
    press('b418\r');
    await shows(/reply 418, body \(optional\): ▏/);
    press(paste('{"short":\n"stout"}'));
    press('\r');
    expect(await ways[2]).toEqual({ type: 'reply', status: 418, body: '{"short": "stout"}' });
    press('b999');
    await shows(/ Enter a status from 200 to 599\./);
    press('\r');
    await shows(/Enter a status from 200 to 599\./);
    press('\u001b');
    await shows(/3 more waiting[\s\S]*a resume/);
    press('e');
    expect(await ways[3]).toMatchObject({ type: 'resume', edit: { requestTarget: '/edited' } });
    await shows(/resumed as edited/);
    press('A');
    expect(await Promise.all([ways[4], ways[5], ways[6]])).toEqual([
      { type: 'resume' },
      { type: 'resume' },
      { type: 'resume' },
    ]);
    await shows(/3 requests resumed/);
    expect(session.breakpoint.isSet).toBe(true);
    const last = stops(second);
    await shows(/intercepted/);
    press('i');
    expect(await last).toEqual({ type: 'resume' });
    await shows(/breakpoint removed/);
    expect(session.breakpoint.isSet).toBe(false);
    expect(screen()).not.toContain('‖');
    await end();
  });

  test('navigation keys still work while a request is intercepted and selected', async () => {
    const { press, shows, session, stops, arrives, calls, screen, end } = await started({ columns: 100 });
    press('i\r');
    await shows(/breakpoint set/);
    press('k');
    await shows(/>.*\/first/);
    const third = await arrives({ requestTarget: '/third' });
    const way = stops(third)!;
    await shows(/>.*\/third/);
    press('k');
    await shows(/>.*\/second/);
    press('\r');
    await shows(/\[1 Overview\][\s\S]*PUT \/second|PUT \/second[\s\S]*\[1 Overview\]/);
    for (const [key, tab] of [
      ['2', 'Headers'],
      ['4', 'Response'],
      ['5', 'Attempts'],
      ['3', 'Body'],
    ]) {
      press(key!);
      await shows(new RegExp(`\\[${key} ${tab}`));
    }
    press('\t');
    await shows(/\[4 Response/);
    press('\u001b');
    await shows(/>.*\/second/);
    press('\u001b');
    await shows(/Already at the list/);
    press('j\u001b[A\u001b[B');
    await shows(/>.*\/third/);
    expect(session.breakpoint.stopped?.seq).toBe(third);
    expect(session.breakpoint.isSet).toBe(true);
    press('a');
    expect(await way).toEqual({ type: 'resume', edit: undefined });
    expect(calls).toEqual([]);
    expect(screen()).toContain('/third');
    await end();
  });

  test('follows again after the intercepted request, unless the user has moved away', async () => {
    const { press, shows, stops, arrives, end } = await started({ columns: 100 });
    press('i\r');
    await shows(/breakpoint set/);
    const third = await arrives({ requestTarget: '/third' });
    const way = stops(third)!;
    await shows(/>.*\/third/);
    await arrives({ requestTarget: '/fourth' });
    await shows(/following paused/);
    press('a');
    await way;
    await shows(/>.*\/fourth/);
    await end();
  });

  test('intercepts only the next few requests', async () => {
    const { press, shows, session, stops, second, end } = await started({ columns: 120 });
    press('ipath:/none\r');
    await shows(/intercepts every request matching path:\/none/);
    press('i');
    await shows(/breakpoint removed/);
    press('I');
    await shows(/intercept only the next: \[1\]/);
    press('\u0015x\r');
    await shows(/Enter a number, 1 or more/);
    press('\u00152\r');
    await shows(/‖ breakpoint set: intercepts only the next 2 requests\. i removes it\./);
    const ways = [stops(second), stops(second)];
    expect(stops(second)).toBeUndefined();
    expect(session.breakpoint.isSet).toBe(false);
    await shows(/‖ PUT \/second {2}1 more waiting/);
    press('i');
    expect(await Promise.all(ways)).toEqual([{ type: 'resume' }, { type: 'resume' }]);
    await end();
  });

  test('a reply to a request that is gone is not sent to the next one', async () => {
    const { press, shows, session, stops, first, second, end } = await started({ columns: 120 });
    session.breakpoint.set(() => true);
    const [one, two] = [stops(second), stops(first)];
    await shows(/1 more waiting/);
    press('b500\r');
    await shows(/reply 500, body/);
    session.breakpoint.resume();
    await one;
    press('\r');
    await shows(/h2n8waaaaaaa is no longer intercepted: nothing was sent/);
    expect(session.breakpoint.stopped?.seq).toBe(first);
    press('A');
    await two;
    await end();
  });

  test("shows the provider's clock", async () => {
    const { press, shows, arrives, stops, end } = await started({ columns: 120 });
    press('i\r');
    await shows(/breakpoint set/);
    const seq = await arrives({ requestTarget: '/clock' }, { provider: 'stripe', replyDeadlineMs: 20_000 });
    const way = stops(seq)!;
    await shows(/POST \/clock {2}intercepted {2}stripe waits 20 s: [▓░]{10} (19|20) s left/);
    await shows(/▓[▓░]{9} 18 s left/, 4_000);
    press('b\r');
    await shows(/reply 200, body/);
    press('\r');
    expect(await way).toEqual({ type: 'reply', status: 200, body: '' });
    await end();
  });

  test('needs a target', async () => {
    const { press, shows, end } = await started({}, {});
    press('p');
    await shows(/Not forwarding/);
    press('i');
    await shows(/Not forwarding/);
    await end();
  });
});

describe('the detail', () => {
  test('folds, searches and shows a body raw', async () => {
    const { press, shows, screen, end } = await started();
    press('k\r3');
    await shows(/\[3 Body\][\s\S]*"b": 1/);
    press('j ');
    await shows(/▸ "a": \{/);
    expect(screen()).not.toMatch(/^.*"b": 1$/m);
    press('Z');
    await shows(/"b": 1$/m);
    press('z');
    await shows(/▸/);
    press('Z/b');
    await shows(/search: b▏/);
    await shows(/>.*"b": 1/);
    press('\r');
    press('n');
    await shows(/continued from the top/);
    press('/nope');
    await shows(/no match for nope/);
    press('\r');
    press('v');
    await shows(/\{"a":\{"b":1\}\}/);
    press('v');
    await shows(/"b": 1$/m);
    press('gG');
    await shows(/>\}/);
    press('\u001b');
    await shows(/following paused/);
    await end();
  });

  test('opens an attempt, and compares it with the previous one', async () => {
    const { press, shows, attempted, second, end } = await started();
    press('c');
    await shows(/Fewer than two attempts/);
    await attempted(second, anAnswered(500, 'oops'));
    await attempted(second, anAnswered(200, 'ok', [], { kind: 'replay' }));
    press('5');
    await shows(/> 2 {2}replay/);
    press('j\r');
    await shows(/attempt 1, forward to/);
    press('\u001b');
    await shows(/> 1 {2}forward/);
    press('c');
    await shows(/attempt 1[\s\S]*attempt 2[\s\S]*500[\s\S]*200/);
    press('q');
    await shows(/> 1 {2}forward/);
    press('\u001b');
    await end();
  });
});

test('related requests can be opened', async () => {
  const { press, shows, arrives, end } = await started({ columns: 80 });
  const body = (type: string) => JSON.stringify({ type, data: { object: { id: 'pi_3PQ7xLabc' } } });
  await arrives({ requestTarget: '/created', body: body('created') });
  await arrives({ requestTarget: '/paid', body: body('paid') });
  await shows(/>.*\/paid/);
  press('6');
  await shows(
    /\[6 Related\]\s*\n {2}\S+ {2}POST \/created .*pi_3PQ7xLabc\n {2}\S+ {2}POST \/paid \(this one\)|\[6 Related\][\s\S]*\/created[\s\S]*\/paid \(this one\)/,
  );
  press('g\r');
  await shows(/POST \/created +\S+ \S+\n[\s\S]*\/created \(this one\)/);
  await end();
});

describe('the palette', () => {
  test('runs actions by name, and copies shell commands', async () => {
    const { press, shows, written, calls, end } = await started();
    press(':');
    await shows(/command: ▏/);
    press('copyid');
    await shows(/>.*copy the request id/);
    press('\r');
    await shows(/sent to the terminal: the id h2n8waaaaaaa/);
    press(':webhook-cli show\r');
    await shows(/sent to the terminal: webhook-cli show h2n8waaaaaaa/);
    expect(written()).toContain(copied('webhook-cli show h2n8waaaaaaa'));
    press(':webhook-cli providers\r');
    await shows(/sent to the terminal: webhook-cli providers,/);
    press(':replay\r');
    await shows(/replayed h2n8w/);
    press(':\u001b[B\u001b[A');
    await shows(/>r .*replay to the target/);
    press('rplay to');
    await shows(/>R +replay to another target/);
    press('\u0015compare');
    await shows(/Not now: compare attempts\. Fewer than two attempts[\s\S]*command: compare▏|>\$/);
    press('\u0015zzzqqq');
    await shows(/No action or command matches "zzzqqq"\./);
    press('\r\u001b');
    expect(calls).toEqual(['replay h2n8waaaaaaa']);
    await end();
  });
});

test('custom keys replace the default keys', async () => {
  const { press, shows, calls, end } = await started({
    tui: { keymap: createKeymap({ replay: 'ctrl-r', headers: '%', down: 'n' }) },
  });
  press('r');
  await shows(/r does nothing/);
  press('k');
  await shows(/>.*\/first/);
  press('\u001b[B');
  await shows(/>.*\/second/);
  press('kn');
  await shows(/>.*\/second/);
  press('%');
  await shows(/1 Overview \[% Headers\] 3 Body/);
  press('\u0012');
  await shows(/replayed/);
  expect(calls).toEqual(['replay h2n8waaaaaaa']);
  await end();
});
