import { STATUS_CODES } from 'node:http';
import type { StyledLine } from '../../format/styled.ts';
import type { Layout } from '../state/layout.ts';
import type { State } from '../state/state.ts';
import { selectedLine, type Theme } from '../terminal/theme.ts';

/** Statuses on offer; any other from 200 to 599 can be typed. */
const commonStatuses = [200, 202, 204, 400, 401, 403, 404, 409, 410, 422, 429, 500, 502, 503, 504];

/** The statuses that begin with the typed digits, or whose name contains the typed word. */
export function replyStatuses(typed: string): readonly number[] {
  const wanted = typed.trim().toLowerCase();
  if (/^[2-5]\d\d$/.test(wanted)) return [Number(wanted)];
  return commonStatuses.filter(
    (status) => String(status).startsWith(wanted) || (/^\D/.test(wanted) && nameOf(status).includes(wanted)),
  );
}

/** The visible statuses, with the selected one among them. */
export function replyStatusLines(state: State, layout: Layout, theme: Theme): StyledLine[] {
  const { prompt } = state;
  if (prompt?.type !== 'reply') return [];
  const statuses = replyStatuses(prompt.field.text);
  if (statuses.length === 0) return [[['dim', ' Enter a status from 200 to 599.']]];
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
