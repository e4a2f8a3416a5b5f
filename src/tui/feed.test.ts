import { expect, onTestFinished, test } from 'vitest';
import { aHistory, type TestHistory } from '../../test/support/a-history.ts';
import { aRefused } from '../../test/support/builders.ts';
import { createFeed } from './feed.ts';
import { createKeymap } from './keymap.ts';
import { initialState, type State } from './state.ts';

function feedOf({ session, store }: TestHistory) {
  const told: string[] = [];
  const feed = createFeed({
    session,
    history: store,
    keymap: createKeymap(),
    changed: () => told.push('changed'),
    warned: (warning) => told.push(warning),
    failed: (error) => told.push(String(error)),
  });
  onTestFinished(feed.stop);
  return { feed, told };
}

const start = initialState(80, 24);

const paths = (view: { rows: readonly { requestTarget: string }[] }) =>
  view.rows.map((row) => row.requestTarget);

test('it follows the newest request of its own name', async () => {
  const history = await aHistory();
  const { feed, told } = feedOf(history);
  expect(feed.view(start)).toMatchObject({
    rows: [],
    index: -1,
    detail: undefined,
    state: { selected: undefined },
  });
  await history.arrives({ requestTarget: '/1' });
  await history.arrives({ requestTarget: '/other', name: 'other' });
  const newest = await history.arrives({ requestTarget: '/2' });
  expect(told.length).toBeGreaterThanOrEqual(3);
  const view = feed.view(start);
  expect(paths(view)).toEqual(['/1', '/2']);
  expect(view.state).toMatchObject({ selected: newest, row: 1 });
  expect(paths(feed.view({ ...start, allNames: true }))).toEqual(['/1', '/other', '/2']);
});

test('new requests never move the selection; those below are counted', async () => {
  const history = await aHistory();
  const { feed } = feedOf(history);
  for (let count = 1; count <= 30; count++) await history.arrives({ requestTarget: `/${count}` });
  let state: State = feed.view(start).state;
  const found = feed.moved(state, -3)!;
  state = { ...state, selected: found.seq, row: found.row, following: false };
  const before = feed.view(state);
  expect(before.rows[before.index]?.requestTarget).toBe('/27');
  for (let count = 31; count <= 35; count++) await history.arrives({ requestTarget: `/${count}` });
  const after = feed.view(before.state);
  expect(after.rows[after.index]?.requestTarget).toBe('/27');
  expect(after.index).toBe(before.index);
  expect(after.newBelow).toBe(5);
  expect(feed.view({ ...after.state, selected: feed.moved(after.state, 100)!.seq, row: 18 }).newBelow).toBe(
    0,
  );
  expect(feed.view({ ...after.state, following: true }).newBelow).toBe(0);
});

test('the detail shows the selected request, made anew when an attempt is added', async () => {
  const history = await aHistory({ target: '3000' });
  const { feed } = feedOf(history);
  const seq = await history.arrives({ body: '{"a":1}' });
  const reading: State = { ...start, pane: 'detail', tab: 'response' };
  const text = (state: State) =>
    feed
      .view(state)
      .detail?.lines.map((line) => line.map(([, part]) => part).join(''))
      .join('\n');
  expect(text(reading)).toBe(' The target has not answered yet.');
  await history.attempted(seq);
  expect(text(reading)).toContain('attempt 1, forward to http://localhost:3000');
  expect(text({ ...reading, tab: 'body' })).toBe(' {\n   "a": 1\n }');
});

test('how the target is comes from the attempts', async () => {
  const history = await aHistory({ target: '3000' });
  const { feed } = feedOf(history);
  expect(feed.view(start).header.health).toEqual({ state: 'unknown' });
  const seq = await history.arrives();
  await history.attempted(seq, aRefused());
  expect(feed.view(start).header.health).toEqual({ state: 'down', why: 'refused', since: 1_790_000_000_102 });
  await history.attempted(seq, aRefused({ to: 'http://localhost:9999' }));
  await history.attempted(seq);
  expect(feed.view(start).header.health).toEqual({ state: 'up' });
});

test('what is wrong is said in at most two lines', async () => {
  const message = 'Requests do not arrive: the tunnel server answers 502 itself; checking again.';
  const history = await aHistory({ tunnel: { state: 'unreachable', message } });
  const { feed, told } = feedOf(history);
  history.emit({ type: 'warning', message: 'disk full' });
  expect(told).toContain('disk full');
  expect(feed.view({ ...start, warning: 'disk\nfull' }).header.messages).toEqual([
    [['bad', ' disk␊full']],
    [['bad', ` ${message}`]],
  ]);
  expect(feed.view({ ...start, columns: 40 }).header.messages).toEqual([
    [['bad', ' Requests do not arrive: the tunnel se…']],
  ]);
});

test('the help is no longer than it is, and nothing is told after the end', async () => {
  const history = await aHistory();
  const { feed, told } = feedOf(history);
  const { overlay } = feed.view({ ...start, overlay: { type: 'help' }, scroll: 1000 });
  expect(overlay?.lines).toHaveLength(20);
  expect(feed.oldest(start)).toBeUndefined();
  expect(feed.moved(start, 1)).toBeUndefined();
  feed.stop();
  await history.arrives();
  expect(told).toEqual([]);
});
