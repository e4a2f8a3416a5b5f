import { expect, test } from 'vitest';
import { aHistory } from '../../../test/support/a-history.ts';
import { anAnswered } from '../../../test/support/builders.ts';
import type { RequestRef } from '../../operations/request-ref.ts';
import { createSignatureExplainer } from './signature-explanation.ts';

const stripe = { provider: 'stripe', event: 'charge.succeeded' };
const invalid = { ...stripe, verification: { result: 'invalid', reason: 'another secret' } } as const;
const valid = { ...stripe, verification: { result: 'valid', reason: null } } as const;

async function explaining() {
  const history = await aHistory();
  const asked: RequestRef[] = [];
  let changes = 0;
  const finding = { message: 'Another secret.', hint: 'Give it with --secret.', details: undefined };
  const session = {
    async verify(ref: RequestRef) {
      asked.push(ref);
      if (asked.length > 3) throw new Error('deleted');
      return { finding } as never;
    },
  };
  const explainer = createSignatureExplainer(session, () => changes++);
  return { ...history, explainer, asked, finding, changes: () => changes };
}

test('explains an invalid signature once, and again after another attempt', async () => {
  const { arrives, attempted, store, explainer, asked, finding, changes } = await explaining();
  const seq = await arrives({ id: 'k7m2qaaaaaaa' }, invalid);
  const found = () => explainer.of(store.summary(seq)!);
  expect(found()).toBeUndefined();
  await expect.poll(found).toEqual(finding);
  expect([asked, changes()]).toEqual([[seq], 1]);
  await attempted(seq);
  found();
  await expect.poll(found).toEqual(finding);
  expect(asked).toHaveLength(2);
});

test('explains a valid signature only if the target returned 4xx', async () => {
  const { arrives, attempted, store, explainer, asked } = await explaining();
  const of = (seq: number) => explainer.of(store.summary(seq)!);
  // Its provider is not known.
  of(await arrives({}));
  const signed = await arrives({}, valid);
  of(signed);
  await attempted(signed, anAnswered(200));
  of(signed);
  expect(asked).toEqual([]);
  await attempted(signed, anAnswered(401));
  of(signed);
  expect(asked).toHaveLength(1);
});
