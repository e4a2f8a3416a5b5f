import { expect, test } from 'vitest';
import { plainText } from '../../format/styled.ts';
import { textWidth } from '../../format/width.ts';
import { unclassified } from '../../model/classification.ts';
import { notWithheld, type RequestSummary } from '../../model/request.ts';
import { rowLine } from './row-line.ts';

const now = new Date(2026, 10, 24, 16, 35).getTime();

function summary(event: string, requestTarget: string): RequestSummary {
  return {
    ...{ seq: 1, id: 'k7m2qaaaaaaa', project: 'shop', receivedAt: now, ms: 1, method: 'POST', requestTarget },
    ...{ origin: 'http://localhost:4000', httpVersion: '1.1', remoteAddress: '127.0.0.1', state: 'complete' },
    bodySize: 10,
    reply: { status: 200, by: 'target' },
    classification: { ...unclassified, provider: 'stripe', event },
    ...notWithheld,
    redeliveryOf: undefined,
    attemptCount: 0,
    lastAttempt: undefined,
    isHeld: false,
  };
}

const row = (columns: number, event: string, path: string) =>
  plainText(
    rowLine(summary(event, path), {
      columns,
      showProjects: false,
      marked: false,
      showProviderColumn: true,
      now,
    }),
  );

test('a path uses the blanks behind its event before it is cut', () => {
  // 80 columns, and the list beside the detail at 120.
  expect(row(80, 'orders/create', '/webhooks/shopify')).toMatch(/ orders\/create {11}\/webhooks\/shopify /);
  expect(row(80, 'payment_intent.succeeded', '/webhooks/stripe')).toContain('succeeded /webhooks/stripe ');
  expect(row(80, 'orders/create', '/webhooks/stripe?mode=test')).toContain(
    'create           /webhooks/stripe… ',
  );
  expect(row(67, 'push', '/webhooks/github')).toContain(' push        /webhooks/github ');
  expect(row(67, 'charge.succeeded', '/webhooks/stripe')).toContain(' charge.succeeded /webhooks/… ');
  expect(row(67, 'payment_intent.succeeded', '/webhooks/stripe')).toContain(' payment_intent.succeeded  ');
});

test('a flag stands apart from a long status, at every width', () => {
  for (const columns of [40, 60, 80, 120]) {
    const held = { ...summary('push', '/hooks/github'), isHeld: true, attemptCount: 2 };
    const options = { columns, showProjects: false, marked: false, showProviderColumn: true, now };
    const text = plainText(rowLine(held, options));
    expect(text).toContain(' ↻ held ');
    expect(textWidth(text)).toBe(columns);
  }
});

test('every row is as wide as the list', () => {
  for (const columns of [40, 60, 67, 80, 96, 120, 200])
    for (const event of ['push', 'payment_intent.succeeded', 'a'.repeat(50)])
      for (const path of ['/', '/webhooks/stripe?mode=test', '/日本'.repeat(20)])
        expect(textWidth(row(columns, event, path))).toBe(columns);
});
