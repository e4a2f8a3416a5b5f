import { render } from 'ink-testing-library';
import { expect, test } from 'vitest';
import { aHistory } from '../../test/support/a-history.ts';
import { anAnswered, aRefused } from '../../test/support/builders.ts';
import { App } from './App.tsx';
import { createCanvas } from './canvas.ts';
import { createFeed } from './feed.ts';
import { initialState, type State } from './state.ts';
import { themeFor } from './theme.ts';

const at = (second: number) => new Date(2026, 10, 24, 16, 34, second).getTime();

/** A history and how it looks, in this state, on a screen of this size. */
async function watched(options: Parameters<typeof aHistory>[0] = {}) {
  const history = await aHistory(options);
  const { session, store } = history;
  const feed = createFeed({ session, history: store, changed() {}, warned() {} });
  const screen = (columns: number, rows: number, changed: Partial<State> = {}) => {
    const canvas = createCanvas(themeFor({ NO_COLOR: '1' }));
    const view = feed.view({ ...initialState(columns, rows), ...changed });
    const { lastFrame, unmount } = render(<App view={view} canvas={canvas} />);
    const lines = canvas.fill(lastFrame() ?? '').split('\n');
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
      ' calm-fox-41.loca.lt ● 182 ms → :3000 ○ refused                            3 ✗1',
      '─'.repeat(80),
      ' 16:34:35  POST    /webhooks/stripe                ↻      200     6 ms     14 B',
      ' 16:34:51  GET     /favicon.ico                       refused     2 ms      0 B',
      '>16:34:59  POST    /slow                                    …  waiting      0 B',
      ...Array.from({ length: 16 }, () => ''),
      ' following',
      '─'.repeat(80),
      ' Enter open   r replay   y copy URL   f pause   a all projects   ? all keys',
    ].join('\n'),
  );
});

test('40x10 shows what matters', async () => {
  expect((await withTraffic()).screen(40, 10)).toBe(
    [
      ' calm-fox-41 ● 182 ms → :3000 ○      ✗1',
      ' 16:34 POST /webhooks/stripe ↻      200',
      ' 16:34 GET /favicon.ico         refused',
      '>16:34 POST /slow                     …',
      '',
      '',
      '',
      '',
      '',
      ' Enter open   r replay   ? all keys',
    ].join('\n'),
  );
});

test('a wide screen shows the selected request beside the list', async () => {
  const history = await withTraffic();
  const seq = history.store.resolve('k7m2q');
  const screen = history.screen(130, 30, { selected: seq, row: 0, following: false, pane: 'detail' });
  expect(screen).toMatch(/^>16:34:35 {2}POST {4}\/webhooks\/stripe .* 200 .*│ k7m2qaaaaaaa/m);
  expect(screen).toContain('[1 Overview]');
  expect(screen).toContain('│   "id": "evt_1"');
  expect(screen).toContain('following paused');
  expect(screen).toContain('Esc back');
  for (const line of screen.split('\n')) expect(line.length).toBeLessThanOrEqual(130);
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
  expect(screen).toContain('  1 Overview  2 Headers  3 Body [4 Attempts ·2]');
  expect(screen).toContain('attempt 2, replay to http://localhost:3000');
  expect(screen).not.toContain('/favicon.ico');
});

test('the empty screen says what to do', async () => {
  const online = await watched({ tunnel: { state: 'online', url: 'https://calm-fox-41.loca.lt' } });
  const screen = online.screen(80, 24);
  expect(screen).toContain('Waiting for the first request.');
  expect(screen).toContain("Paste the URL into your provider's webhook settings,   y copies it");
  expect(screen).toContain('curl -d hello https://calm-fox-41.loca.lt');
  const local = (await watched()).screen(40, 10);
  expect(local).toContain('curl -d hello http://localhost:4000');
  expect(local.split('\n')).toHaveLength(10);
});

test('help, notices, messages and the names of projects have their places', async () => {
  const history = await withTraffic();
  expect(history.screen(80, 24, { help: true })).toContain(
    'r          send the selected request to the target again',
  );
  const noticed = history.screen(120, 24, {
    notice: { tone: 'good', text: 'replayed k7m2q: 200 in 6 ms' },
  });
  expect(noticed.split('\n').at(-1)).toMatch(/^ Enter open .* replayed k7m2q: 200 in 6 ms$/);
  expect(history.screen(80, 24, { warning: 'disk full' }).split('\n')[1]).toBe(' disk full');
  await history.arrives({ name: 'another', requestTarget: '/there' });
  expect(history.screen(80, 24, { allNames: true })).toMatch(/another {6}POST {4}\/there/);
});
