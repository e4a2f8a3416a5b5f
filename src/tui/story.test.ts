import { expect, onTestFinished, test } from 'vitest';
import { aHistory } from '../../test/support/a-history.ts';
import { createStory } from './story.ts';

const intent = (id: string, type: string) =>
  JSON.stringify({ id, type, data: { object: { id: 'pi_3PQ7xLabc' } } });

async function told() {
  const history = await aHistory();
  let changes = 0;
  const story = createStory(
    history.store,
    () => changes++,
    (error) => {
      throw error;
    },
  );
  onTestFinished(story.stop);
  const lines = (seq: number, columns = 100) =>
    story
      .lines(history.store.record(seq)!, 'project', columns)
      .map((line) => line.map(([, text]) => text).join(''));
  return { ...history, story, lines, changes: () => changes };
}

test('other requests that carry an id of it are told in their order, with the id', async () => {
  const { arrives, lines, story, changes } = await told();
  const first = await arrives(
    { body: intent('evt_1aaaaaa', 'created') },
    { event: 'payment_intent.created' },
  );
  await arrives({ body: '{"id":"something_else_1"}' });
  const second = await arrives({ body: intent('evt_2aaaaaa', 'paid'), requestTarget: '/paid' });
  await arrives({ body: intent('evt_3aaaaaa', 'paid'), name: 'other' });
  lines(second);
  await expect
    .poll(() => lines(second))
    .toEqual([
      expect.stringMatching(/^ \S+ {2}payment_intent\.created +200 .* pi_3PQ7xLabc$/),
      expect.stringMatching(/^ \S+ {2}POST \/paid \(this one\) +200 .* \S+$/),
    ]);
  expect(changes()).toBeGreaterThan(0);
  expect(story.at(0)).toBe(first);
  expect(story.at(1)).toBe(second);
  expect(story.at(2)).toBeUndefined();
  for (const columns of [36, 50, 60]) {
    for (const line of lines(second, columns)) expect(line.length).toBeLessThanOrEqual(columns);
  }
});

test('what has no id, or one that nobody else carries, says so', async () => {
  const { arrives, lines } = await told();
  const plain = await arrives({ body: 'hello', headers: [] });
  expect(lines(plain)).toEqual([' Its body has no id that others could carry, too.']);
  expect(lines(plain, 30)).toEqual([' Its body has no id that', ' others could carry, too.']);
  const alone = await arrives({ body: intent('evt_1aaaaaa', 'created') });
  await expect
    .poll(() => lines(alone)[0])
    .toMatch(/^ No other request of the last ones carries .*pi_3PQ7xLabc/);
});
