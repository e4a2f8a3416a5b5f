import { attemptAt } from '../attempt-list.ts';
import type { Acts, Controls } from '../controls.ts';

/** Two side by side: answers of one request, or requests. */
export function comparing(controls: Controls): Acts<'compare-attempts' | 'compare-marked'> {
  const { change, notice, feed } = controls;
  return {
    'compare-attempts'() {
      const { selected: seq, tab, line, attempt } = controls.state;
      const record = seq === undefined ? undefined : feed.record(seq);
      if (seq === undefined || !record) return;
      const isChosen = tab === 'attempts';
      const chosen = isChosen ? (attempt ?? attemptAt(record, line)?.number) : record.attempts.at(-1)?.number;
      // The first one has none before it: it is compared with the one after.
      const later = Math.max(2, chosen ?? 2);
      const numbers = record.attempts.map(({ number }) => number);
      if (!numbers.includes(later)) {
        notice('There are not two attempts to compare.', 'dim');
        return;
      }
      const earlier = later - 1;
      change({
        type: 'overlay',
        overlay: { type: 'compare', before: { seq, attempt: earlier }, after: { seq, attempt: later } },
      });
    },
    'compare-marked'() {
      const { marks, selected } = controls.state;
      const [before, after = selected] = marks;
      if (before === undefined || after === undefined) return;
      // As they came, whichever was marked first.
      const [first, second] = before < after ? [before, after] : [after, before];
      change({
        type: 'overlay',
        overlay: { type: 'compare', before: { seq: first }, after: { seq: second } },
      });
    },
  };
}
