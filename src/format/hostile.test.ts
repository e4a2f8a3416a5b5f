import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostileAttempt, hostileClassification, hostileRequest, obeyed } from '../../test/support/hostile.ts';
import { noReply } from '../model/reply.ts';
import { notWithheld, type RequestSummary } from '../model/request.ts';
import { comparableAttempt, comparableRequest, compareLines } from './compare/compare.ts';
import { openDocument, top } from './document/document.ts';
import { attemptLine, requestLine } from './line.ts';
import { requestTable } from './request-table.ts';
import { showLines } from './show.ts';
import { plainText, type StyledLine, wrapLine } from './styled.ts';

const shown = (lines: Iterable<StyledLine>) => [...lines].map(plainText);

/** Every line that is made of captured text, whatever it is for. */
test('prints no control sequence from any captured text', () => {
  fc.assert(
    fc.property(
      fc.tuple(hostileRequest, hostileClassification, hostileAttempt),
      fc.tuple(hostileRequest, hostileAttempt),
      fc.integer({ min: 20, max: 120 }),
      ([request, classification, attempt], [other, otherAttempt], columns) => {
        const summary: RequestSummary = {
          ...request,
          seq: 1,
          bodySize: request.body.size,
          reply: noReply,
          attemptCount: 0,
          lastAttempt: undefined,
          isHeld: false,
          classification,
          redeliveryOf: undefined,
          ...notWithheld,
        };
        const document = openDocument(request.body, request.headers);
        const pretty = document.rows(top, 1_000, columns).map(({ text }) => text);
        document.foldAll();
        const folded = document.rows(top, 1_000, columns).map(({ text }) => text);
        document.toggleRaw(top);
        const raw = document.rows(top, 1_000, columns).map(({ text }) => text);
        const record = {
          request,
          reply: noReply,
          deliveries: [],
          attempts: [attempt],
          classification,
          redeliveryOf: undefined,
          ...notWithheld,
        };
        const compared = compareLines(comparableRequest(request), comparableRequest(other));
        const answers = compareLines(comparableAttempt(attempt), comparableAttempt(otherAttempt));
        const lines = [
          requestLine(summary),
          attemptLine(attempt),
          ...requestTable([summary], { columns, now: 0 }),
          ...showLines(record, { columns }),
          ...shown([...pretty, ...folded, ...raw, ...compared, ...answers]),
          ...shown(compared.flatMap((line) => [...wrapLine(line, columns)])),
          document.note ?? '',
        ];
        expect(lines.find((line) => obeyed.test(line))).toBeUndefined();
      },
    ),
    { numRuns: 500 },
  );
}, 60_000);
