import { expect, test } from 'vitest';
import { aSummary as summary } from '../../test/support/a-summary.ts';
import { requestTable } from './request-table.ts';
import { asciiSymbols } from './symbols.ts';
import { textWidth } from './width.ts';

const now = new Date(2026, 10, 24, 16, 34, 40).getTime();

test('prints complete tab-separated fields for programs', () => {
  expect(requestTable([summary({ requestTarget: '/a\tb' })], { now })).toEqual([
    ['k7m2qaaaaaaa', new Date(now - 5000).toISOString(), 'shop', 'POST', '/a␉b', '200', '2', '2150']
      .concat(['', '', '', 'unchecked', ''])
      .join('\t'),
  ]);
});

test('prints a table that fits the terminal for people', () => {
  const rows = [
    summary(),
    summary({ id: 'h2n8waaaaaaa', requestTarget: `/${'x'.repeat(200)}`, method: 'GET' }),
  ];
  const lines = requestTable(rows, { now, columns: 80 });
  expect(lines).toEqual([
    'ID            TIME      METHOD  PATH                        STATUS    MS    SIZE',
    'k7m2qaaaaaaa  16:34:35  POST    /webhooks/stripe            200     2 ms  2.1 KB',
    'h2n8waaaaaaa  16:34:35  GET     /xxxxxxxxxxxxxxxxxxxxxxxx…  200     2 ms  2.1 KB',
  ]);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
});

test('shows projects if they differ, and the date of other days', () => {
  const rows = [summary(), summary({ project: 'other', receivedAt: now - 48 * 3600 * 1000 })];
  const [heading, , second] = requestTable(rows, { now, columns: 120 });
  expect(heading).toContain('PROJECT');
  expect(second).toContain('2026-11-22 16:34:40  other');
});

const webhooks = [
  summary({
    classification: {
      provider: 'stripe',
      event: 'payment_intent.succeeded',
      eventId: 'evt_1',
      verification: { result: 'valid', reason: null },
      replyDeadlineMs: null,
    },
  }),
  summary({
    requestTarget: `/${'ü日'.repeat(60)}`,
    method: 'PROPPATCHPROPPATCH',
    project: 'a project with a long name',
    receivedAt: now - 48 * 3600 * 1000,
    reply: { status: null, by: null },
    lastAttempt: {
      kind: 'forward',
      target: 'http://localhost:3000',
      startedAt: now,
      ms: 185_000,
      status: undefined,
      errorCode: 'store',
      bodySize: undefined,
    },
  }),
];

test.each([{}, { symbols: asciiSymbols }])(
  'no line is wider than the terminal at 1 to 200 columns',
  (more) => {
    for (let columns = 1; columns <= 200; columns++) {
      const lines = requestTable(webhooks, { now, columns, ...more });
      expect([columns, lines.length, lines.filter((line) => textWidth(line) > columns)]).toEqual([
        columns,
        3,
        [],
      ]);
    }
  },
);

test('narrow terminals keep time, path, status and signature; wide ones show all', () => {
  const first = (columns: number) => requestTable(webhooks.slice(0, 1), { now, columns })[1]?.trimEnd();
  expect(first(40)).toBe('k7m2q  16:34  /webhooks/st…  200     ✓');
  expect(first(80)).toBe('k7m2q  16:34:35  stripe    payment_intent.succee…  /webhooks/stripe  200     ✓');
  expect(first(140)).toBe(
    'k7m2qaaaaaaa  16:34:35  stripe    payment_intent.succeeded  POST    /webhooks/stripe  200     2 ms  2.1 KB  ✓',
  );
});
