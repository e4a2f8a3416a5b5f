import type { DocumentPosition as Place } from '../format/document/document.ts';
import type { StyledLine } from '../format/styled.ts';
import type { RequestRecord, RequestSummary } from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import type { SessionEvent } from '../session/events.ts';
import type { Session } from '../session/session.ts';
import { arrivalMinutes, createArrivals } from './arrivals.ts';
import { createDetailReader, type DetailFacts } from './detail-view.ts';
import { type HeaderFacts, headerMessages } from './header-facts.ts';
import type { History } from './history.ts';
import type { Keymap } from './keymap.ts';
import { type Layout, layoutOf } from './layout.ts';
import { movedBy, oldest, windowAt } from './list-window.ts';
import { createNewRows } from './new-rows.ts';
import { createOverlayReader, type OverlayFacts } from './overlay-view.ts';
import type { Reader } from './reader.ts';
import { createRowSource, type FilterStatus } from './row-source.ts';
import { type Live, type State, unread } from './state.ts';
import { createStopSelection } from './stop-selection.ts';
import { healthAfter, type TargetHealth } from './target-health.ts';

/** All that a frame shows. */
export interface View {
  readonly state: State;
  readonly layout: Layout;
  readonly keymap: Keymap;
  readonly header: HeaderFacts;
  readonly rows: readonly RequestSummary[];
  /** When it was read, in ms since the epoch. */
  readonly now: number;
  readonly index: number;
  /** Whether a sender that is known was among the rows, now or before: so that columns stay where they are. */
  readonly providers: boolean;
  /** How many requests came below since the list stopped following; more than 999 are not counted. */
  readonly newBelow: number;
  /** Undefined: the list is not filtered. */
  readonly filter: FilterStatus | undefined;
  readonly detail: DetailFacts | undefined;
  readonly overlay: OverlayFacts | undefined;
  /** Whether something in it changes by itself every second. */
  readonly ticks: boolean;
}

/** Reads what is visible: rows and details from the history, so that other processes' work appears, too. */
export interface Feed {
  view(state: State): View;
  /** The request `by` rows below the selection, and the row that it comes to. */
  moved(state: State, by: number): { readonly seq: Seq; readonly row: number } | undefined;
  oldest(state: State): Seq | undefined;
  newest(state: State): Seq | undefined;
  /** A request as the list shows it. */
  summary(seq: Seq): RequestSummary | undefined;
  /** A request and all that is known of it, as people may see it. */
  record(seq: Seq): RequestRecord | undefined;
  /** The body that the detail shows, where it shows one. */
  readonly reader: Reader | undefined;
  /** Shows it as it came, or laid out; the place that shows the same bytes. */
  toggleRaw(at: Place): Place | undefined;
  /** The request on a line of the story. */
  related(line: number): Seq | undefined;
  stop(): void;
}

export interface FeedOptions {
  readonly session: Session;
  readonly history: History;
  readonly keymap: Keymap;
  /** Something visible may have changed. */
  readonly changed: () => void;
  /** The session warned of something. */
  readonly warned: (warning: string) => void;
  /** Something that is looked for in the background could not be. */
  readonly failed: (error: unknown) => void;
}

const minuteMs = 60_000;
/** So many requests of the last minutes are counted from before the start, at most. */
const mostEarlier = 500;

