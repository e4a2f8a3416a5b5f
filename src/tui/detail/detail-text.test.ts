import { expect, test } from 'vitest';
import { anAnswered, aRefused, aRequest } from '../../../test/support/builders.ts';
import { plainText, type StyledLine } from '../../format/styled.ts';
import type { Attempt, NewAttempt } from '../../model/attempt.ts';
import { unclassified } from '../../model/classification.ts';
import { noReply } from '../../model/reply.ts';
import { notWithheld, type RequestRecord } from '../../model/request.ts';
import { attemptAt, attemptList } from './attempt-list.ts';
import { headerText, overviewHead, responseHead } from './detail-text.ts';

function record(request: Parameters<typeof aRequest>[0], ...attempts: NewAttempt[]): RequestRecord {
  return {
    seq: 1,
    request: aRequest(request),
    reply: noReply,
    classification: unclassified,
    redeliveryOf: undefined,
    ...notWithheld,
    deliveries: [],
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

const text = (all: Iterable<StyledLine>) => [...all].map((line) => line.map(([, part]) => part).join(''));

const headersOf = (of: RequestRecord) => text(headerText(of, 78).slice(0, 1000).lines);

test('the overview has the request line, the details, and the attempts with excerpts of error responses', () => {
  const json = [['Content-Type', 'application/json']] as const;
  const failed = anAnswered(500, '{"error":\n  "no id\u001b[2J"}', json);
  const of = record({ body: '{"a":1}' }, aRefused(), failed, anAnswered(200, 'ok', [], { kind: 'replay' }));
  const lines = text(overviewHead(of, 60));
  expect(lines[0]).toBe('POST /hooks?x=1');
  expect(lines).toEqual(expect.arrayContaining(['from      127.0.0.1', 'body      7 B']));
  expect(lines.slice(1, 8)).toEqual([
    '',
    expect.stringMatching(/^forward {3}refused in 2 ms {2}\d\d:\d\d:\d\d$/),
    '          refused: is the server on localhost:3000 running?',
    expect.stringMatching(/^forward {3}500 in 12 ms/),
    '          {"error": "no id␛[2J"}',
    expect.stringMatching(/^replay {4}200 in 12 ms, 2 B {2}\d\d:\d\d:\d\d$/),
    '',
  ]);
});

function forged(request: Parameters<typeof aRequest>[0]): RequestRecord {
  const verification = { result: 'invalid', reason: 'no match' } as const;
  return { ...record(request), classification: { ...unclassified, provider: 'stripe', verification } };
}

test('an explanation with details shows its hint and the command for the rest', () => {
  const finding = {
    message: 'It parsed.',
    hint: 'Verify the raw body.',
    details: ['Express: raw', 'Django: body'],
  };
  const lines = text(overviewHead(forged({ id: 'k7m2qaaaaaaa' }), 200, { advice: finding, verifyKey: 'V' }));
  expect(lines.slice(5, 7)).toEqual([
    '          Verify the raw body.',
    '          Fixes for each framework: V, or webhook-cli verify k7m2qaaaaaaa',
  ]);
  const rebound = overviewHead(forged({}), 200, { advice: finding, verifyKey: 'Ctrl-v' });
  expect(text(rebound)[6]).toContain('Fixes for each framework: Ctrl-v, or');
  expect(lines.join('\n')).not.toContain('Django');
});

test('the explanation of a signature is below it, with its hint', () => {
  const finding = {
    message: 'Signed with another secret\u001b[2J.',
    hint: 'Give it with --secret.\nOr not.',
  };
  const lines = text(overviewHead(forged({}), 60, { advice: finding, verifyKey: 'V' }));
  expect(lines.slice(2, 8)).toEqual([
    'provider  stripe',
    'signature ✗ invalid: no match',
    '          Signed with another secret␛[2J.',
    '          Give it with --secret.',
    '          Or not.',
    '',
  ]);
});

test('on a narrow screen the outcome comes before the details', () => {
  const lines = text(overviewHead(record({ body: 'hello', headers: [] }, aRefused()), 38));
  expect(lines[1]).toMatch(/^forward {3}refused/);
  expect(lines).toContain('from      127.0.0.1');
});

test('headers are masked, trailers have a title', () => {
  const request = { headers: [['Authorization', 'Bearer secret']], trailers: [['X-Sum', '1']] } as const;
  expect(headersOf(record(request))).toEqual(['Authorization: Bearer ••••', '', 'trailers', 'X-Sum: 1']);
  expect(headersOf(record({ headers: [] }))).toEqual(['(no headers)']);
});

test('attempts are listed, the newest first', () => {
  const twice = record({}, aRefused(), anAnswered(200, 'ok', [], { kind: 'replay', sent: aRequest() }));
  const list = attemptList(twice, 78).map((line) => line.map(([, text]) => text).join(''));
  expect(list).toEqual([
    expect.stringMatching(/^ {2}2 {2}replay {4}200 in 12 ms, 2 B {2}\S+ {2}edited {2}localhost:3000$/),
    expect.stringMatching(/^ {2}1 {2}forward {3}refused in 2 ms {2}\S+ {2}localhost:3000$/),
  ]);
  expect(attemptAt(twice, 0)?.number).toBe(2);
  const edited = attemptList(twice, 40).map((line) => line.map(([, text]) => text).join(''));
  expect(edited[0]).not.toContain(' B');
  expect(attemptList(record({}), 78)).toHaveLength(1);
  const sent = { ...aRequest(), change: 're-signed' } as const;
  const [resigned] = attemptList(record({}, anAnswered(200, '', [], { kind: 'replay', sent })), 78);
  expect(plainText(resigned!)).toMatch(/ {2}re-signed {2}localhost:3000$/);
  expect(plainText([...responseHead({ ...anAnswered(200), sent } as never)].flat())).toContain(
    'sent re-signed: POST /hooks?x=1',
  );
});
