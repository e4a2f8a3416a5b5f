import { expect, test } from 'vitest';
import { aRequest } from '../../test/support/builders.ts';
import { assessorWith, providerSetWith } from './provider-set.ts';

const definition = { name: 'github', event: '{json:kind}', hmac: { at: 'header:X-Mine' } };

test('a definition replaces the built-in provider of its name, in commands and in sessions', () => {
  const known = providerSetWith([definition]);
  const providerPaths = [{ path: '/in', provider: 'github' }];
  const request = aRequest({ requestTarget: '/in', body: '{"kind":"mine"}' });
  for (const assessor of [known.assessor({ providerPaths }), assessorWith(known.custom, { providerPaths })]) {
    expect(assessor.byName('github')).toBe(known.custom[0]);
    expect(assessor.providers.filter(({ name }) => name === 'github')).toHaveLength(1);
    expect(assessor.assess(request, 0).classification).toMatchObject({ provider: 'github', event: 'mine' });
  }
});

test('rejects two definitions of one name', () => {
  expect(() => providerSetWith([definition, definition])).toThrow(/Provider github is defined twice/);
});
