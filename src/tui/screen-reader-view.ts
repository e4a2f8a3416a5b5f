import { printable } from '../format/printable.ts';
import { plainText, type StyledLine } from '../format/styled.ts';
import type { SessionEvent } from '../model/events.ts';
import type { RequestSummary } from '../model/request.ts';
import type { Seq } from '../model/seq.ts';
import { filterText } from './list/row-source.ts';
import { createPendingEvents, requestSentence } from './screen-reader-events.ts';
import { promptNews } from './screen-reader-prompt.ts';
import { tunnelNews } from './tunnel-news.ts';
import type { View } from './view/view-model.ts';

/** The UI as lines one below the other: each change is written once, nothing is overwritten. */
export interface ScreenReaderView {
  /** Writes what is new since the last view. */
  show(view: View): void;
  /** Takes an event of the session, to be written with the next view. */
  onEvent(event: SessionEvent): void;
}

interface ScreenReaderOptions {
  /** Writes lines of text. */
  readonly write: (text: string) => void;
  /** Reads a request as it is now, masked. */
  readonly summaryOf: (seq: Seq) => RequestSummary | undefined;
}

/** Keys act on what has been written, so events wait for the next view. */
export function createScreenReaderView({ write, summaryOf }: ScreenReaderOptions): ScreenReaderView {
  let last: View | undefined;
  const events = createPendingEvents();
  return {
    show(view) {
      const news = [
        ...(last ? [] : introduction(view)),
        ...tunnelNews(view.header, last?.header),
        ...events.take(summaryOf),
        ...messages(view, last),
        ...prompt(view, last),
        ...selection(view, last),
        ...panel(view, last),
      ];
      news.forEach(write);
      last = view;
    },
    onEvent: events.add,
  };
}

function introduction({ header, keymap: { keyOf }, state }: View): readonly string[] {
  const { target, hasTunnel, localUrl } = header;
  const forwarding = target ? `Forwarding to ${printable(target.href)} .` : 'Recording only.';
  const local = hasTunnel ? '' : ' There is no tunnel: the URL is local only.';
  return [
    `Listening on ${printable(localUrl)} . ${forwarding}${local}`,
    `${keyOf('down')} and ${keyOf('up')} move through the requests, ${keyOf('open')} opens one, ` +
      `${keyOf('help')} shows all keys, ${keyOf('quit')} quits.`,
    ...(state.warning === undefined ? [] : [printable(state.warning)]),
  ];
}

/** Begins the lines of the header about the breakpoint and about paused forwarding. */
const headerMark = ' ‖';

/** Notices, and the lines of the header that say nothing that was written otherwise. */
function messages({ header, state, filter }: View, last: View | undefined): readonly string[] {
  const { notice } = state;
  const before = last ? last.header.messages.map((line) => withoutNumbers(plainText(line))) : [];
  const said = [notice?.text, state.warning, header.tunnel.message].flatMap((text) =>
    text ? [printable(text)] : [],
  );
  const isNew = (text: string) => !before.includes(withoutNumbers(text)) && !isPartOf(text, said);
  const isNewNotice = notice !== undefined && notice !== last?.state.notice;
  // The notice about a key says what the header says from then on.
  const isSaidByNotice = (text: string) =>
    isNewNotice && !state.live.intercepted && text.startsWith(headerMark);
  const lines = header.messages.map(plainText).filter((text) => isNew(text) && !isSaidByNotice(text));
  const found = filter?.complete && filter.error === undefined ? filterText(filter) : undefined;
  const foundBefore = last?.filter && filterText(last.filter);
  return [
    ...lines.map((text) => text.replace(/[▓░]+ /u, '').trim()),
    ...(isNewNotice ? [notice.text] : []),
    ...(found !== undefined && found !== foundBefore ? [found] : []),
  ];
}

/** A line of the header may be a part of a longer text. */
function isPartOf(line: string, texts: readonly string[]): boolean {
  const part = line.trim().replace(/…$/, '');
  return texts.some((text) => text.includes(part));
}

/** A clock that runs is not news. */
function withoutNumbers(text: string): string {
  return text.replace(/[\d▓░]+/gu, '');
}

function prompt({ state, keymap, detail }: View, last: View | undefined): readonly string[] {
  if (state.prompt) return promptNews(state.prompt, last?.state.prompt, keymap);
  const isAnswered = state.notice !== last?.state.notice || state.overlay || state.closing;
  if (!last?.state.prompt || isAnswered) return [];
  return [detail ? `back to: ${state.tab}` : 'back to the list'];
}

/** While the list follows, the events themselves are written. */
function selection({ state, rows, index }: View, last: View | undefined): readonly string[] {
  const selected = rows[index];
  if (state.following) return last && !last.state.following && !state.notice ? ['following'] : [];
  const isNew = state.selected !== last?.state.selected || last?.state.following;
  if (!selected || !isNew) return [];
  const marked = state.marks.includes(selected.seq) ? ', marked' : '';
  const project = state.allProjects ? `, project ${printable(selected.project)}` : '';
  return [`selected: ${requestSentence(selected)}${project}${marked}`];
}

function panel(view: View, last: View | undefined): readonly string[] {
  const { state, overlay, detail } = view;
  if (overlay) {
    const isSame = last?.overlay !== undefined && last.state.overlay === state.overlay;
    return isSame ? newLines(overlay.lines, last.overlay.lines) : overlay.lines.map(plainText);
  }
  if (!detail) return last?.detail || last?.overlay ? ['back to the list'] : [];
  // It was written before the help or comparison was opened.
  if (last?.overlay) return [`back to: ${state.tab}`];
  const isSame = last?.detail && detailKey(last) === detailKey(view);
  if (!isSame) return [`${state.tab}:`, ...detail.lines.map(plainText)];
  const isMoved = state.scroll !== last.state.scroll || cursorOf(state) !== cursorOf(last.state);
  if (!isMoved) return [];
  const { cursor, lines } = detail;
  return cursor ? textsOf(lines[cursor.row]) : newLines(lines, last.detail!.lines);
}

function detailKey({ state: { selected, tab, attempt } }: View): string {
  return [selected, tab, attempt].join();
}

function cursorOf({ rowCursor, viewport }: View['state']): string {
  return [rowCursor, viewport?.cursor.line, viewport?.cursor.at].join();
}

function textsOf(line: StyledLine | undefined): readonly string[] {
  return line ? [plainText(line)] : [];
}

/** The lines that scrolling has brought into view. */
function newLines(lines: readonly StyledLine[], before: readonly StyledLine[]): readonly string[] {
  const known = new Set(before.map(plainText));
  const fresh = lines.map(plainText).filter((text) => text.trim() !== '' && !known.has(text));
  return fresh.filter((text) => !/^… [\d,]+ more lines$/.test(text));
}
