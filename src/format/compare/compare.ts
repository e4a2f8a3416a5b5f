import type { Attempt } from '../../model/attempt.ts';
import { type Body, emptyBody } from '../../model/body.ts';
import type { HeaderList } from '../../model/headers.ts';
import type { CapturedRequest } from '../../model/request.ts';
import { type MaskOptions, maskSecrets } from '../mask.ts';
import { printable, printableLatin1 } from '../printable.ts';
import { attemptStatus } from '../status.ts';
import type { StyledLine } from '../styled.ts';
import { durationText } from '../time.ts';
import { bodyComparison } from './body-comparison.ts';
import { changedLines, saidLine } from './change-lines.ts';
import { headerComparison } from './header-comparison.ts';

/** The parts of a request or a response that are compared. */
export interface Comparable {
  /** Its name for people: `k7m2q`, `attempt 2`. */
  readonly title: string;
  /** Beside headers and body: `status`, `200 OK`. Both sides have the same names. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly headers: HeaderList;
  readonly body: Body;
}

/** A request as it arrived, or as it was sent. */
export function comparableRequest(
  request: Pick<CapturedRequest, 'id' | 'method' | 'requestTarget' | 'headers' | 'body'>,
): Comparable {
  return {
    title: request.id,
    facts: [
      ['method', request.method],
      ['target', printableLatin1(request.requestTarget)],
    ],
    headers: request.headers,
    body: request.body,
  };
}

/** The response to an attempt, or why there was none. */
export function comparableAttempt(attempt: Attempt): Comparable {
  const { outcome } = attempt;
  const failed = outcome.type === 'failed' ? outcome : undefined;
  const { text } = attemptStatus(outcome.response?.status, failed?.code);
  const reason = failed?.message ?? printableLatin1(outcome.response?.statusText ?? '');
  return {
    title: `attempt ${attempt.number}`,
    facts: [
      ['target', attempt.target],
      ['status', reason === '' ? text : `${text} ${reason}`],
      ['time', durationText(attempt.ms)],
    ],
    headers: outcome.response?.headers ?? [],
    body: outcome.response?.body ?? emptyBody,
  };
}

/**
 * The differences between two requests or two responses: every difference with a sign, `-` for what is only in the
 * first, `+` for what is only in the second, `~` for what changed. Lines of any length, printable, secrets masked.
 */
export function compareLines(before: Comparable, after: Comparable, options: MaskOptions = {}): StyledLine[] {
  const facts = before.facts.flatMap(([name, value]) => {
    const other = after.facts.find(([candidate]) => candidate === name)?.[1] ?? '';
    if (other === value) return [saidLine(`  ${name}: ${maskSecrets(printable(value), options)}, the same`)];
    const shown = (text: string) => maskSecrets(printable(text), options);
    return changedLines(name, shown(value), shown(other));
  });
  return [
    [
      ['strong', printable(before.title)],
      ['dim', ' (-) compared with '],
      ['strong', printable(after.title)],
      ['dim', ' (+)'],
    ],
    [],
    ...facts,
    [],
    ...headerComparison(before.headers, after.headers, options),
    [],
    ...bodyComparison(before, after, options),
  ];
}
