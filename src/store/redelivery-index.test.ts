import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { aRequest } from '../../test/support/builders.ts';
import { temporaryFolder } from '../../test/support/folders.ts';
import { oldDatabase } from '../../test/support/old-database.ts';
import { unclassified, type VerificationResult } from '../model/classification.ts';
import type { RefusalCode } from '../model/refusal.ts';
import { openStore } from './store.ts';

interface Delivered {
  readonly result: VerificationResult;
  readonly provider?: string;
  readonly refusal?: RefusalCode;
}

/** The places of the requests that these are redeliveries of, all with one delivery id, in the order of arrival. */
async function redeliveries(deliveries: readonly (VerificationResult | Delivered)[], isIndexed: boolean) {
  const store = openStore(':memory:');
  onTestFinished(() => store.close());
  const { id: sessionId } = await store.openSession({ project: 'project' });
  const ids = new Map<string, number>();
  const found: (number | undefined)[] = [];
  for (const delivery of deliveries) {
    const {
      result,
      provider = 'github',
      refusal,
    } = typeof delivery === 'string' ? { result: delivery } : (delivery as Delivered);
    const request = aRequest();
    const classification = {
      ...unclassified,
      provider,
      eventId: 'd-1',
      verification: { result, reason: null },
    };
    const withholding = { refusal: refusal ?? null, handledBy: null };
    const seq = await store.add(request, { sessionId, classification, withholding });
    ids.set(request.id, seq);
    if (isIndexed) await store.indexIds();
    const first = store.redeliveryOf(seq, classification);
    expect(store.summary(seq)?.redeliveryOf).toBe(first);
    found.push(first === undefined ? undefined : ids.get(first));
  }
  return found;
}

test.each([true, false])(
  'a request makes another a redelivery if it is valid, or both are unchecked (indexed: %s)',
  async (isIndexed) => {
    const cases: [readonly (VerificationResult | Delivered)[], (number | undefined)[]][] = [
      [
        ['valid', 'valid'],
        [undefined, 1],
      ],
      [
        ['unchecked', 'unchecked'],
        [undefined, 1],
      ],
      [
        ['unchecked', 'valid', 'valid'],
        [undefined, undefined, 2],
      ],
      [
        ['invalid', 'valid', 'valid'],
        [undefined, undefined, 2],
      ],
      [
        ['invalid', 'unchecked', 'unchecked'],
        [undefined, undefined, 2],
      ],
      [
        ['invalid', 'invalid'],
        [undefined, undefined],
      ],
      [
        ['valid', 'unchecked', 'invalid'],
        [undefined, 1, 1],
      ],
      [
        ['unchecked', 'invalid', 'unchecked'],
        [undefined, undefined, 1],
      ],
      [
        ['valid', { result: 'valid', provider: 'gitlab' }],
        [undefined, undefined],
      ],
      [
        [{ result: 'unchecked', refusal: 'password' }, 'unchecked'],
        [undefined, undefined],
      ],
      [
        [{ result: 'valid', refusal: 'aborted' }, 'valid'],
        [undefined, 1],
      ],
    ];
    for (const [deliveries, expected] of cases) {
      expect([deliveries, await redeliveries(deliveries, isIndexed)]).toEqual([deliveries, expected]);
    }
  },
);

test('what an older version indexed counts by the same rule', async () => {
  const file = join(await temporaryFolder(), 'w.db');
  const github = { provider: 'github', eventId: 'd-1' };
  oldDatabase(file, [
    { id: 'abcdefghjkmn', ...github, verification: 'invalid' },
    { id: 'bbcdefghjkmn', ...github, verification: 'valid' },
    { id: 'cbcdefghjkmn', ...github, verification: 'valid' },
  ]);
  const store = openStore(file);
  onTestFinished(() => store.close());
  await store.indexIds();
  expect([1, 2, 3].map((seq) => store.summary(seq)?.redeliveryOf)).toEqual([
    undefined,
    undefined,
    'bbcdefghjkmn',
  ]);
});

test('an id that a sender repeats without end costs a bounded look', async () => {
  const flood = Array.from({ length: 300 }, () => 'unchecked' as const);
  const found = await redeliveries([...flood, 'valid'], true);
  expect(found.at(-1)).toBeUndefined();
});
