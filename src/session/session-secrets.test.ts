import { expect, test } from 'vitest';
import { createSessionSecrets } from './session-secrets.ts';

test('a secret that is given later comes first, and the configured ones stay', () => {
  const configured = new Map([['stripe', ['whsec_a']]]);
  const { settings, use } = createSessionSecrets({ secrets: configured });
  use('stripe', 'whsec_b');
  use('github', 'c');
  use('stripe', 'whsec_b');
  expect(settings.secrets?.get('stripe')).toEqual(['whsec_b', 'whsec_a']);
  expect(settings.secrets?.get('github')).toEqual(['c']);
  // The settings of other users of the library are left alone.
  expect(configured).toEqual(new Map([['stripe', ['whsec_a']]]));
});
