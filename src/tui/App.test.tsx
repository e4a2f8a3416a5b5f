import { render } from 'ink-testing-library';
import { expect, onTestFinished, test, vi } from 'vitest';
import { aHistory } from '../../test/support/a-history.ts';
import { anAnswered, aRefused } from '../../test/support/builders.ts';
import { App } from './App.tsx';
import { createKeymap } from './input/keymap.ts';
import { initialState, type State } from './state/state.ts';
import { createCanvas } from './terminal/canvas.ts';
import { themeFor } from './terminal/theme.ts';
import { openViewModel } from './view/view-model.ts';

const at = (second: number) => new Date(2026, 10, 24, 16, 34, second).getTime();

/** A history and how it looks, in this state, on a screen of this size. */
async function watched(options: Parameters<typeof aHistory>[0] = {}) {
  vi.useFakeTimers({ now: at(59), toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const history = await aHistory(options);
  const { session, store } = history;
  const viewModel = openViewModel({
    session,
    history: store,
    keymap: createKeymap(),
    changed() {},
    warned() {},
    failed() {},
  });
  onTestFinished(viewModel.close);
  const screen = (columns: number, rows: number, changed: Partial<State> = {}) => {
    const canvas = createCanvas(themeFor({ NO_COLOR: '1' }));
    const view = viewModel.view({ ...initialState(columns, rows), ...changed });
    const { lastFrame, unmount } = render(<App view={view} canvas={canvas} />);
    // Where a block begins is said by its column, too.
    const lines = canvas
      .fill(lastFrame() ?? '')
      .replace(/\u001b\[\d+G/g, '')
      .split('\n');
    unmount();
    return lines.map((line) => line.trimEnd()).join('\n');
  };
  return { ...history, screen };
}

async function withTraffic() {
  const history = await watched({
    target: '3000',
    tunnel: { state: 'online', url: 'https://calm-fox-41.loca.lt', latencyMs: 182 },
  });
  const first = await history.arrives({
    id: 'k7m2qaaaaaaa',
    requestTarget: '/webhooks/stripe',
    receivedAt: at(35),
    body: '{"id":"evt_1"}',
  });
  await history.attempted(first, anAnswered(500, 'oops', [], { ms: 41 }));
  await history.attempted(first, anAnswered(200, 'ok', [], { kind: 'replay', ms: 6 }));
  const second = await history.arrives({ method: 'GET', requestTarget: '/favicon.ico', receivedAt: at(51) });
  await history.attempted(second, aRefused());
  await history.arrives({ id: 'h2n8waaaaaaa', requestTarget: '/slow', receivedAt: at(59) });
  return history;
}

test('80x24 shows the list', async () => {
  const screen = (await withTraffic()).screen(80, 24);
  expect(screen.split('\n')).toHaveLength(24);
  expect(screen).toBe(
    [
      ' calm-fox-41.loca.lt ● 182 ms → :3000 ○ refused               3     ✗1',
      '─'.repeat(80),
      ' 16:34:35  POST /webhooks/stripe                                ↻ 200    6 ms',
      ' 16:34:51  GET  /favicon.ico                                  refused    2 ms',
      '>16:34:59  POST /slow                                               … waiting',
      ...Array.from({ length: 16 }, () => ''),
      ' following',
      '─'.repeat(80),
      ' Enter open   r replay   e edit   / filter   y copy   ? keys   q quit',
    ].join('\n'),
  );
});

test('a row shows sender, event, signature and redeliveries, as far as there is room', async () => {
  const history = await watched({ target: '3000' });
  const stripe = { provider: 'stripe', event: 'charge.succeeded', eventId: 'evt_1', replyDeadlineMs: 20 };
  const genuine = { ...stripe, verification: { result: 'valid', reason: null } } as const;
  const forged = { ...stripe, verification: { result: 'invalid', reason: 'another secret' } } as const;
  const classification = { requestTarget: '/webhooks/stripe', receivedAt: at(35), body: '{"id":"evt_1"}' };
  const first = await history.arrives(classification, genuine);
  await history.attempted(first, anAnswered(200, 'ok', [], { ms: 41 }));
  await history.attempted(
    await history.arrives({ ...classification, receivedAt: at(36) }, forged),
    anAnswered(401),
  );
  const rows = (columns: number, rows: number) =>
    history
      .screen(columns, rows, { marks: [first] })
      .split('\n')
      .filter((line) => /16:34/.test(line));
  expect(rows(80, 24)).toEqual([
    ' 16:34:35  stripe    charge.succeeded         /webhooks/stripe  • 200  41 ms! ✓',
    '>16:34:36  stripe    charge.succeeded         /webhooks/stripe  » 401   12 ms ✗',
  ]);
  expect(rows(40, 10)).toEqual([
    ' 16:34 charge.succeeded         • 200 ✓',
    '>16:34 charge.succeeded         » 401 ✗',
  ]);
  expect(rows(119, 24)).toEqual([
    ' 16:34:35  stripe    charge.succeeded               POST /webhooks/stripe                     • 200  41 ms!     14 B ✓',
    '>16:34:36  stripe    charge.succeeded               POST /webhooks/stripe                     » 401   12 ms     14 B ✗',
  ]);
  // In the columns of those who are known, a longer word in place of the path's end.
  await history.attempted(await history.arrives({ requestTarget: '/a', receivedAt: at(37) }), aRefused());
  const unknown = (columns: number) => history.screen(columns, 24).match(/^.16:34:37.*$/m)?.[0];
  expect(unknown(80)).toBe('>16:34:37  —         POST /a                                  refused    2 ms');
});

test('40x10 shows the essentials', async () => {
  expect((await withTraffic()).screen(40, 10)).toBe(
    [
      ' calm-fox-41 ● → :3000 ○    ✗1',
      ' 16:34 POST /webhooks/stripe    ↻ 200',
      ' 16:34 GET /favicon.ico       refused',
      '>16:34 POST /slow                   …',
      '',
      '',
      '',
      '',
      '',
      ' Enter open   r replay   ? keys',
    ].join('\n'),
  );
});

test('40x10 lists the choices of a menu and of a picker', async () => {
  const { screen } = await withTraffic();
  const menu = screen(40, 10, { prompt: { type: 'menu', menu: 'copy' } });
  for (const line of [
    /^ {2}u {2}copy the public URL$/m,
    /^ {2}b {2}copy the body$/m,
    /^ {2}i {2}copy the request id$/m,
  ])
    expect(menu).toMatch(line);
  const choices = [
    { value: 'a', name: 'a', text: 'first' },
    { value: 'b', name: 'localhost:3000/hooks', text: 'used before, some time ago' },
  ];
  const field = { text: '', cursor: 0 };
  const picker = screen(40, 10, {
    prompt: { type: 'picker', purpose: { type: 'target' }, choices, field, row: 1 },
  });
  expect(picker).toMatch(/^ {2}a {7}first\n >localhost:3000\/hooks {2}used before, s…$/m);
  for (const line of [...menu.split('\n'), ...picker.split('\n')])
    expect(line.length).toBeLessThanOrEqual(40);
});

test('a wide screen shows the selected request beside the list', async () => {
  const history = await withTraffic();
  const seq = history.store.resolve('k7m2q');
  const screen = history.screen(130, 30, { selected: seq, row: 0, following: false, pane: 'detail' });
  expect(screen).toMatch(/^>16:34:35 {2}POST \/webhooks\/stripe .* 200 .*│ k7m2qaaaaaaa/m);
  expect(screen).toContain('│ [Overview] Headers Body Response Attempts Related');
  expect(screen).toContain('│    "id": "evt_1"');
  expect(screen).toContain('following paused');
  expect(screen).toContain('Esc back');
  for (const line of screen.split('\n')) expect(line.length).toBeLessThanOrEqual(130);
});

test('the names of all tabs fit beside the list on 120 columns, whichever is selected', async () => {
  const history = await withTraffic();
  const view = {
    selected: history.store.resolve('k7m2q'),
    row: 0,
    following: false,
    pane: 'detail',
  } as const;
  const at = (tab: 'headers' | 'related') => history.screen(120, 30, { ...view, tab });
  expect(at('headers')).toContain('│ Overview [Headers] Body Response Attempts Related');
  expect(at('related')).toContain('│ Overview Headers Body Response Attempts [Related]');
});

test('a narrow screen shows the request in place of the list', async () => {
  const history = await withTraffic();
  const seq = history.store.resolve('k7m2q');
  const screen = history.screen(80, 24, {
    selected: seq,
    row: 0,
    following: false,
    pane: 'detail',
    tab: 'attempts',
  });
  expect(screen).toContain('k7m2qaaaaaaa  POST /webhooks/stripe');
  expect(screen).toContain('  1 Overview  2 Headers  3 Body  4 Response [5 Attempts ·2] 6 Related');
  expect(screen).toMatch(
    /^ > 2 {2}replay {4}200 in 6 ms, 2 B {2}\d\d:\d\d:\d\d {2}localhost:3000\n {3}1 {2}forward {3}500 in 41 ms/m,
  );
  const read = history.screen(80, 24, {
    selected: seq,
    row: 0,
    following: false,
    pane: 'detail',
    tab: 'attempts',
    attempt: 1,
  });
  expect(read).toContain('attempt 1, forward to http://localhost:3000');
  expect(screen).not.toContain('/favicon.ico');
});

test('the empty list says what to do', async () => {
  const online = await watched({ tunnel: { state: 'online', url: 'https://calm-fox-41.loca.lt' } });
  const screen = online.screen(80, 24);
  expect(screen).toContain('Waiting for the first request.');
  expect(screen).toMatch(/Paste the URL into your provider's webhook settings,\n {5}y u copies it/);
  expect(screen).toMatch(/^ {5}t triggers stripe payment_intent\.succeeded$/m);
  expect(online.screen(120, 30)).toContain(
    "Paste the URL into your provider's webhook settings,   y u copies it",
  );
  expect(screen).toContain('curl -d hello https://calm-fox-41.loca.lt');
  const down = await watched({ target: '3000', health: { state: 'absent' } });
  await expect.poll(() => down.screen(160, 45)).toContain('→ localhost:3000 ○ nothing listens there yet');
  expect(down.screen(80, 24)).toContain('Nothing listens at localhost:3000 yet: start your server.');
  const local = (await watched()).screen(40, 10);
  expect(local).toContain('curl -d hello http://localhost:4000');
  expect(local.split('\n')).toHaveLength(10);
});

test('shows help, notices, warnings and projects', async () => {
  const history = await withTraffic();
  expect(history.screen(80, 24, { overlay: { type: 'help', search: '' } })).toMatch(
    /^ r {2,}replay to the target$/m,
  );
  const noticed = history.screen(120, 24, {
    notice: { tone: 'good', text: 'replayed k7m2q: 200 in 6 ms' },
  });
  expect(noticed.split('\n').at(-1)).toMatch(/^ Enter open .* replayed k7m2q: 200 in 6 ms$/);
  expect(history.screen(80, 24, { warning: 'disk full' }).split('\n')[1]).toBe(' disk full');
  await history.arrives({ project: 'another', requestTarget: '/there' });
  expect(history.screen(80, 24, { allProjects: true })).toMatch(/another {6}POST \/there/);
});

test('requests of other days show the day', async () => {
  const history = await watched();
  await history.arrives({ receivedAt: at(35) - 24 * 3600 * 1000, requestTarget: '/yesterday' });
  expect(history.screen(80, 24)).toMatch(/^>Mo 16:34 {2}POST \/yesterday/m);
  expect(history.screen(40, 10)).toMatch(/^>11-23 POST \/yesterday/m);
  expect(history.screen(80, 24, { pane: 'detail', following: false })).toMatch(/ 2026-11-23 16:34:35\.000$/m);
});

test('a request that takes the place of the selected one is shown from its top', async () => {
  const history = await watched();
  await history.arrives({
    requestTarget: '/one',
    body: Array.from({ length: 99 }, (_, line) => `line ${line}`).join('\n'),
  });
  const down = { line: 50, at: 0 };
  const read = { tab: 'body', viewport: { top: down, cursor: down } } as const;
  const first = history.store.resolve('@');
  expect(history.screen(200, 30, { selected: first, ...read })).toContain('│ line 50');
  await history.arrives({ requestTarget: '/two', body: 'two' });
  expect(history.screen(200, 30, { selected: first, ...read })).toMatch(/│ .?two$/m);
});

test('at the breakpoint even a narrow screen shows the clock and the keys', async () => {
  const history = await watched({ target: '3000' });
  history.session.breakpoint.set(() => true);
  const seq = await history.arrives(
    { requestTarget: '/webhooks/with/a/long/path' },
    { provider: 'github', event: 'push', replyDeadlineMs: 10_000 },
  );
  void history.stops(seq);
  void history.stops(seq);
  const screen = history.screen(40, 10, {
    notice: { tone: 'warn', text: 'the breakpoint is set: everything' },
  });
  expect(screen.split('\n')[1]).toMatch(/^ ‖ 10 s left \+1 POST \/web.*…$/);
  expect(screen.split('\n').at(-1)).toMatch(/^ a resume/);
});

test('a notice that is too long for the footer is below the header', async () => {
  const history = await withTraffic();
  const path = '/tmp/webhook-cli-aBcDeF/k7m2qaaaaaaa.http';
  const text = `Nothing is sent: Line 1 is not a request line such as POST /path. Your text is in ${path}.`;
  for (const [columns, rows] of [
    [80, 24],
    [40, 10],
  ] as const) {
    const lines = history.screen(columns, rows, { notice: { tone: 'bad', text } }).split('\n');
    expect(lines.slice(1, 6).join('').replaceAll(' ', '')).toContain(path);
    expect(lines.at(-1)).toMatch(/^ Enter open/);
    expect(lines).toHaveLength(rows);
  }
});
