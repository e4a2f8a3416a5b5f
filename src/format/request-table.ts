import { type LineRequest, type RequestLineOptions, targetText, timeTaken } from './line.ts';
import type { MaskOptions } from './mask.ts';
import { plainPaint } from './paint.ts';
import { printable } from './printable.ts';
import { markSymbol, signatureText } from './sender-text.ts';
import { sizeText } from './size.ts';
import { statusOf } from './status.ts';
import { unicodeSymbols } from './symbols.ts';
import { briefestTimeText, briefTimeText, durationText, whenText } from './time.ts';
import { padded, textWidth } from './width.ts';

export interface TableOptions extends RequestLineOptions {
  /** The terminal's width; absent: tab-separated, for programs. */
  readonly columns?: number | undefined;
  /** The current time, ms since the epoch: rows of other days show their date. */
  readonly now: number;
}

/**
 * Requests as the lines of `list`. For a terminal: a heading, aligned, and no line wider than the terminal. Narrow
 * terminals get shorter and fewer columns. Otherwise tab-separated and whole: id, time (ISO 8601 UTC), project, method,
 * request target, status, ms, bytes, provider, event, event id, verification, id of the first request with this event
 * id; empty where there is none.
 */
export function requestTable(requests: readonly LineRequest[], options: TableOptions): string[] {
  return options.columns === undefined
    ? requests.map((request) => separated(request, options))
    : aligned(requests, options.columns, options);
}

function separated(request: LineRequest, options: MaskOptions): string {
  return [
    printable(request.id),
    new Date(request.receivedAt).toISOString(),
    printable(request.project),
    printable(request.method),
    targetText(request, options),
    statusOf(request).text,
    String(timeTaken(request)),
    String(request.bodySize),
    ...[
      request.classification.provider,
      request.classification.event,
      request.classification.eventId,
      request.classification.verification.result,
      request.redeliveryOf,
    ].map((text) => printable(text ?? '')),
  ].join('\t');
}

interface Column {
  readonly heading: string;
  readonly align?: 'right';
  readonly cell: (request: LineRequest) => string;
}

type ColumnName =
  | 'id'
  | 'time'
  | 'project'
  | 'provider'
  | 'event'
  | 'method'
  | 'path'
  | 'status'
  | 'ms'
  | 'size'
  | 'signature';

/** Columns by their names, in the order shown. */
type Columns = ReadonlyMap<ColumnName, Column>;

const shortIdLength = 5;

/** Every column; one in which all rows would be alike or empty is left out. */
function allColumns(requests: readonly LineRequest[], options: TableOptions): Columns {
  const { now, symbols = unicodeSymbols } = options;
  const { waiting } = symbols;
  const differ = requests.some(({ project }) => project !== requests[0]?.project);
  const isKnown = requests.some(({ classification }) => classification.provider !== null);
  const hasEvents = requests.some(({ classification }) => classification.event !== null);
  const columns: [ColumnName, Column | false][] = [
    ['id', { heading: 'ID', cell: (r) => printable(r.id) }],
    ['time', { heading: 'TIME', cell: (r) => whenText(r.receivedAt, now) }],
    ['project', differ && { heading: 'PROJECT', cell: (r) => printable(r.project) }],
    ['provider', isKnown && { heading: 'PROVIDER', cell: (r) => printable(r.classification.provider ?? '') }],
    ['event', hasEvents && { heading: 'EVENT', cell: (r) => printable(r.classification.event ?? '') }],
    ['method', { heading: 'METHOD', cell: (r) => printable(r.method) }],
    ['path', { heading: 'PATH', cell: (r) => targetText(r, options) }],
    ['status', { heading: 'STATUS', cell: (r) => statusOf(r).text.replace('…', waiting) }],
    ['ms', { heading: 'MS', align: 'right', cell: (r) => durationText(timeTaken(r)) }],
    ['size', { heading: 'SIZE', align: 'right', cell: (r) => sizeText(r.bodySize) }],
    [
      'signature',
      isKnown && {
        heading: 'SIG',
        cell: (r) => markSymbol(signatureText(r.classification.verification).mark, symbols),
      },
    ],
  ];
  return new Map(columns.flatMap(([name, column]) => (column ? [[name, column] as const] : [])));
}

type Shortening = (columns: Map<ColumnName, Column>, options: TableOptions) => void;

function without(name: ColumnName): Shortening {
  return (columns) => void columns.delete(name);
}

