import { expect, test } from 'vitest';
import { github } from '../vendors/github.ts';
import { stripe } from '../vendors/stripe.ts';
import { freshLike, withFreshId } from './fresh-id.ts';

test('a fresh id differs and has the same form', () => {
  const uuid = '72d3162e-cc78-11e3-81ab-4c9367dc0958';
  expect(freshLike(uuid)).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
  expect(freshLike(uuid)).not.toBe(uuid);
  expect(freshLike('evt_3PQ7xYz')).toMatch(/^evt_\d[A-Z]{2}\d[a-z][A-Z][a-z]$/);
  expect(freshLike('7042193105')).toMatch(/^[1-9]\d{9}$/);
});

test('sets the id of the provider and changes nothing else', () => {
  const request = {
    method: 'POST',
    url: 'http://localhost/',
    headers: [
      ['X-GitHub-Event', 'push'],
      ['X-GitHub-Delivery', '72d3162e-cc78-11e3-81ab-4c9367dc0958'],
    ] as const,
    body: Buffer.from('{ "id": "evt_1",  "type": "x" }'),
  };
  const fresh = withFreshId(request, github);
  expect(fresh.body).toBe(request.body);
  expect(fresh.headers[0]).toEqual(request.headers[0]);
  expect(fresh.headers[1]![1]).not.toBe(request.headers[1]![1]);
  expect(Buffer.from(withFreshId(request, stripe).body).toString()).toMatch(
    /^\{ "id": "evt_\d", {2}"type": "x" \}$/,
  );
});
