import { describe, expect, test } from 'vitest';
import { aRequest } from '../../../test/support/builders.ts';
import { createAssessor } from '../assess.ts';
import { providers } from '../index.ts';
import { sampleProviders, samplesOf } from './index.ts';
import { freshAt, sampleBody } from './sample.ts';

const now = 1_790_000_000_000;
const assessor = createAssessor(providers);

test('at least twelve providers have five events or more', async () => {
  const counts = await Promise.all(
    sampleProviders.map(async (name) => Object.keys((await samplesOf(name))!).length),
  );
  expect(counts.filter((count) => count >= 5).length).toBeGreaterThanOrEqual(12);
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(5);
});

describe.each(sampleProviders)('samples of %s', (name) => {
  test('are detected with their event once they are signed', async () => {
    const provider = providers.find((each) => each.name === name)!;
    for (const [event, sample] of Object.entries((await samplesOf(name))!)) {
      const made = sample(freshAt(now));
      const unsigned = {
        method: 'POST',
        url: 'https://example.test/',
        headers: made.headers,
        body: sampleBody(made),
      };
      // If only the vendor has the key, the signature is a placeholder.
      const signed =
        provider.scheme.signsWith === 'key'
          ? { ...unsigned, headers: [...unsigned.headers, ...provider.scheme.signatureAt.map(headerAt)] }
          : provider.scheme.sign!(unsigned, { secrets: [secretFor(name)], options: {}, now });
      const found = assessor.assess(aRequest({ ...signed, requestTarget: '/' }), now);
      expect([found.provider?.name, event], event).toEqual([name, event]);
      expect(found.classification.event, event).not.toBeNull();
    }
  });

  test('differ between deliveries', async () => {
    for (const sample of Object.values((await samplesOf(name))!)) {
      const [one, other] = [sample(freshAt(now)), sample(freshAt(now))];
      expect(JSON.stringify(one)).not.toBe(JSON.stringify(other));
    }
  });
});

function headerAt(locator: string): readonly [string, string] {
  return [locator.slice('header:'.length), '00'];
}

function secretFor(name: string): string {
  return name === 'clerk' || name === 'resend' ? `whsec_${Buffer.alloc(24).toString('base64')}` : 'secret';
}
