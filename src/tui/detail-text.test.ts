import { expect, test } from 'vitest';
import { anAnswered, aRefused, aRequest } from '../../test/support/builders.ts';
import type { Attempt, NewAttempt } from '../model/attempt.ts';
import { noFacts } from '../model/facts.ts';
import { noReply } from '../model/reply.ts';
import type { RequestRecord } from '../model/request.ts';
import { attemptAt, attemptList } from './attempt-list.ts';
import { detailText, type TextPart } from './detail-text.ts';

function record(request: Parameters<typeof aRequest>[0], ...attempts: NewAttempt[]): RequestRecord {
  return {
    seq: 1,
    request: aRequest(request),
    reply: noReply,
    facts: noFacts,
    redeliveryOf: undefined,
    owed: [],
    attempts: attempts.map(
      (attempt, index): Attempt => ({
        ...attempt,
        seq: index + 1,
        requestId: 'x',
        number: index + 1,
        reply: noReply,
      }),
    ),
  };
}

function lines(of: RequestRecord, part: TextPart, columns = 78): string[] {
  return detailText(of, part, columns)
    .slice(0, 1000)
    .lines.map((line) => line.map(([, text]) => text).join(''));
}

test('the overview has the request line, facts, attempts in short and the body', () => {
  const text = lines(
    record({ body: '{"a":1}' }, aRefused(), anAnswered(200, 'ok', [], { kind: 'replay' })),
    'overview',
  );
  expect(text[0]).toBe('POST /hooks?x=1');
  expect(text).toEqual(expect.arrayContaining(['from      127.0.0.1', 'body      7 B']));
  expect(text.slice(-7)).toEqual([
    expect.stringMatching(/^forward {3}refused in 2 ms {2}\d\d:\d\d:\d\d$/),
    '          refused: is the server on localhost:3000 running?',
    expect.stringMatching(/^replay {4}200 in 12 ms, 2 B {2}\d\d:\d\d:\d\d$/),
    '',
    '{',
    '  "a": 1',
    '}',
  ]);
});

test('on a narrow screen the body comes before the facts', () => {
  const text = lines(record({ body: 'hello', headers: [] }), 'overview', 38);
  expect(text.slice(0, 3)).toEqual(['POST /hooks?x=1', '', 'hello']);
  expect(text).toContain('from      127.0.0.1');
});

test('headers are masked, trailers named', () => {
  const request = { headers: [['Authorization', 'Bearer secret']], trailers: [['X-Sum', '1']] } as const;
  expect(lines(record(request), 'headers')).toEqual([
    'Authorization: Bearer ••••',
    '',
    'trailers',
    'X-Sum: 1',
  ]);
  expect(lines(record({ headers: [] }), 'headers')).toEqual(['(no headers)']);
});

test('the attempts are a list, the newest on top', () => {
  const twice = record({}, aRefused(), anAnswered(200, 'ok', [], { kind: 'replay', sent: aRequest() }));
  const list = attemptList(twice, 78).map((line) => line.map(([, text]) => text).join(''));
  expect(list).toEqual([
    expect.stringMatching(/^ {2}2 {2}replay {4}200 in 12 ms, 2 B {2}\S+ {2}edited {2}localhost:3000$/),
    expect.stringMatching(/^ {2}1 {2}forward {3}refused in 2 ms {2}\S+ {2}localhost:3000$/),
  ]);
  expect(attemptAt(twice, 0)?.number).toBe(2);
  expect(attemptList(record({}), 78)).toHaveLength(1);
});

test('lines are made when they are asked for, and no more than a reader takes', () => {
  const text = detailText(record({ body: 'x\n'.repeat(100_000), headers: [] }), 'overview', 40);
  expect(text.slice(0, 10).lines).toHaveLength(10);
  expect(text).toMatchObject({ complete: false });
  const end = text.slice(Number.MAX_SAFE_INTEGER, 10);
  expect(end.from).toBe(text.known - 10);
  expect(text).toMatchObject({ known: 20_001, complete: true });
  expect(end.lines.at(-1)?.[0]?.[1]).toMatch(/^… more: webhook-cli show \S+ --body$/);
});

test('long lines are wrapped to the width', () => {
  for (const line of lines(record({ body: 'y'.repeat(500), headers: [] }), 'overview', 38)) {
    expect(line.length).toBeLessThanOrEqual(38);
  }
});
