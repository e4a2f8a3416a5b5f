import { expect, test } from 'vitest';
import { aHistory } from '../../test/support/a-history.ts';
import { anAnswered } from '../../test/support/builders.ts';
import { createFindings } from './findings.ts';

const stripe = { provider: 'stripe', event: 'charge.succeeded' };
const invalid = { ...stripe, verification: { result: 'invalid', reason: 'another secret' } } as const;
const valid = { ...stripe, verification: { result: 'valid', reason: null } } as const;

async function looking() {
  const history = await aHistory();
  const asked: string[] = [];
  let changes = 0;
  const finding = { code: 'other-secret', message: 'Another secret.', hint: 'Give it with --secret.' };
  const session = {
    async verify(ref: string) {
      asked.push(ref);
      if (asked.length > 3) throw new Error('deleted');
      return { finding } as never;
    },
  };
  const findings = createFindings(session, () => changes++);
  return { ...history, findings, asked, finding, changes: () => changes };
}

test('the doctor looks once at a signature that does not hold, and again after another attempt', async () => {
  const { arrives, attempted, store, findings, asked, finding, changes } = await looking();
  const seq = await arrives({ id: 'k7m2qaaaaaaa' }, invalid);
  const found = () => findings.of(store.summary(seq)!);
  expect(found()).toBeUndefined();
  await expect.poll(found).toEqual(finding);
  expect([asked, changes()]).toEqual([['k7m2qaaaaaaa'], 1]);
  await attempted(seq);
  found();
  await expect.poll(found).toEqual(finding);
  expect(asked).toHaveLength(2);
});

test('it looks at what a target refused although it is genuine, and at nothing else', async () => {
  const { arrives, attempted, store, findings, asked } = await looking();
  const of = (seq: number) => findings.of(store.summary(seq)!);
  of(await arrives({}));
  const genuine = await arrives({}, valid);
  of(genuine);
  await attempted(genuine, anAnswered(200));
  of(genuine);
  expect(asked).toEqual([]);
  await attempted(genuine, anAnswered(401));
  of(genuine);
  expect(asked).toHaveLength(1);
});
