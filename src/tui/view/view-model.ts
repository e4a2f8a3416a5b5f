import type { DocumentPosition } from '../../format/document/document.ts';
import { inFlags } from '../../format/in-flags.ts';
import type { StyledLine } from '../../format/styled.ts';
import type { SessionEvent } from '../../model/events.ts';
import type { RequestRecord, RequestSummary } from '../../model/request.ts';
import type { Seq } from '../../model/seq.ts';
import type { Session } from '../../session/session.ts';
import { type DetailModel, type DetailSource, openDetailSource } from '../detail/detail-view.ts';
import type { Pager } from '../detail/pager.ts';
import { type ArrivalCounts, arrivalMinutes, createArrivalCounts } from '../header/arrivals.ts';
import { type HeaderModel, headerMessages } from '../header/header-model.ts';
import { targetToShow } from '../header/target-health.ts';
import type { History } from '../history/history.ts';
import { createHistoryCounter, type HistoryCounter, type HistoryCounts } from '../history/history-counts.ts';
import type { Keymap } from '../input/keymap.ts';
import { type BreakpointSelection, createBreakpointSelection } from '../list/breakpoint-selection.ts';
import { movedBy, oldest, windowAt } from '../list/list-window.ts';
import { createNewRows, type NewRows } from '../list/new-rows.ts';
import type { ListModel } from '../list/RequestList.tsx';
import { openRowSource, type RowSource } from '../list/row-source.ts';
import { createOverlayView, type OverlayModel, type OverlayView } from '../overlay/overlay-view.ts';
import { type Layout, layoutOf, promptErrorLines } from '../state/layout.ts';
import { atTop, type Notice, type State } from '../state/state.ts';
import { liveStatus } from './live-status.ts';

/** Everything that a frame shows. */
export interface View extends ListModel {
  readonly state: State;
  readonly layout: Layout;
  readonly keymap: Keymap;
  readonly header: HeaderModel;
  readonly detail: DetailModel | undefined;
  readonly overlay: OverlayModel | undefined;
  /** Something on screen changes every second by itself. */
  readonly ticks: boolean;
}

/** Makes views of the session and the history, which other processes may write to. */
export interface ViewModel {
  view(state: State): View;
  /** The request `by` rows below the selection, and the row that the selection moves to. */
  moved(state: State, by: number): { readonly seq: Seq; readonly row: number } | undefined;
  oldest(state: State): Seq | undefined;
  newest(state: State): Seq | undefined;
  /** A request as the list shows it, masked. */
  summary(seq: Seq): RequestSummary | undefined;
  /** A request with its attempts, masked. */
  record(seq: Seq): RequestRecord | undefined;
  /** The body in the detail, if there is one. */
  readonly pager: Pager | undefined;
  /** Switches the body between raw and formatted; returns the place of the same bytes. */
  toggleRaw(at: DocumentPosition): DocumentPosition | undefined;
  /** The request in a row of the related requests. */
  related(row: number): Seq | undefined;
  /** Explains signatures anew, as with another secret. */
  verifyAgain(): void;
  /** Looks again whether requests wait for other targets. */
  lookElsewhere(): void;
  close(): void;
}

/** Sources of the views, and callbacks. */
export interface ViewModelOptions {
  readonly session: Session;
  readonly history: History;
  readonly keymap: Keymap;
  /** Called when something visible may have changed. */
  readonly changed: () => void;
  /** Called with warnings of the session. */
  readonly warned: (warning: string) => void;
  /** Called when work in the background fails. */
  readonly failed: (error: unknown) => void;
}

interface Sources extends ViewModelOptions {
  readonly arrivals: ArrivalCounts;
  readonly counter: HistoryCounter;
  readonly rows: RowSource;
  readonly newRows: NewRows;
  readonly details: DetailSource;
  readonly overlays: OverlayView;
  readonly breakpointSelection: BreakpointSelection;
  hasTunnel: boolean;
  showProviderColumn: boolean;
  /** Number of requests that the session held at the last frame. */
  sessionHeld: number;
  waitsElsewhere: boolean;
}

const minuteMs = 60_000;
/** Limit of the requests from before the start that are counted for the last minutes. */
const maxEarlier = 500;

/** Subscribes to the session and watches the history until it is closed. */
export function openViewModel(options: ViewModelOptions): ViewModel {
  const { session, history, changed } = options;
  const sources: Sources = {
    ...options,
    arrivals: createArrivalCounts(),
    counter: createHistoryCounter({ history, counted: changed, failed: options.failed }),
    rows: openRowSource(history, session.project, changed),
    newRows: createNewRows(),
    details: openDetailSource(options),
    overlays: createOverlayView(history, options.keymap),
    breakpointSelection: createBreakpointSelection(session),
    hasTunnel: session.tunnel.state !== 'closed',
    showProviderColumn: false,
    sessionHeld: 0,
    waitsElsewhere: session.heldElsewhere().length > 0,
  };
  const stopListening = listen(sources);
  const { rows, details, counter } = sources;
  return {
    view: (state) => viewOf(sources, state),
    moved: (state, by) => moved(sources, state, by),
    oldest: (state) => oldest(rows.page(state), projectFor(sources, state)),
    newest: (state) => rows.page(state)({ limit: 1, project: projectFor(sources, state) })[0]?.seq,
    summary: history.summary,
    record: history.record,
    get pager() {
      return details.pager;
    },
    related: details.related,
    toggleRaw: details.toggleRaw,
    verifyAgain: details.verifyAgain,
    lookElsewhere: () => lookElsewhere(sources),
    close() {
      stopListening();
      rows.close();
      details.close();
      counter.close();
    },
  };
}

