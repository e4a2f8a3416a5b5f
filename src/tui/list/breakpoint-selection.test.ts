import { expect, test } from 'vitest';
import type { RequestSummary } from '../../model/request.ts';
import { createBreakpoint } from '../../session/breakpoint.ts';
import { fieldPrompt, initialState, type State } from '../state/state.ts';
import { createBreakpointSelection } from './breakpoint-selection.ts';

/** A list with these requests, the newest first, and a breakpoint that stops some of them. */
function aList(seqs: readonly number[]) {
  const { breakpoint, intercept } = createBreakpoint(() => {});
  breakpoint.set(() => true);
  const selection = createBreakpointSelection({ breakpoint });
  const page = ({ before = Number.MAX_SAFE_INTEGER }: { readonly before?: number }) =>
    seqs.filter((seq) => seq < before).map((seq) => ({ seq }) as RequestSummary);
  const stops = (seq: number) =>
    void intercept(
      { seq, request: {}, classification: {} } as Parameters<typeof intercept>[0],
      () => () => {},
    );
  const shown = (state: State) => selection.selected(state, page, 10);
  return { breakpoint, stops, shown };
}

const reading: State = { ...initialState(80, 24), selected: 2, row: 1, following: true };

test('selects an intercepted request once, and follows again when it is gone', () => {
  const { breakpoint, stops, shown } = aList([4, 3, 2, 1]);
  expect(shown(reading)).toBe(reading);
  stops(3);
  stops(4);
  const stopped = shown(reading);
  expect(stopped).toMatchObject({ selected: 3, following: false, row: 9 });
  // The user may go elsewhere.
  const elsewhere = { ...stopped, selected: 1 };
  expect(shown(elsewhere)).toBe(elsewhere);
  breakpoint.resume();
  const next = shown(elsewhere);
  expect(next.selected).toBe(4);
  breakpoint.resume();
  expect(shown(next)).toMatchObject({ selected: 4, following: true });
});

test('keeps another selection of the user', () => {
  const { breakpoint, stops, shown } = aList([3, 2, 1]);
  stops(3);
  const elsewhere = { ...shown(reading), selected: 1 };
  breakpoint.resume();
  expect(shown(elsewhere)).toMatchObject({ selected: 1, following: false });
});

test('waits for an open prompt, and does not select a request that the filter hides', () => {
  const { stops, shown } = aList([3, 2, 1]);
  stops(3);
  const writing = { ...reading, prompt: fieldPrompt('filter', '') };
  expect(shown(writing)).toBe(writing);
  expect(shown({ ...writing, overlay: { type: 'help', search: '' }, prompt: undefined }).selected).toBe(2);
  expect(shown({ ...writing, prompt: undefined }).selected).toBe(3);
  const filtered = aList([2, 1]);
  filtered.stops(3);
  expect(filtered.shown(reading)).toBe(reading);
});
