import type { StyledLine } from '../../format/styled.ts';
import { targetName } from '../../format/target-name.ts';
import { cut } from '../../format/width.ts';
import type { Attempt } from '../../model/attempt.ts';
import type { RequestRecord } from '../../model/request.ts';
import { attemptSummary, noAttempt } from './detail-text.ts';

/** The attempts of a request, one line each, the newest first. */
export function attemptList(record: RequestRecord, columns: number): StyledLine[] {
  if (record.attempts.length === 0) return [[['dim', ` ${noAttempt(record)}`]]];
  return newestFirst(record).map((attempt) => {
    const line: StyledLine = [
      ['plain', ` ${String(attempt.number).padStart(2)}  `],
      ...attemptSummary(attempt, columns - 5),
    ];
    const used = line.reduce((sum, [, text]) => sum + text.length, 0);
    const to = cut(targetName(attempt.target), columns - used - 2);
    return to.length < 6 ? line : [...line, ['dim', `  ${to}`]];
  });
}

/** The attempt in a row of that list. */
export function attemptAt(record: RequestRecord, row: number): Attempt | undefined {
  return newestFirst(record)[row];
}

function newestFirst({ attempts }: RequestRecord): readonly Attempt[] {
  return attempts.toReversed();
}
