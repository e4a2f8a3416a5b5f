import { expect, test } from 'vitest';
import { phraseText } from '../model/phrase.ts';
import { invalid, noSignature, unchecked, type Verdict, valid } from '../providers/core/verdict.ts';
import { providers } from '../providers/index.ts';
import { signatureAdvice } from './signature-advice.ts';

function adviceOn(name: string | undefined, verdict: Verdict): string | undefined {
  const provider = providers.find((each) => each.name === name);
  const advice = signatureAdvice({ provider, verdict } as never);
  return advice && `${advice.message} ${phraseText(advice.hint)}`;
}

test('says how to set the secret that is missing', () => {
  const setIt = 'Set it with "secret: stripe=env:NAME" or WEBHOOK_CLI_SECRET_STRIPE.';
  expect(adviceOn('stripe', unchecked('no-secret', 'no secret is configured'))).toBe(
    `No secret of Stripe is configured. ${setIt}`,
  );
  expect(adviceOn('stripe', noSignature('no header'))).toMatch(
    /^Stripe signs its requests, and this one has no signature: .* the same one here\. Set it with /,
  );
  expect(adviceOn('gitlab', unchecked('no-secret', 'no token is configured'))).toMatch(/^No token of GitLab/);
});

test('says what to compare if nothing explains a signature that does not match', () => {
  const mismatch = invalid('mismatch', 'the signature does not match');
  expect(adviceOn('stripe', mismatch)).toContain('Most likely the secret is another one');
  expect(adviceOn('twilio', mismatch)).toContain('Twilio also signs the URL that it called.');
  expect(adviceOn(undefined, unchecked('unknown-provider', 'unknown provider'))).toContain('providerPath');
});

test('adds nothing to a result that says it all', () => {
  expect(adviceOn('stripe', valid())).toBeUndefined();
  expect(adviceOn('stripe', invalid('duplicate-signature', 'two signatures'))).toBeUndefined();
});