function withCell(name: ColumnName, cell: (request: LineRequest, now: number) => string): Shortening {
  return (columns, { now }) => {
    const column = columns.get(name);
    if (column) columns.set(name, { ...column, cell: (request) => cell(request, now) });
  };
}

/** What is shortened or left out to fit, what matters least first. */
const shortenings: readonly Shortening[] = [
  withCell('time', ({ receivedAt }, now) => briefTimeText(receivedAt, now)),
  without('size'),
  without('ms'),
  withCell('id', ({ id }) => printable(id).slice(0, shortIdLength)),
  without('method'),
  without('project'),
  withCell('time', ({ receivedAt }, now) => briefestTimeText(receivedAt, now)),
  without('provider'),
  without('event'),
];

/** Columns that are cut where there is no room for all of their text. */
const flexible: readonly ColumnName[] = ['event', 'path'];
const minFlexible = 16;
/** Most columns of the others: a sender may write anything into them. */
const mostColumns: { readonly [N in ColumnName]?: number } = {
  project: 16,
  provider: 12,
  method: 10,
  status: 13,
};
const gap = 2;

type Widths = ReadonlyMap<ColumnName, number>;

function naturalWidths(requests: readonly LineRequest[], columns: Columns): Widths {
  const widthOf = (name: ColumnName, { heading, cell }: Column) => {
    const widest = requests.reduce((most, each) => Math.max(most, textWidth(cell(each))), heading.length);
    return Math.min(widest, mostColumns[name] ?? widest);
  };
  return new Map([...columns].map(([name, column]) => [name, widthOf(name, column)]));
}

/** The columns that are left for the flexible ones. */
function roomFor(widths: Widths, columns: number): number {
  const fixed = [...widths].filter(([name]) => !flexible.includes(name));
  return columns - fixed.reduce((sum, [, width]) => sum + width, 0) - gap * (widths.size - 1);
}

/** The columns in the longest form that fits, with their widths. */
function fitting(requests: readonly LineRequest[], options: TableOptions & { readonly columns: number }) {
  const columns = new Map(allColumns(requests, options));
  for (const shorten of [undefined, ...shortenings]) {
    shorten?.(columns, options);
    const natural = naturalWidths(requests, columns);
    const room = roomFor(natural, options.columns);
    const wanted = flexible.map((name) => Math.min(natural.get(name) ?? 0, minFlexible));
    const isLast = shorten === shortenings.at(-1);
    if (isLast || room >= wanted.reduce((sum, each) => sum + each)) {
      return { columns, widths: new Map([...natural, ...sharedRoom(natural, Math.max(1, room))]) };
    }
  }
  throw new Error('unreachable');
}

/** Divides the room between event and path: each gets what it needs, else half. */
function sharedRoom(natural: Widths, room: number): [ColumnName, number][] {
  const [event, path] = [natural.get('event') ?? 0, natural.get('path') ?? 0];
  const forEvent = Math.min(event, Math.max(room - path, Math.floor(room / 2)));
  const forPath = Math.min(path, room - forEvent);
  return natural.has('event')
    ? [
        ['event', forEvent],
        ['path', forPath],
      ]
    : [['path', forPath]];
}

function aligned(requests: readonly LineRequest[], width: number, options: TableOptions): string[] {
  const { paint = plainPaint, symbols = unicodeSymbols } = options;
  const { columns, widths } = fitting(requests, { ...options, columns: width });
  const lineOf = (
    textOf: (column: Column) => string,
    toneOf: (name: ColumnName) => Parameters<typeof paint>[0],
  ) => {
    let used = 0;
    return [...columns]
      .map(([name, column]) => {
        // A terminal narrower than the shortest form cuts the last columns.
        const room = Math.max(0, Math.min(widths.get(name)!, width - used));
        used += room + gap;
        return room === 0
          ? ''
          : paint(toneOf(name), padded(textOf(column), room, column.align, symbols.ellipsis));
      })
      .filter((text) => text !== '')
      .join(' '.repeat(gap));
  };
  return [
    lineOf(
      ({ heading }) => heading,
      () => 'dim',
    ),
    ...requests.map((request) =>
      lineOf(
        ({ cell }) => cell(request),
        (name) => (name === 'status' ? statusOf(request).tone : name === 'time' ? 'dim' : 'plain'),
      ),
    ),
  ];
}
