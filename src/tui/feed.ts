import { printable } from '../format/printable.ts';
import type { StyledLine } from '../format/styled.ts';
import { cut, wrapWords } from '../format/width.ts';
import type { RequestSummary } from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import type { SessionEvent, TunnelStatus } from '../session/events.ts';
import type { Session } from '../session/session.ts';
import type { Store } from '../store/store.ts';
import { detailText, type LazyLines } from './detail-text.ts';
import { helpLines } from './help-text.ts';
import { type Layout, layoutOf } from './layout.ts';
import { movedBy, oldest, windowAt } from './list-window.ts';
import type { Notice, State } from './state.ts';
import { healthAfter, type TargetHealth } from './target-health.ts';

/** What the list and the details are read from. */
export type History = Pick<Store, 'page' | 'record' | 'watch'>;

/** What the header tells. */
export interface HeaderFacts {
  readonly localUrl: string;
  readonly tunnel: TunnelStatus;
  /** Whether there is a way to a public URL at all. */
  readonly hasTunnel: boolean;
  readonly target: { readonly href: string; readonly port: number } | undefined;
  readonly health: TargetHealth;
  readonly counts: Session['counts'];
  /** Sentences below the first line. */
  readonly messages: readonly Notice[];
}

export interface DetailFacts {
  readonly request: RequestSummary;
  readonly lines: readonly StyledLine[];
  readonly from: number;
  /** How many lines there are, as far as that is known. */
  readonly known: number;
  readonly complete: boolean;
}

/** All that a frame shows. */
export interface View {
  readonly state: State;
  readonly layout: Layout;
  readonly header: HeaderFacts;
  readonly rows: readonly RequestSummary[];
  readonly index: number;
  /** How many requests came below since the list stopped following; more than 999 are not counted. */
  readonly newBelow: number;
  readonly detail: DetailFacts | undefined;
  readonly help: { readonly lines: readonly StyledLine[]; readonly from: number } | undefined;
}

/** Reads what is visible: rows and details from the history, so that other processes' work appears, too. */
export interface Feed {
  view(state: State): View;
  /** The request `by` rows below the selection, and the row that it comes to. */
  moved(state: State, by: number): { readonly seq: Seq; readonly row: number } | undefined;
  oldest(state: State): Seq | undefined;
  stop(): void;
}

export interface FeedOptions {
  readonly session: Session;
  readonly history: History;
  /** Something visible may have changed. */
  readonly changed: () => void;
  /** The session warned of something. */
  readonly warned: (warning: string) => void;
}

const maxCounted = 1000;

export function createFeed({ session, history, changed, warned }: FeedOptions): Feed {
  let health: TargetHealth = { state: 'unknown' };
  let hasTunnel = session.tunnel.state !== 'closed';
  let countedTo: Seq = 0;
  let newCount = 0;
  let shownDetail: { readonly key: string; readonly text: LazyLines } | undefined;

  const stops = [
    session.subscribe((event: SessionEvent) => {
      if (event.type === 'attempt' && event.attempt.to === session.target?.href) {
        health = healthAfter(health, event.attempt);
      }
      if (event.type === 'tunnel') hasTunnel = true;
      if (event.type === 'warning') warned(event.message);
      changed();
    }),
    history.watch(changed),
  ];

  const nameFor = ({ allNames }: State) => (allNames ? undefined : session.name);

  /** Counts what came since the list stopped following, each request once. */
  function countNew(state: State, lastVisible: Seq): number {
    if (state.following) {
      countedTo = lastVisible;
      newCount = 0;
      return 0;
    }
    const name = nameFor(state);
    if (newCount < maxCounted) {
      const come = history.page({ after: countedTo, limit: maxCounted - newCount, name });
      newCount += come.length;
      countedTo = come.at(-1)?.seq ?? countedTo;
    }
    if (newCount === 0 || lastVisible >= countedTo) return 0;
    const below = history.page({ after: lastVisible, limit: 100, name }).length;
    return below < 100 ? Math.min(below, newCount) : newCount;
  }

  function detailOf(state: State, layout: Layout, request: RequestSummary): DetailFacts | undefined {
    const { seq, attemptCount, reply, isHeld } = request;
    const key = [seq, attemptCount, reply.status, isHeld, state.tab, layout.detailColumns].join();
    if (shownDetail?.key !== key) {
      const record = history.record(seq);
      if (!record) return undefined;
      shownDetail = { key, text: detailText(record, state.tab, layout.detailColumns) };
    }
    const { text } = shownDetail;
    const slice = text.slice(state.help ? 0 : state.scroll, layout.detailRows);
    return { request, ...slice, known: text.known, complete: text.complete };
  }

  function messagesFor({ columns, warning }: State): Notice[] {
    const { state, message } = session.tunnel;
    const told: Notice[] = [];
    if (warning !== undefined) told.push({ tone: 'bad', text: printable(warning) });
    if (message !== null) told.push({ tone: state === 'online' ? 'warn' : 'bad', text: printable(message) });
    const most = columns < 60 ? 1 : 2;
    return told
      .flatMap(({ tone, text }) => inLines(text, columns - 2, most).map((line) => ({ tone, text: line })))
      .slice(0, most);
  }

  return {
    view(state) {
      const messages = messagesFor(state);
      const layout = layoutOf(state.columns, state.rows, messages.length);
      const { following, selected, row } = state;
      const name = nameFor(state);
      const { rows, index } = windowAt(history.page, {
        name,
        height: layout.listRows,
        selected,
        row,
        following,
      });
      const current = rows[index];
      const newBelow = countNew(state, rows.at(-1)?.seq ?? 0);
      const showsDetail = current && !state.help && (layout.size === 'wide' || state.pane === 'detail');
      const detail = showsDetail ? detailOf(state, layout, current) : undefined;
      const help = state.help ? helpSlice(layout, state.scroll) : undefined;
      return {
        state: {
          ...state,
          selected: current?.seq,
          row: Math.max(0, index),
          scroll: help?.from ?? detail?.from ?? 0,
          pane: current ? state.pane : 'list',
        },
        layout,
        header: {
          localUrl: session.localUrl,
          tunnel: session.tunnel,
          hasTunnel,
          target: session.target,
          health,
          counts: session.counts,
          messages,
        },
        rows,
        index,
        newBelow,
        detail,
        help,
      };
    },
    moved(state, by) {
      if (state.selected === undefined) return undefined;
      const found = movedBy(history.page, { name: nameFor(state), seq: state.selected }, by);
      return found && { seq: found.seq, row: Math.max(0, state.row + found.moved) };
    },
    oldest: (state) => oldest(history.page, nameFor(state)),
    stop() {
      for (const stop of stops) stop();
    },
  };
}

/** A sentence in at most `most` lines; what does not fit ends in an ellipsis. */
function inLines(text: string, columns: number, most: number): string[] {
  const lines = wrapWords(text, columns);
  return [...lines.slice(0, most - 1), cut(lines.slice(most - 1).join(' '), columns)].filter(
    (line) => line !== '',
  );
}

function helpSlice({ columns, bodyRows }: Layout, scroll: number) {
  const lines = helpLines(columns - 2);
  const from = Math.max(0, Math.min(scroll, lines.length - bodyRows));
  return { lines: lines.slice(from, from + bodyRows), from };
}
