import { expect, onTestFinished, test } from 'vitest';
import { aHistory } from '../../../test/support/a-history.ts';
import { openRelatedRequests } from './related-requests.ts';

const intent = (id: string, type: string) =>
  JSON.stringify({ id, type, data: { object: { id: 'pi_3PQ7xLabc' } } });

async function searching() {
  const history = await aHistory();
  let changes = 0;
  const related = openRelatedRequests(
    history.store,
    () => changes++,
    (error) => {
      throw error;
    },
  );
  onTestFinished(related.close);
  const lines = (seq: number, columns = 100) =>
    related
      .lines(history.store.record(seq)!, 'project', columns)
      .map((line) => line.map(([, text]) => text).join(''));
  return { ...history, related, lines, changes: () => changes };
}

test('lists other requests that contain one of its ids, in order, with the id', async () => {
  const { arrives, lines, related, changes } = await searching();
  const first = await arrives(
    { body: intent('evt_1aaaaaa', 'created') },
    { event: 'payment_intent.created' },
  );
  await arrives({ body: '{"id":"something_else_1"}' });
  const second = await arrives({ body: intent('evt_2aaaaaa', 'paid'), requestTarget: '/paid' });
  await arrives({ body: intent('evt_3aaaaaa', 'paid'), project: 'other' });
  lines(second);
  await expect
    .poll(() => lines(second))
    .toEqual([
      expect.stringMatching(/^ \S+ {2}payment_intent\.created +200 .* pi_3PQ7xLabc$/),
      expect.stringMatching(/^ \S+ {2}POST \/paid \(this one\) +200 .* \S+$/),
    ]);
  expect(changes()).toBeGreaterThan(0);
  expect(related.at(0)).toBe(first);
  expect(related.at(1)).toBe(second);
  expect(related.at(2)).toBeUndefined();
  for (const columns of [36, 50, 60]) {
    for (const line of lines(second, columns)) expect(line.length).toBeLessThanOrEqual(columns);
  }
});

test('says if the body has no id, or no other request contains it', async () => {
  const { arrives, lines } = await searching();
  const plain = await arrives({ body: 'hello', headers: [] });
  expect(lines(plain)).toEqual([' The body has no id to search other requests for.']);
  expect(lines(plain, 30)).toEqual([' The body has no id to search', ' other requests for.']);
  const alone = await arrives({ body: intent('evt_1aaaaaa', 'created') });
  await expect.poll(() => lines(alone)[0]).toMatch(/^ No other recent request contains .*pi_3PQ7xLabc/);
});
