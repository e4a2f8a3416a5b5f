import * as zlib from 'node:zlib';
import { expect, test } from 'vitest';
import { bodyOf } from '../model/body.ts';
import type { HeaderList } from '../model/headers.ts';
import { carriesAny, entitiesOf } from './entities.ts';

const json: HeaderList = [['Content-Type', 'application/json']];

function idsOf(value: unknown, headers = json): string[] {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return entitiesOf(bodyOf(Buffer.from(text)), headers).map(({ id }) => id);
}

test('finds the payment, its customer and its references, not the event', () => {
  const body = {
    id: 'evt_3PQ7xLabcdefgh12',
    object: 'event',
    account: 'acct_1AbCdEfGhIjKlMn2',
    created: 1_790_000_000,
    livemode: false,
    type: 'payment_intent.succeeded',
    request: { id: 'req_AbCdEfGhIjKl12', idempotency_key: '0a1b2c3d-0000-4000-8000-0123456789ab' },
    data: {
      object: {
        id: 'pi_3PQ7xLabcdefgh12',
        object: 'payment_intent',
        amount: 199_900,
        customer: 'cus_QaBcDeFg123456',
        latest_charge: 'ch_3PQ7xLabcdefgh34',
        metadata: { order_id: 'A-10023' },
      },
    },
  };
  expect(entitiesOf(bodyOf(Buffer.from(JSON.stringify(body))), json)[1]).toEqual({
    id: 'cus_QaBcDeFg123456',
    path: 'data.object.customer',
  });
  expect(idsOf(body)).toEqual([
    'pi_3PQ7xLabcdefgh12',
    'cus_QaBcDeFg123456',
    'ch_3PQ7xLabcdefgh34',
    'A-10023',
  ]);
});

test('finds the pull request, not the repository that all others share', () => {
  const body = {
    action: 'opened',
    number: 42,
    pull_request: {
      id: 1_912_345_678,
      node_id: 'PR_kwDOABCD1234',
      user: { id: 583_231, login: 'octocat' },
      head: { sha: '6dcb09b5b57875f334f61aebed695e2e4193db5e' },
      created_at: '2026-11-24T16:34:35Z',
    },
    repository: { id: 1_296_269, node_id: 'MDEwOlJlcG9zaXRvcnkxMjk2MjY5' },
    sender: { id: 583_231 },
    installation: { id: 1_234_567 },
  };
  expect(idsOf(body)).toEqual(['1912345678', '583231', '6dcb09b5b57875f334f61aebed695e2e4193db5e']);
  expect(idsOf({ action: 'created', repository: { id: 1_296_269 } })).toEqual(['1296269']);
});

test('finds the commits of a push, except the one of zeros', () => {
  const after = `${'a'.repeat(39)}1`;
  expect(idsOf({ ref: 'refs/heads/main', before: '0'.repeat(40), after, commits: [{ id: after }] })).toEqual([
    after,
  ]);
});

test('finds an order, its customer and its lines', () => {
  const body = {
    id: 820_982_911_946_154_500,
    admin_graphql_api_id: 'gid://shopify/Order/820982911946154508',
    confirmed: true,
    created_at: '2026-11-24T16:34:35-05:00',
    order_number: 1234,
    total_price: '199.00',
    customer: { id: 115_310_627_314_723 },
    line_items: [{ id: 866_550_311_766_439, quantity: 1, price: '199.00' }],
    location_id: 655_441_491,
  };
  expect(idsOf(body).slice(0, 3)).toEqual([
    'gid://shopify/Order/820982911946154508',
    '115310627314723',
    '866550311766439',
  ]);
});

test('finds ids in forms, also in JSON within them', () => {
  const form: HeaderList = [['Content-Type', 'application/x-www-form-urlencoded']];
  expect(idsOf('MessageSid=SM1234567890abcdef&AccountSid=AC99999999&Body=hello+12345', form)).toEqual([
    'SM1234567890abcdef',
  ]);
  expect(
    idsOf(`payload=${encodeURIComponent('{"view":{"id":"V0PKB1ZFV1"},"team":{"id":"T9TK3CUKW"}}')}`, form),
  ).toEqual(['V0PKB1ZFV1']);
});

test('finds no ids in times, sums, small numbers, words and broken bodies', () => {
  expect(
    idsOf({
      id: true,
      amount: 19_990_000,
      created: 1_790_000_000,
      user_id: 42,
      paid: 'yes',
      order_id: 'none',
      id2: null,
    }),
  ).toEqual([]);
  expect(idsOf('{"id": "abc123"')).toEqual([]);
  expect(idsOf('id=abc123', [['Content-Type', 'text/plain']])).toEqual([]);
  expect(idsOf('')).toEqual([]);
});

test('finds an id as a whole word, compressed or with escaped slashes', () => {
  const carries = carriesAny(['pi_123', 'gid://shopify/Order/1']);
  expect(carries(Buffer.from('{"a":"pi_123"}'), json)).toBe('pi_123');
  expect(carries(Buffer.from('{"a":"pi_1234"} api_123'), json)).toBeUndefined();
  expect(carries(Buffer.from('{"a":"gid:\\/\\/shopify\\/Order\\/1"}'), json)).toBe('gid://shopify/Order/1');
  expect(carries(zlib.gzipSync('a=pi_123'), [['Content-Encoding', 'gzip']])).toBe('pi_123');
});
