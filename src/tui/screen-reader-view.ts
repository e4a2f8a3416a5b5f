import { PassThrough } from 'node:stream';
import { inFlags } from '../format/in-flags.ts';
import { timeTaken } from '../format/line.ts';
import { printable, printableLatin1, printableLines } from '../format/printable.ts';
import { senderText, verdictText } from '../format/sender-text.ts';
import { sizeText } from '../format/size.ts';
import { statusOf } from '../format/status.ts';
import type { StyledLine } from '../format/styled.ts';
import { durationText, timeText } from '../format/time.ts';
import type { SessionEvent } from '../model/events.ts';
import type { RequestSummary } from '../model/request.ts';
import { questionOf } from './footer/questions.ts';
import type { Keymap } from './input/keymap.ts';
import { isLongNotice } from './state/layout.ts';
import type { Prompt } from './state/state.ts';
import { clipboard, type Multiplexer, type Screen, type TerminalOutput } from './terminal/screen.ts';
import type { View, ViewModel } from './view/view-model.ts';

/** The UI as lines one below the other: each change is written once, nothing is overwritten. */
export interface ScreenReaderView {
  /** Writes what is new since the last view. */
  show(view: View): void;
  /** Takes an event of the session, to be written with the next view. */
  onEvent(event: SessionEvent, viewModel: ViewModel): void;
}

type Write = (text: string) => void;

/** Keys act on what has been written, so events wait for the next view. */
export function createScreenReaderView(terminal: Pick<TerminalOutput, 'write'>): ScreenReaderView {
  let last: View | undefined;
  const events: string[] = [];
  const write: Write = (text) => terminal.write(`${printableLines(text).join('\r\n')}\r\n`);
  return {
    show(view) {
      if (!last) writeIntroduction(view, write);
      for (const text of events.splice(0)) write(text);
      writeMessages(view, last, write);
      writePrompt(view, last, write);
      writeSelection(view, last, write);
      writePanel(view, last, write);
      last = view;
    },
    onEvent(event, viewModel) {
      const text = eventText(event, viewModel);
      if (text !== undefined) events.push(text);
    },
  };
}

function eventText(event: SessionEvent, viewModel: ViewModel): string | undefined {
  if (event.type === 'warning') return printable(inFlags(event.said ?? event.message));
  if (event.type !== 'attempt' && event.type !== 'request') return undefined;
  if (event.type === 'request' && event.reply.status === null) return undefined;
  if (event.type === 'attempt' && event.attempt.kind === 'replay') return undefined;
  const summary = viewModel.summary(event.seq);
  return summary && requestSentence(summary);
}

function writeIntroduction({ header }: View, write: Write): void {
  write(`Listening on ${printable(header.tunnel.url ?? header.localUrl)} .`);
  write('j and k move through the requests, Enter opens one, ? shows all keys, q quits.');
}

function writeMessages({ header, state }: View, last: View | undefined, write: Write): void {
  const before = last ? textsOf(last.header.messages).map(withoutNumbers) : [];
  for (const text of textsOf(header.messages)) {
    if (!before.includes(withoutNumbers(text))) write(text.replace(/[▓░]+ /u, '').trim());
  }
  const { notice } = state;
  if (notice && !isLongNotice(state) && notice !== last?.state.notice) write(notice.text);
}

function writePrompt({ state: { prompt }, keymap }: View, last: View | undefined, write: Write): void {
  const text = prompt && promptText(prompt, keymap);
  const before = last?.state.prompt && promptText(last.state.prompt, keymap);
  if (text !== undefined && text !== before) write(text);
}

/** While the list follows, the events themselves are written. */
function writeSelection({ state, rows, index }: View, last: View | undefined, write: Write): void {
  const selected = rows[index];
  const isNew = state.selected !== last?.state.selected || last?.state.following;
  if (selected && !state.following && isNew) write(`selected: ${requestSentence(selected)}`);
}

function writePanel(view: View, last: View | undefined, write: Write): void {
  const { state, overlay, detail } = view;
  if (overlay && overlay.lines[0] !== last?.overlay?.lines[0]) textsOf(overlay.lines).forEach(write);
  if (detail && !overlay && isDetailNew(view, last)) {
    write(`${state.tab}:`);
    textsOf(detail.lines).forEach(write);
  }
}

function isDetailNew(view: View, last: View | undefined): boolean {
  const { state } = view;
  if (!last?.detail || last.overlay) return true;
  const keyOf = ({ selected, tab, attempt, scroll, rowCursor }: View['state']) =>
    [selected, tab, attempt, scroll, rowCursor].join();
  const isMoved =
    last.state.viewport?.cursor.line !== state.viewport?.cursor.line && last.state.viewport !== undefined;
  return keyOf(last.state) !== keyOf(state) || isMoved;
}

function textsOf(lines: readonly StyledLine[]): string[] {
  return lines.map((line) =>
    line
      .map(([, text]) => text)
      .join('')
      .trimEnd(),
  );
}

/** A clock that runs is not news. */
function withoutNumbers(text: string): string {
  return text.replace(/[\d▓░]+/gu, '');
}

function promptText(prompt: Prompt, keymap: Keymap): string {
  if (prompt.type === 'menu') return `${prompt.menu} what? Esc cancels.`;
  const { question, hint } = questionOf(prompt, keymap);
  return `${question.trim()} (${hint})`;
}

/** A request as a sentence: time, sender, request, outcome, size, signature. */
function requestSentence(request: RequestSummary): string {
  const status = statusOf(request);
  const sender = senderText(request.classification);
  const took = request.isHeld || status.text === '…' ? '' : ` in ${durationText(timeTaken(request))}`;
  const { verification } = request.classification;
  return [
    `${timeText(request.receivedAt)}${sender === '' ? '' : ` ${sender}`}`,
    `${printable(request.method)} ${printableLatin1(request.requestTarget)}`,
    `${status.text === '…' ? 'no response yet' : status.text}${took}`,
    sizeText(request.bodySize),
    ...(verification.result === 'unchecked' ? [] : [verdictText(verification)]),
    ...(request.redeliveryOf === undefined ? [] : [`redelivery of ${request.redeliveryOf}`]),
    `id ${request.id}`,
  ].join(', ');
}

const pasteOn = '\u001b[?2004h';
const pasteOff = '\u001b[?2004l';

/** A screen that draws no frames and leaves everything on the terminal that was written to it. */
export function openScreenReaderScreen(
  terminal: TerminalOutput,
  multiplexer: Multiplexer | undefined,
): Screen {
  let active = false;
  const discarded = new PassThrough();
  discarded.resume();

  function leave(): void {
    if (!active) return;
    active = false;
    process.off('exit', leave);
    terminal.write(pasteOff);
  }

  return {
    output: Object.assign(discarded, {
      columns: 80,
      rows: 24,
      isTTY: false,
    }) as unknown as NodeJS.WriteStream,
    enter() {
      if (active) return;
      active = true;
      process.on('exit', leave);
      terminal.write(pasteOn);
    },
    leave,
    forget() {},
    copy: (text) => terminal.write(clipboard(text, multiplexer)),
  };
}
