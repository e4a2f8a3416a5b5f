import { expect, onTestFinished, test } from 'vitest';
import { aHistory } from '../../../test/support/a-history.ts';
import { anAnswered, aRefused } from '../../../test/support/builders.ts';
import { createHistoryCounter, type HistoryCounterOptions } from './history-counts.ts';

async function counting(size: number) {
  const made = await aHistory({ target: '3000' });
  const { store } = made;
  const ranges: number[] = [];
  const history: HistoryCounterOptions['history'] = {
    summary: store.summary,
    highestSeq: store.highestSeq,
    tally(options) {
      ranges.push(options.from);
      return store.tally(options);
    },
  };
  const seqs: number[] = [];
  await Promise.all(Array.from({ length: size }, async () => seqs.push(await made.arrives())));
  let counted = 0;
  const counter = createHistoryCounter({
    history,
    counted: () => counted++,
    failed(error) {
      throw error;
    },
  });
  onTestFinished(counter.close);
  return { ...made, counter, ranges, seqs: seqs.sort((a, b) => a - b), counted: () => counted };
}

const nothing: readonly number[] = [];

test('counts what the rows show: received, failed and held', async () => {
  const { store, counter, arrives, attempted, seqs } = await counting(3);
  const counts = (project?: string) => counter.counts(project, nothing);
  expect(counts('project')).toEqual({ received: 3, failed: 0, held: 0, isComplete: true });
  const [first = 0, second = 0, third = 0] = seqs;
  await attempted(first, anAnswered(500));
  await attempted(second, aRefused());
  await attempted(third, anAnswered(404));
  for (const seq of seqs) counter.changed(seq);
  expect(counts('project')).toMatchObject({ received: 3, failed: 2, held: 0 });
  // Only the newest attempt counts, and a held request is not failed.
  await attempted(first, anAnswered(200, '', [], { kind: 'replay' }));
  await store.hold(second, 'http://localhost:3000');
  for (const seq of seqs) counter.changed(seq);
  expect(counts('project')).toMatchObject({ received: 3, failed: 0, held: 1 });
  await arrives({ project: 'other' });
  expect(counts('project')).toMatchObject({ received: 3 });
  expect(counts()).toMatchObject({ received: 4, held: 1 });
});

test('what the list hides does not count', async () => {
  const { store, counter, attempted, seqs } = await counting(2);
  const [first = 0] = seqs;
  await attempted(first, aRefused());
  expect(counter.counts('project', nothing)).toMatchObject({ received: 2, failed: 1 });
  expect(counter.counts('project', [first])).toMatchObject({ received: 1, failed: 0 });
  expect(counter.counts('project', nothing)).toMatchObject({ received: 2, failed: 1 });
  expect(counter.counts('project', [first])).toMatchObject({ received: 1 });
  await store.delete([first]);
  expect(counter.counts('project', nothing)).toMatchObject({ received: 1, failed: 0 });
});

test('a long history is counted in the background, a change in it at once', async () => {
  const size = 5_000;
  const { store, counter, arrives, attempted, ranges, seqs, counted } = await counting(size);
  const counts = () => counter.counts('project', nothing);
  const first = counts();
  expect(first.isComplete).toBe(false);
  expect(first.received).toBeGreaterThan(0);
  expect(ranges).toHaveLength(4);
  await expect.poll(() => counts().isComplete).toBe(true);
  expect(counts().received).toBe(size);
  expect(counted()).toBeGreaterThan(0);
  // One block is counted anew, not all.
  ranges.length = 0;
  counter.changed(await arrives());
  expect(counts().received).toBe(size + 1);
  await attempted(seqs[10]!, aRefused());
  counter.changed(seqs[10]!);
  expect(counts().failed).toBe(1);
  expect(ranges).toHaveLength(2);
  await store.delete(seqs.slice(0, 1_000));
  counter.changedSomewhere();
  await expect.poll(() => counts().received).toBe(size + 1 - 1_000);
});