/** Keeps the sources up to date; returns how to stop that. */
function listen(sources: Sources): () => void {
  const { session, history, changed, failed, counter } = sources;
  const minutes = setInterval(changed, minuteMs);
  minutes.unref();
  const startedAt = Date.now();
  const earlier = setImmediate(() => {
    try {
      countEarlierArrivals(sources, startedAt);
      changed();
    } catch (error) {
      failed(error);
    }
  });
  const unsubscribe = session.subscribe((event) => onEvent(sources, event));
  session.watchTargets();
  const unwatch = history.watch(() => {
    counter.changedSomewhere();
    lookElsewhere(sources);
    changed();
  });
  return () => {
    unsubscribe();
    unwatch();
    clearInterval(minutes);
    clearImmediate(earlier);
  };
}

/** Only moving, replays and other processes change this: to read it for each frame would cost. */
function lookElsewhere(sources: Sources): void {
  sources.waitsElsewhere = sources.session.heldElsewhere().length > 0;
}

function countEarlierArrivals({ history, session, arrivals }: Sources, startedAt: number): void {
  const since = startedAt - arrivalMinutes * minuteMs;
  for (const { receivedAt } of history.page({ limit: maxEarlier, since, project: session.project })) {
    if (receivedAt < startedAt) arrivals.add(receivedAt);
  }
}

function onEvent(sources: Sources, event: SessionEvent): void {
  const { arrivals, counter, warned, changed } = sources;
  if (event.type === 'request' || event.type === 'attempt') counter.changed(event.seq);
  if (event.type === 'request') arrivals.add(event.request.receivedAt);
  if (event.type === 'attempt' && event.attempt.kind === 'replay') lookElsewhere(sources);
  if (event.type === 'tunnel') sources.hasTunnel = true;
  if (event.type === 'warning') warned(inFlags(event.said ?? event.message));
  changed();
}

/** The project whose requests are shown; undefined: all. */
function projectFor({ session }: Sources, { allProjects }: State): string | undefined {
  return allProjects ? undefined : session.project;
}

function moved(sources: Sources, state: State, by: number) {
  if (state.selected === undefined) return undefined;
  const from = { project: projectFor(sources, state), seq: state.selected };
  const found = movedBy(sources.rows.page(state), from, by);
  return found && { seq: found.seq, row: Math.max(0, state.row + found.moved) };
}

function viewOf(sources: Sources, given: State): View {
  const { session, history, keymap, rows: source, overlays } = sources;
  const now = Date.now();
  const asked = isStale(given.notice, sources) ? { ...given, notice: undefined } : given;
  const messages = headerMessages(session, asked, { now, keymap, masking: history.masking });
  const layout = layoutOf(asked.columns, asked.rows, messages.length, promptErrorLines(asked).length);
  const state = sources.breakpointSelection.selected(asked, source.page(asked), layout.listRows);
  const list = listModel(sources, state, layout, now);
  const current = list.rows[list.index];
  const live = liveStatus(sources, current, list.filter !== undefined);
  const overlay = overlays.view(state, layout);
  // A request that took the place of the selected one is shown from its top.
  const position = current?.seq === state.selected ? state : { ...state, ...atTop };
  const isDetailVisible = !overlay && (layout.size === 'wide' || state.pane === 'detail');
  const detail = current && isDetailVisible ? sources.details.view(position, layout, current) : undefined;
  return {
    ...list,
    state: {
      ...position,
      selected: current?.seq,
      row: Math.max(0, list.index),
      scroll: overlay?.from ?? 0,
      pane: current ? state.pane : 'list',
      ...detail?.state,
      live,
    },
    layout,
    header: headerModel(sources, asked, messages, now),
    detail: detail?.model,
    overlay,
    ticks: live.intercepted || (isDetailVisible && current?.isHeld === true),
  };
}

/** True if what the notice is about is gone. */
function isStale(notice: Notice | undefined, { session, history }: Sources): boolean {
  switch (notice?.subject) {
    case undefined:
      return false;
    case 'breakpoint':
      return !session.breakpoint.isSet && session.breakpoint.stopped === undefined;
    case 'pause':
      return !session.paused;
    default:
      return history.summary(notice!.subject as Seq) === undefined;
  }
}

function listModel(sources: Sources, state: State, layout: Layout, now: number): ListModel {
  const { following, selected, row } = state;
  const project = projectFor(sources, state);
  const page = sources.rows.page(state);
  const { rows, index } = windowAt(page, { project, height: layout.listRows, selected, row, following });
  sources.showProviderColumn ||= rows.some(({ classification }) => classification.provider !== null);
  return {
    keymap: sources.keymap,
    rows,
    index,
    now,
    showProviderColumn: sources.showProviderColumn,
    newBelow: sources.newRows.below(page, project, following, rows.at(-1)?.seq ?? 0),
    filter: sources.rows.status(state),
  };
}

function headerModel(
  sources: Sources,
  state: State,
  messages: readonly StyledLine[],
  now: number,
): HeaderModel {
  const { session, hasTunnel, arrivals } = sources;
  return {
    localUrl: session.localUrl,
    tunnel: session.tunnel,
    hasTunnel,
    ...targetToShow(session.targets, session.target),
    forwards: session.forwards,
    counts: { ...countsOf(sources, state), refused: session.counts.refused },
    hasReceived: session.counts.received > 0,
    arrivals: arrivals.perMinute(now),
    messages,
  };
}

function countsOf(sources: Sources, state: State): HistoryCounts {
  const { counter, session } = sources;
  const { held } = session.counts;
  // A delivery may also end without an attempt, as one that has become too old.
  if (held !== sources.sessionHeld) counter.changedSomewhere();
  sources.sessionHeld = held;
  return counter.counts(projectFor(sources, state), state.pendingDeletes);
}
