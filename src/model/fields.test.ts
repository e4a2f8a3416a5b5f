import { expect, test } from 'vitest';
import { bodyOf } from './body.ts';
import { unclassified } from './classification.ts';
import { fieldValue, partsOf, requestFieldList, requestFields } from './fields.ts';
import { parseFilter } from './filter.ts';
import { noReply } from './reply.ts';
import { arrivalOf, captured, notWithheld } from './request.ts';

const request = captured(
  arrivalOf({
    receivedAt: 0,
    method: 'POST',
    origin: 'http://localhost:4000',
    requestTarget: '/hooks',
    headers: [],
    body: bodyOf(new Uint8Array(0)),
  }),
  'k7m2qaaaaaaa',
  'shop',
);

const record = {
  request,
  classification: { ...unclassified, provider: 'stripe' },
  reply: noReply,
  ...notWithheld,
  redeliveryOf: undefined,
  deliveries: [],
};

test('finds the value of a field wherever it lies in a record', () => {
  const parts = partsOf(record);
  const values = Object.fromEntries(requestFieldList.map((field) => [field.name, fieldValue(field, parts)]));
  expect(values).toMatchObject({
    id: 'k7m2qaaaaaaa',
    project: 'shop',
    url: 'http://localhost:4000/hooks',
    provider: 'stripe',
    'verification.result': 'unchecked',
    'reply.status': null,
    refusal: null,
  });
});

test('gives each column and each label to one field', () => {
  const columns = requestFieldList.flatMap(({ column }) => column ?? []);
  const labels = requestFieldList.flatMap(({ label }) => label ?? []);
  expect(new Set(columns).size).toBe(columns.length);
  expect(new Set(labels).size).toBe(labels.length);
});

test('gives a column to every recorded field but headers', () => {
  const recorded = requestFieldList.filter(
    ({ part, kind }) => part !== 'derived' && part !== 'record' && kind !== 'headers',
  );
  expect(recorded.filter(({ column }) => column === undefined)).toEqual([]);
});

test('names only fields that a filter knows', () => {
  const names = Object.values(requestFields).flatMap((field) => ('query' in field ? field.query : []));
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) expect(() => parseFilter(`${name}:x`)).not.toThrow();
});
