import { expect, onTestFinished, test } from 'vitest';
import { aHistory, type TestHistory } from '../../../test/support/a-history.ts';
import { aRefused } from '../../../test/support/builders.ts';
import { createKeymap } from '../input/keymap.ts';
import { initialState, type State } from '../state/state.ts';
import { openViewModel } from './view-model.ts';

function opened({ session, store }: TestHistory) {
  const calls: string[] = [];
  const viewModel = openViewModel({
    session,
    history: store,
    keymap: createKeymap(),
    changed: () => calls.push('changed'),
    warned: (warning) => calls.push(warning),
    failed: (error) => calls.push(String(error)),
  });
  onTestFinished(viewModel.close);
  return { viewModel, calls };
}

const start = initialState(80, 24);

const paths = (view: { rows: readonly { requestTarget: string }[] }) =>
  view.rows.map((row) => row.requestTarget);

test('follows the newest request of its own project', async () => {
  const history = await aHistory();
  const { viewModel, calls } = opened(history);
  expect(viewModel.view(start)).toMatchObject({
    rows: [],
    index: -1,
    detail: undefined,
    state: { selected: undefined },
  });
  await history.arrives({ requestTarget: '/1' });
  await history.arrives({ requestTarget: '/other', project: 'other' });
  const newest = await history.arrives({ requestTarget: '/2' });
  expect(calls.length).toBeGreaterThanOrEqual(3);
  const view = viewModel.view(start);
  expect(paths(view)).toEqual(['/1', '/2']);
  expect(view.state).toMatchObject({ selected: newest, row: 1 });
  expect(paths(viewModel.view({ ...start, allProjects: true }))).toEqual(['/1', '/other', '/2']);
});

test('new requests do not move the selection; those below are counted', async () => {
  const history = await aHistory();
  const { viewModel } = opened(history);
  for (let count = 1; count <= 30; count++) await history.arrives({ requestTarget: `/${count}` });
  let state: State = viewModel.view(start).state;
  const found = viewModel.moved(state, -3)!;
  state = { ...state, selected: found.seq, row: found.row, following: false };
  const before = viewModel.view(state);
  expect(before.rows[before.index]?.requestTarget).toBe('/27');
  for (let count = 31; count <= 35; count++) await history.arrives({ requestTarget: `/${count}` });
  const after = viewModel.view(before.state);
  expect(after.rows[after.index]?.requestTarget).toBe('/27');
  expect(after.index).toBe(before.index);
  expect(after.newBelow).toBe(5);
  expect(
    viewModel.view({ ...after.state, selected: viewModel.moved(after.state, 100)!.seq, row: 18 }).newBelow,
  ).toBe(0);
  expect(viewModel.view({ ...after.state, following: true }).newBelow).toBe(0);
});

test('the detail shows the selected request, updated after an attempt', async () => {
  const history = await aHistory({ target: '3000' });
  const { viewModel } = opened(history);
  const seq = await history.arrives({ body: '{"a":1}' });
  const detail: State = { ...start, pane: 'detail', tab: 'response' };
  const text = (state: State) =>
    viewModel
      .view(state)
      .detail?.lines.map((line) => line.map(([, part]) => part).join(''))
      .join('\n');
  expect(text(detail)).toBe(' No response from the target yet.');
  await history.attempted(seq);
  expect(text(detail)).toContain('attempt 1, forward to http://localhost:3000');
  expect(text({ ...detail, tab: 'body' })).toBe(' {\n   "a": 1\n }');
});

test("the target's health comes from its attempts", async () => {
  const history = await aHistory({ target: '3000' });
  const { viewModel } = opened(history);
  expect(viewModel.view(start).header.health).toEqual({ state: 'unknown' });
  const seq = await history.arrives();
  await history.attempted(seq, aRefused());
  expect(viewModel.view(start).header.health).toEqual({
    state: 'down',
    code: 'refused',
    since: 1_790_000_000_102,
  });
  await history.attempted(seq, aRefused({ target: 'http://localhost:9999' }));
  await history.attempted(seq);
  expect(viewModel.view(start).header.health).toEqual({ state: 'up' });
});

test('warnings take at most two lines', async () => {
  const message = 'Requests do not arrive: the tunnel server answers 502 itself; checking again.';
  const history = await aHistory({ tunnel: { state: 'unreachable', message } });
  const { viewModel, calls } = opened(history);
  history.emit({ type: 'warning', message: 'disk full' });
  expect(calls).toContain('disk full');
  expect(viewModel.view({ ...start, warning: 'disk\nfull' }).header.messages).toEqual([
    [['bad', ' disk␊full']],
    [['bad', ` ${message}`]],
  ]);
  expect(viewModel.view({ ...start, columns: 40 }).header.messages).toEqual([
    [['bad', ' Requests do not arrive: the tunnel…']],
  ]);
});

test('the help scrolls to its end at most, and closing ends all updates', async () => {
  const history = await aHistory();
  const { viewModel, calls } = opened(history);
  const { overlay } = viewModel.view({ ...start, overlay: { type: 'help', search: '' }, scroll: 1000 });
  expect(overlay?.lines).toHaveLength(20);
  expect(viewModel.oldest(start)).toBeUndefined();
  expect(viewModel.moved(start, 1)).toBeUndefined();
  viewModel.close();
  await history.arrives();
  expect(calls).toEqual([]);
});