export function createFeed({ session, history, keymap, changed, warned, failed }: FeedOptions): Feed {
  let health: TargetHealth = { state: 'unknown' };
  let hasTunnel = session.tunnel.state !== 'closed';
  const arrivals = createArrivals();
  const source = createRowSource(history, session.name, changed);
  const newRows = createNewRows();
  let providers = false;
  const details = createDetailReader({ history, session, changed, failed });
  const overlays = createOverlayReader(history, keymap);

  const startedAt = Date.now();
  const minutes = setInterval(changed, minuteMs);
  minutes.unref();
  const earlier = setImmediate(() => {
    try {
      const since = startedAt - arrivalMinutes * minuteMs;
      for (const { receivedAt } of history.page({ limit: mostEarlier, since, name: session.name })) {
        if (receivedAt < startedAt) arrivals.add(receivedAt);
      }
      changed();
    } catch (error) {
      failed(error);
    }
  });

  const stops = createStopSelection(session);
  const ends = [
    session.subscribe((event: SessionEvent) => {
      if (event.type === 'request') arrivals.add(event.request.receivedAt);
      if (event.type === 'attempt' && event.attempt.to === session.target?.href) {
        health = healthAfter(health, event.attempt);
      }
      if (event.type === 'tunnel') hasTunnel = true;
      if (event.type === 'warning') warned(event.message);
      changed();
    }),
    history.watch(changed),
    source.stop,
    details.stop,
    () => clearInterval(minutes),
    () => clearImmediate(earlier),
  ];

  const nameFor = ({ allNames }: State) => (allNames ? undefined : session.name);

  function header(messages: readonly StyledLine[], now: number): HeaderFacts {
    return {
      localUrl: session.localUrl,
      tunnel: session.tunnel,
      hasTunnel,
      target: session.target,
      health,
      counts: session.counts,
      arrivals: arrivals.perMinute(now),
      messages,
    };
  }

  function liveOf(current: RequestSummary | undefined, isFiltered: boolean): Live {
    return {
      hasTarget: session.forwards,
      paused: session.paused,
      breaks: session.breakpoint.isSet,
      stopped: session.breakpoint.stopped !== undefined,
      isEmpty: current === undefined && !isFiltered,
      attempts: current?.attemptCount ?? 0,
    };
  }

  return {
    view(asked) {
      const now = Date.now();
      const messages = headerMessages(session, asked, { now, keymap, masking: history.masking });
      const layout = layoutOf(asked.columns, asked.rows, messages.length);
      const state = stops.selected(asked, source.page(asked), layout.listRows);
      const { following, selected, row } = state;
      const name = nameFor(state);
      const page = source.page(state);
      const { rows, index } = windowAt(page, { name, height: layout.listRows, selected, row, following });
      const current = rows[index];
      providers ||= rows.some(({ facts }) => facts.provider !== null);
      const newBelow = newRows.below(page, name, following, rows.at(-1)?.seq ?? 0);
      const filter = source.status(state);
      const live = liveOf(current, filter !== undefined);
      const overlay = overlays.view(state, layout);
      const showsDetail = current && !overlay && (layout.size === 'wide' || state.pane === 'detail');
      // Another one that came in its place, or was followed, is read from its top.
      const reading = current?.seq === selected ? state : { ...state, ...unread };
      const detail = showsDetail ? details.view(reading, layout, current) : undefined;
      return {
        state: {
          ...reading,
          selected: current?.seq,
          row: Math.max(0, index),
          scroll: overlay?.from ?? 0,
          pane: current ? state.pane : 'list',
          ...detail?.state,
          live,
        },
        layout,
        keymap,
        header: header(messages, now),
        rows,
        now,
        index,
        providers,
        newBelow,
        filter,
        detail: detail?.facts,
        overlay,
        ticks: live.stopped,
      };
    },
    moved(state, by) {
      if (state.selected === undefined) return undefined;
      const found = movedBy(source.page(state), { name: nameFor(state), seq: state.selected }, by);
      return found && { seq: found.seq, row: Math.max(0, state.row + found.moved) };
    },
    oldest: (state) => oldest(source.page(state), nameFor(state)),
    newest: (state) => source.page(state)({ limit: 1, name: nameFor(state) })[0]?.seq,
    summary: history.summary,
    record: history.record,
    get reader() {
      return details.reader;
    },
    related: details.related,
    toggleRaw: details.toggleRaw,
    stop() {
      for (const end of ends) end();
    },
  };
}
