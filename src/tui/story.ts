import { carriesAny, type Entity, entitiesOf } from '../format/entities.ts';
import { timeTaken } from '../format/line.ts';
import { printable, printableLatin1 } from '../format/printable.ts';
import { statusOf } from '../format/status.ts';
import type { StyledLine } from '../format/styled.ts';
import { durationText, timeText } from '../format/time.ts';
import { cut, padded, wrapWords } from '../format/width.ts';
import type { RequestRecord, RequestSummary } from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import type { History } from './history.ts';

/** Another request that is about the same thing. */
interface Related {
  readonly request: RequestSummary;
  /** The id that both carry. */
  readonly match: string;
}

/** The requests that carry an id of a request, in the order in which they came, found while one looks. */
export interface Story {
  /** All that was found, and whether the search goes on. */
  lines(record: RequestRecord, name: string | undefined, columns: number): StyledLine[];
  /** The request on a line. */
  at(line: number): Seq | undefined;
  stop(): void;
}

interface Told {
  readonly seq: Seq;
  readonly name: string | undefined;
  readonly entities: readonly Entity[];
  readonly stop: AbortController;
  found: readonly Related[];
  searching: boolean;
}

const statusColumns = 12;

/** Below this width there is room for what and how it went alone. */
const narrowColumns = 50;
const narrowStatusColumns = 9;

/** `changed` is called when more was found. Rejections of the search go to `failed`. */
export function createStory(
  history: Pick<History, 'searchBodies'>,
  changed: () => void,
  failed: (error: unknown) => void,
): Story {
  let told: Told | undefined;

  function begin({ seq, request }: RequestRecord, name: string | undefined): Told {
    told?.stop.abort();
    const entities = entitiesOf(request.body, request.headers);
    const begun: Told = {
      seq,
      name,
      entities,
      stop: new AbortController(),
      found: [],
      searching: entities.length > 0,
    };
    told = begun;
    if (begun.searching) search(begun).catch(failed);
    return begun;
  }

  async function search(begun: Told): Promise<void> {
    const matches = carriesAny(begun.entities.map(({ id }) => id));
    const { signal } = begun.stop;
    for await (const { request, match } of history.searchBodies({ matches, name: begun.name, signal })) {
      if (signal.aborted) return;
      begun.found = [{ request, match }, ...begun.found];
      changed();
    }
    begun.searching = false;
    if (!signal.aborted) changed();
  }

  return {
    lines(record, name, columns) {
      const now = told?.seq === record.seq && told.name === name ? told : begin(record, name);
      if (now.entities.length === 0) {
        return inLines('Its body has no id that others could carry, too.', columns);
      }
      const others = now.found.some(({ request }) => request.seq !== record.seq);
      if (!others) {
        const ids = now.entities.slice(0, 3).map(({ id }) => printable(id));
        const said = now.searching ? 'Looking for' : 'No other request of the last ones carries';
        return inLines(`${said} ${ids.join(', ')}${now.entities.length > 3 ? ' …' : ''}`, columns);
      }
      const lines = now.found.map((related) => relatedLine(related, record.seq, columns));
      return now.searching ? [...lines, [['dim', ' looking for more …']]] : lines;
    },
    at: (line) => told?.found[line]?.request.seq,
    stop() {
      told?.stop.abort();
      told = undefined;
    },
  };
}

function inLines(text: string, columns: number): StyledLine[] {
  return wrapWords(text, columns - 1).map((line) => [['dim', ` ${line}`]]);
}

function relatedLine({ request, match }: Related, own: Seq, columns: number): StyledLine {
  const { text, tone } = statusOf(request);
  const name = printable(request.facts.event ?? '');
  const what = name || `${printable(request.method)} ${printableLatin1(request.requestTarget)}`;
  const said = request.seq === own ? `${what} (this one)` : what;
  const saidTone = request.seq === own ? 'strong' : 'plain';
  const time = timeText(request.receivedAt);
  if (columns < narrowColumns) {
    return [
      ['dim', ` ${time.slice(0, 5)} `],
      [saidTone, padded(said, columns - 7 - narrowStatusColumns)],
      [tone, padded(text, narrowStatusColumns, 'right')],
    ];
  }
  const id = printable(match);
  const fixed = 1 + 8 + 2 + statusColumns + 9;
  const forId = columns - fixed - 22 >= 12 ? Math.min(id.length, 30) + 2 : 0;
  return [
    ['dim', ` ${time}  `],
    [saidTone, padded(said, columns - fixed - forId)],
    [tone, padded(text, statusColumns, 'right')],
    ['plain', padded(durationText(timeTaken(request)), 9, 'right')],
    ['key', forId === 0 ? '' : `  ${cut(id, forId - 2)}`],
  ];
}
