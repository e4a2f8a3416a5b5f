import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { operationParts, stripeBody, stripeRequest, withSecrets } from '../../test/support/operations.ts';
import { bodyOf } from '../model/body.ts';
import { requestOfPayload } from './payload.ts';
import { signEdit } from './sign-edit.ts';
import { verifyRecorded, verifyRequest } from './verify.ts';

const now = 1_790_000_000_000;

function signature(body: string, secret = 'whsec_a'): string {
  const t = now / 1000;
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`;
}

const loadAssessor = withSecrets({ stripe: 'whsec_a' });
const signed = { ...stripeRequest(signature(stripeBody)), body: stripeBody };

test('verifies recorded requests as of their arrival', async () => {
  const { store, record } = await operationParts();
  await record(signed);
  await record({ ...stripeRequest(signature(stripeBody, 'other')), body: stripeBody });
  const results = [];
  for await (const { report } of verifyRecorded({ store, loadAssessor }, { refs: ['@~1', '@'] })) {
    results.push([report.verdict.result, report.provider?.name]);
  }
  expect(results).toEqual([
    ['valid', 'stripe'],
    ['invalid', 'stripe'],
  ]);
});

test('verifies as of another time', async () => {
  const { store, record } = await operationParts();
  const refs = [await record(signed)];
  const at = now + 60 * 60 * 1000;
  const { value } = await verifyRecorded({ store, loadAssessor }, { refs, at }).next();
  expect(value!.report).toMatchObject({ verdict: { code: 'too-old' } });
});

test('rejects an unknown ref before anything is verified', async () => {
  const { store, record } = await operationParts();
  const refs = [await record(signed), 'zzzz'];
  await expect(verifyRecorded({ store, loadAssessor }, { refs }).next()).rejects.toMatchObject({
    code: 'not-found',
  });
});

test('verifies a payload', async () => {
  const { headers } = stripeRequest(signature(stripeBody));
  const payload = { body: Buffer.from(stripeBody), headers: headers! };
  const request = requestOfPayload(payload, createManualClock(now));
  const report = await verifyRequest(request, await loadAssessor(), { now: request.receivedAt });
  expect(report.verdict.result).toBe('valid');
});

test('signs an edit for the targets of its session only', async () => {
  const { store, record } = await operationParts();
  const ref = await record(signed);
  const edit = { ...store.request(ref)!, body: bodyOf(Buffer.from('{}')) };
  const context = { store, clock: createManualClock(now), loadAssessor };
  const sign = (defaultTarget: string | null, targets: readonly string[]) =>
    signEdit(context, { ref, edit, forwarded: { defaultTarget, targets } });
  expect((await sign('http://localhost:3000', []))?.headers).toContainEqual([
    'Stripe-Signature',
    expect.stringContaining(`v1=${signature('{}').split('v1=')[1]}`),
  ]);
  const attempt = { kind: 'forward', target: 'http://localhost:9', startedAt: now, ms: 1 } as const;
  const outcome = { type: 'failed', code: 'refused', message: 'refused' } as const;
  await store.addAttempt(ref, store.summary(ref)!.id, { ...attempt, outcome });
  expect(await sign(null, [])).toBeUndefined();
  expect(await sign(null, ['http://localhost:9'])).toBeDefined();
});
