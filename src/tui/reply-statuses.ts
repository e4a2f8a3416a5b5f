import { STATUS_CODES } from 'node:http';
import type { StyledLine } from '../format/styled.ts';
import type { View } from './feed.ts';
import { selectedLine } from './selected-line.ts';
import type { Theme } from './theme.ts';

/** The statuses that webhooks are usually replied to with; any other is taken when it is typed. */
const usual = [200, 202, 204, 400, 401, 403, 404, 409, 410, 422, 429, 500, 502, 503, 504];

/** The statuses that begin with the digits that were typed, or whose name has the word. */
export function replyStatuses(typed: string): readonly number[] {
  const wanted = typed.trim().toLowerCase();
  if (/^[2-5]\d\d$/.test(wanted)) return [Number(wanted)];
  return usual.filter(
    (status) => String(status).startsWith(wanted) || (/^\D/.test(wanted) && nameOf(status).includes(wanted)),
  );
}

/** A list of them to pick from, with the one that Enter takes in sight. */
export function replyStatusLines({ state, layout }: View, theme: Theme): StyledLine[] {
  const { prompt } = state;
  if (prompt?.type !== 'reply') return [];
  const statuses = replyStatuses(prompt.field.text);
  if (statuses.length === 0) return [[['dim', ' A status from 200 to 599.']]];
  const chosen = Math.min(prompt.row, statuses.length - 1);
  const from = Math.max(
    0,
    Math.min(chosen - Math.floor(layout.bodyRows / 2), statuses.length - layout.bodyRows),
  );
  return statuses.slice(from, from + layout.bodyRows).map((status, index) => {
    const line: StyledLine = [
      ['plain', ' '],
      ['key', String(status)],
      ['plain', ` ${STATUS_CODES[status] ?? ''}`.trimEnd()],
    ];
    return from + index === chosen ? selectedLine(line, true, theme) : line;
  });
}

function nameOf(status: number): string {
  return (STATUS_CODES[status] ?? '').toLowerCase();
}
