import { describe, expect, onTestFinished, test } from 'vitest';
import { aHistory, type HistoryOptions } from '../../../test/support/a-history.ts';
import { anAnswered, aRefused } from '../../../test/support/builders.ts';
import { layoutOf } from '../state/layout.ts';
import { initialState, type State } from '../state/state.ts';
import { openDetailSource } from './detail-view.ts';

async function opened(options: HistoryOptions = { target: '3000' }) {
  const history = await aHistory(options);
  let changes = 0;
  const details = openDetailSource({
    history: history.store,
    session: history.session,
    keymap: { keyOf: () => 'V' },
    changed: () => changes++,
    failed() {},
  });
  onTestFinished(details.close);
  const shown = (seq: number, changed: Partial<State>, rows = 24) => {
    const state: State = { ...initialState(80, rows), pane: 'detail', ...changed };
    const view = details.view(state, layoutOf(80, rows, 0), history.store.summary(seq)!)!;
    const lines = view.model.lines.map((line) => line.map(([, part]) => part).join(''));
    return { ...view, lines, text: lines.join('\n') };
  };
  return { ...history, details, shown, changes: () => changes };
}

describe('the detail', () => {
  test('folds a body, and keeps the folds until another body is shown', async () => {
    const { arrives, shown, details } = await opened();
    const seq = await arrives({ body: '{"a":{"b":1,"c":2},"d":3}' });
    const before = shown(seq, { tab: 'body' });
    expect(before.text).toContain('   "b": 1');
    expect(before.model.cursor).toEqual({ row: 0, type: 'margin' });
    details.pager?.document.toggleFold(1);
    expect(shown(seq, { tab: 'body' }).text).not.toContain('"b": 1,\n');
    expect(shown(seq, { tab: 'body' }).lines.length).toBeLessThan(before.lines.length);
    shown(await arrives(), { tab: 'body' });
    expect(shown(seq, { tab: 'body' }).lines).toEqual(before.lines);
  });

  test('shows the latest response, or the response of an attempt', async () => {
    const { arrives, attempted, shown } = await opened();
    const seq = await arrives();
    expect(shown(seq, { tab: 'response' }).lines).toEqual([' No response from the target yet.']);
    await attempted(seq, aRefused());
    await attempted(seq, anAnswered(200, '{"ok":true}', [['Content-Type', 'application/json']]));
    expect(shown(seq, { tab: 'response' }).text).toMatch(
      /^ attempt 2, forward to http:\/\/localhost:3000\n 200 OK in 12 ms .*\n \n Content-Type: application\/json\n \n \{\n {3}"ok": true\n \}$/,
    );
    const first = shown(seq, { tab: 'attempts', attempt: 1 }).text;
    expect(first).toContain(' attempt 1, forward');
    expect(first).toContain('refused: is the server on localhost:3000 running?');
    expect(shown(seq, { tab: 'attempts', attempt: 7 }).text).toBe(' No response from the target yet.');
  });

  test('keeps the selected row of a list visible and valid', async () => {
    const { arrives, attempted, shown } = await opened();
    const seq = await arrives();
    for (let number = 0; number < 40; number++) await attempted(seq);
    const end = shown(seq, { tab: 'attempts', rowCursor: 1000 });
    expect(end.state.rowCursor).toBe(39);
    expect(end.lines[end.model.cursor!.row]).toMatch(/^ {2}1 {2}forward/);
    expect(end.model.position).toBe('row 40 of 40');
    expect(shown(seq, { tab: 'attempts', rowCursor: 0 }).lines[0]).toMatch(/^ 40 {2}forward/);
  });

  test('shows the position in a long body, highlights the search text, and reads ahead', async () => {
    const { arrives, shown, changes, details } = await opened({});
    const body = Array.from({ length: 500 }, (_, line) => `line ${line}`).join('\n');
    const seq = await arrives({ body, headers: [['Content-Type', 'text/plain']] });
    await expect.poll(() => shown(seq, { tab: 'body' }).model.position).toBe('body line 1 of 500');
    await expect.poll(changes).toBeGreaterThan(0);
    const found = await details.pager!.document.find('line 321', { line: 0, at: 0 }, 1);
    const view = shown(seq, { tab: 'body', search: 'line 321', viewport: { top: found!, cursor: found! } });
    expect(view.model.position).toBe('body line 322 of 500');
    expect(view.model.lines[0]).toContainEqual(['selected', 'line 321']);
    const raw = details.toggleRaw(found!);
    expect(shown(seq, { tab: 'body', viewport: { top: raw!, cursor: raw! } }).model.position).toMatch(/^raw/);
  });
});
