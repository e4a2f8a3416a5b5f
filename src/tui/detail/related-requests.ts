import { carriesAny, type Entity, entitiesOf } from '../../format/entities.ts';
import { timeTaken } from '../../format/line.ts';
import { printable, printableLatin1 } from '../../format/printable.ts';
import { statusOf } from '../../format/status.ts';
import type { StyledLine } from '../../format/styled.ts';
import { durationText, timeText } from '../../format/time.ts';
import { cut, padded, wrapWords } from '../../format/width.ts';
import type { RequestRecord, RequestSummary } from '../../model/request.ts';
import type { Seq } from '../../model/seq.ts';
import type { History } from '../history/history.ts';

/** A request that carries an id of the selected one. */
interface RelatedRequest {
  readonly request: RequestSummary;
  /** The id that both carry. */
  readonly match: string;
}

/** Requests about the same entity, oldest first; the search runs while the tab is shown. */
export interface RelatedRequests {
  /** The matches so far, or why there are none; starts the search for another request or project. */
  lines(record: RequestRecord, name: string | undefined, columns: number): StyledLine[];
  /** The request in a row. */
  at(row: number): Seq | undefined;
  close(): void;
}

interface Search {
  readonly seq: Seq;
  readonly name: string | undefined;
  readonly entities: readonly Entity[];
  readonly stop: AbortController;
  found: readonly RelatedRequest[];
  running: boolean;
}

const statusColumns = 12;

/** Below this width only time, event and status fit. */
const narrowColumns = 50;
const narrowStatusColumns = 9;

/** `changed` is called for each match; `failed` if the search rejects. */
export function openRelatedRequests(
  history: Pick<History, 'searchBodies'>,
  changed: () => void,
  failed: (error: unknown) => void,
): RelatedRequests {
  let current: Search | undefined;

  function start(record: RequestRecord, name: string | undefined): Search {
    current?.stop.abort();
    const search = newSearch(record, name);
    current = search;
    if (search.running) run(search, history, changed).catch(failed);
    return search;
  }

  return {
    lines(record, name, columns) {
      const isCurrent = current?.seq === record.seq && current.name === name;
      const search = current && isCurrent ? current : start(record, name);
      return linesOf(search, columns);
    },
    at: (row) => current?.found[row]?.request.seq,
    close() {
      current?.stop.abort();
      current = undefined;
    },
  };
}

function newSearch({ seq, request }: RequestRecord, name: string | undefined): Search {
  const entities = entitiesOf(request.body, request.headers);
  return { seq, name, entities, stop: new AbortController(), found: [], running: entities.length > 0 };
}

async function run(
  search: Search,
  history: Pick<History, 'searchBodies'>,
  changed: () => void,
): Promise<void> {
  const matches = carriesAny(search.entities.map(({ id }) => id));
  const { signal } = search.stop;
  for await (const { request, match } of history.searchBodies({ matches, project: search.name, signal })) {
    if (signal.aborted) return;
    search.found = [{ request, match }, ...search.found];
    changed();
  }
  search.running = false;
  if (!signal.aborted) changed();
}

function linesOf({ seq, entities, found, running }: Search, columns: number): StyledLine[] {
  if (entities.length === 0) return inLines('The body has no id to search other requests for.', columns);
  if (!found.some(({ request }) => request.seq !== seq)) {
    const ids = entities.slice(0, 3).map(({ id }) => printable(id));
    const prefix = running ? 'Searching for' : 'No other recent request contains';
    return inLines(`${prefix} ${ids.join(', ')}${entities.length > 3 ? ' …' : ''}`, columns);
  }
  const lines = found.map((related) => relatedLine(related, seq, columns));
  return running ? [...lines, [['dim', ' searching for more …']]] : lines;
}

function inLines(text: string, columns: number): StyledLine[] {
  return wrapWords(text, columns - 1).map((line) => [['dim', ` ${line}`]]);
}

function relatedLine({ request, match }: RelatedRequest, own: Seq, columns: number): StyledLine {
  const { text, tone } = statusOf(request);
  const name = printable(request.classification.event ?? '');
  const what = name || `${printable(request.method)} ${printableLatin1(request.requestTarget)}`;
  const label = request.seq === own ? `${what} (this one)` : what;
  const labelTone = request.seq === own ? 'strong' : 'plain';
  const time = timeText(request.receivedAt);
  if (columns < narrowColumns) {
    return [
      ['dim', ` ${time.slice(0, 5)} `],
      [labelTone, padded(label, columns - 7 - narrowStatusColumns)],
      [tone, padded(text, narrowStatusColumns, 'right')],
    ];
  }
  const id = printable(match);
  const fixed = 1 + 8 + 2 + statusColumns + 9;
  const forId = columns - fixed - 22 >= 12 ? Math.min(id.length, 30) + 2 : 0;
  return [
    ['dim', ` ${time}  `],
    [labelTone, padded(label, columns - fixed - forId)],
    [tone, padded(text, statusColumns, 'right')],
    ['plain', padded(durationText(timeTaken(request)), 9, 'right')],
    ['key', forId === 0 ? '' : `  ${cut(id, forId - 2)}`],
  ];
}
