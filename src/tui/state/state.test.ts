import { describe, expect, test } from 'vitest';
import { adjacentTab, type Change, initialState, reduce, type State } from './state.ts';

function changed(state: State, ...changes: Change[]): State {
  return changes.reduce(reduce, state);
}

const start: State = { ...initialState(80, 24), selected: 5, row: 3 };

describe('the reducer', () => {
  test('moving stops following, and another request is shown from its top', () => {
    const state = changed({ ...start, scroll: 7 }, { type: 'selected', seq: 4, row: 2 });
    expect(state).toMatchObject({ selected: 4, row: 2, following: false, scroll: 0 });
    expect(changed({ ...start, scroll: 7 }, { type: 'selected', seq: 5, row: 3 }).scroll).toBe(7);
  });

  test('opening a request stops following, going back does not start it', () => {
    const reading = changed(start, { type: 'pane', pane: 'detail' });
    expect(reading).toMatchObject({ pane: 'detail', following: false });
    expect(changed(reading, { type: 'pane', pane: 'list' })).toMatchObject({
      pane: 'list',
      following: false,
    });
    expect(changed(start, { type: 'pane', pane: 'list' }).following).toBe(true);
  });

  test('all projects are shown from the newest request', () => {
    const state = changed({ ...start, following: false, pane: 'detail' }, { type: 'projects', all: true });
    expect(state).toMatchObject({ allProjects: true, following: true, pane: 'list' });
  });

  test('another tab is shown from its top', () => {
    expect(changed({ ...start, scroll: 7 }, { type: 'tab', tab: 'body' })).toMatchObject({
      tab: 'body',
      scroll: 0,
    });
  });

  test('does not scroll above the first line', () => {
    expect(changed(start, { type: 'scrolled', to: -3 }).scroll).toBe(0);
  });

  test('notices and warnings come and go', () => {
    const told = changed(
      start,
      { type: 'notice', notice: { tone: 'good', text: 'copied' } },
      { type: 'warning', warning: 'disk full' },
    );
    expect(told).toMatchObject({ notice: { text: 'copied' }, warning: 'disk full' });
    expect(
      changed(told, { type: 'notice', notice: undefined }, { type: 'warning', warning: undefined }),
    ).toEqual(start);
  });

  test('closing removes the help', () => {
    expect(
      changed(start, { type: 'overlay', overlay: { type: 'help', search: '' } }, { type: 'closing' }),
    ).toMatchObject({
      overlay: undefined,
      closing: true,
    });
  });

  test('a resize changes nothing else', () => {
    expect(changed(start, { type: 'resized', columns: 40, rows: 10 })).toEqual({
      ...start,
      columns: 40,
      rows: 10,
    });
  });
});

test('the first tab follows the last', () => {
  expect(adjacentTab('related', 1)).toBe('overview');
  expect(adjacentTab('overview', -1)).toBe('related');
});
