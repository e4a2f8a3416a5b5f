import { STATUS_CODES } from 'node:http';
import type { Choice } from '../state/choice.ts';

/** Statuses on offer; any other from 200 to 599 can be typed. */
const commonStatuses = [200, 202, 204, 400, 401, 403, 404, 409, 410, 422, 429, 500, 502, 503, 504];

/** The statuses to choose from for a reply. */
export const statusChoices = (): readonly Choice[] =>
  commonStatuses.map((status) => {
    const text = STATUS_CODES[status] ?? '';
    return { value: String(status), name: String(status), text };
  });
