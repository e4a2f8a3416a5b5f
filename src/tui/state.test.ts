import { describe, expect, test } from 'vitest';
import { type Change, initialState, reduce, type State, tabBeside } from './state.ts';

function changed(state: State, ...changes: Change[]): State {
  return changes.reduce(reduce, state);
}

const start: State = { ...initialState(80, 24), selected: 5, row: 3 };

describe('the reducer', () => {
  test('moving stops following, and another request is read from its top', () => {
    const state = changed({ ...start, scroll: 7 }, { type: 'selected', seq: 4, row: 2 });
    expect(state).toMatchObject({ selected: 4, row: 2, following: false, scroll: 0 });
    expect(changed({ ...start, scroll: 7 }, { type: 'selected', seq: 5, row: 3 }).scroll).toBe(7);
  });

  test('reading a request stops following, going back does not begin it', () => {
    const reading = changed(start, { type: 'pane', pane: 'detail' });
    expect(reading).toMatchObject({ pane: 'detail', following: false });
    expect(changed(reading, { type: 'pane', pane: 'list' })).toMatchObject({
      pane: 'list',
      following: false,
    });
    expect(changed(start, { type: 'pane', pane: 'list' }).following).toBe(true);
  });

  test('other names are looked at from the newest on', () => {
    const state = changed({ ...start, following: false, pane: 'detail' }, { type: 'names', all: true });
    expect(state).toMatchObject({ allNames: true, following: true, pane: 'list' });
  });

  test('another part is read from its top', () => {
    expect(changed({ ...start, scroll: 7 }, { type: 'tab', tab: 'body' })).toMatchObject({
      tab: 'body',
      scroll: 0,
    });
  });

  test('nothing is above the first line', () => {
    expect(changed(start, { type: 'scrolled', to: -3 }).scroll).toBe(0);
  });

  test('notices and warnings come and go', () => {
    const told = changed(
      start,
      { type: 'noticed', notice: { tone: 'good', text: 'copied' } },
      { type: 'warned', warning: 'disk full' },
    );
    expect(told).toMatchObject({ notice: { text: 'copied' }, warning: 'disk full' });
    expect(
      changed(told, { type: 'noticed', notice: undefined }, { type: 'warned', warning: undefined }),
    ).toEqual(start);
  });

  test('closing puts the help away', () => {
    expect(changed(start, { type: 'overlay', overlay: { type: 'help' } }, { type: 'closing' })).toMatchObject(
      {
        overlay: undefined,
        closing: true,
      },
    );
  });

  test('a new size leaves the rest alone', () => {
    expect(changed(start, { type: 'resized', columns: 40, rows: 10 })).toEqual({
      ...start,
      columns: 40,
      rows: 10,
    });
  });
});

test('after the last part comes the first', () => {
  expect(tabBeside('story', 1)).toBe('overview');
  expect(tabBeside('overview', -1)).toBe('story');
});
