import { timeTaken } from '../format/line.ts';
import { printable, printableLatin1, printableLines } from '../format/printable.ts';
import { senderText, verdictText } from '../format/sender-text.ts';
import { sizeText } from '../format/size.ts';
import { statusOf } from '../format/status.ts';
import type { StyledLine } from '../format/styled.ts';
import { durationText, timeText } from '../format/time.ts';
import type { RequestSummary } from '../model/request.ts';
import type { SessionEvent } from '../session/events.ts';
import type { Feed, View } from './feed.ts';
import { questions, replyQuestion } from './footer-line.ts';
import { isLong } from './long-notice.ts';
import type { TerminalOutput } from './screen.ts';

/** The UI as lines one below the other: what changes is said once, and nothing that was said is changed. */
export interface PlainFace {
  /** Says what is new since the last view. */
  show(view: View): void;
  /** Takes what the session tells, to be said with the next view. */
  told(event: SessionEvent, feed: Feed): void;
}

export function createPlainFace(terminal: Pick<TerminalOutput, 'write'>): PlainFace {
  let before: View | undefined;
  /** Said with the next view: keys act on what was said. */
  const toSay: string[] = [];

  const say = (text: string) => terminal.write(`${printableLines(text).join('\r\n')}\r\n`);

  function begin({ header }: View): void {
    say(`Listening on ${printable(header.tunnel.url ?? header.localUrl)} .`);
    say('j and k go through the requests, Enter reads one, ? tells all keys, q ends.');
  }

  return {
    show(view) {
      const last = before;
      before = view;
      if (!last) begin(view);
      for (const text of toSay.splice(0)) say(text);
      const { state } = view;
      for (const text of textsOf(view.header.messages)) {
        const isSaid = last && textsOf(last.header.messages).some((said) => wordsOf(said) === wordsOf(text));
        if (!isSaid) say(text.replace(/[▓░]+ /u, '').trim());
      }
      if (state.notice && !isLong(state) && state.notice !== last?.state.notice) say(state.notice.text);
      const { prompt } = state;
      const asked = prompt && askedBy(prompt);
      if (asked !== undefined && asked !== (last?.state.prompt && askedBy(last.state.prompt))) say(asked);
      const selected = view.rows[view.index];
      // What follows is told as it comes.
      const isNewlySelected = state.selected !== last?.state.selected || last?.state.following;
      if (selected && !state.following && isNewlySelected) {
        say(`selected: ${requestSentence(selected)}`);
      }
      if (view.overlay && view.overlay.lines[0] !== last?.overlay?.lines[0])
        textsOf(view.overlay.lines).forEach(say);
      if (view.detail && !view.overlay && isNews(view, last)) {
        say(`${state.tab}:`);
        textsOf(view.detail.lines).forEach(say);
      }
    },
    told(event, feed) {
      if (event.type === 'warning') toSay.push(printable(event.message));
      if (event.type !== 'attempt' && event.type !== 'request') return;
      if (event.type === 'request' && event.reply.status === null) return;
      if (event.type === 'attempt' && event.attempt.kind === 'replay') return;
      const summary = feed.summary(event.seq);
      if (summary) toSay.push(requestSentence(summary));
    },
  };
}

/** Whether the detail shows something else than before. */
function isNews(view: View, last: View | undefined): boolean {
  const { state } = view;
  if (!last?.detail || last.overlay) return true;
  const keyOf = ({ selected, tab, attempt, scroll, line }: View['state']) =>
    [selected, tab, attempt, scroll, line].join();
  const isMoved =
    last.state.reading?.cursor.line !== state.reading?.cursor.line && last.state.reading !== undefined;
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

/** Without what counts by itself: that is no news. */
function wordsOf(text: string): string {
  return text.replace(/[\d▓░]+/gu, '');
}

function askedBy(prompt: NonNullable<View['state']['prompt']>): string {
  if (prompt.type === 'menu') return `${prompt.menu} what? Esc: nothing.`;
  if (prompt.type === 'palette') return 'What is to be done? Its name and Enter, or Esc.';
  const [question, hint] = prompt.type === 'reply' ? replyQuestion(prompt.status) : questions[prompt.purpose];
  return `${question.trim()} (${hint})`;
}

/** A request as one says it: when, who and what, how it went, how large, whether it is genuine. */
function requestSentence(request: RequestSummary): string {
  const status = statusOf(request);
  const sender = senderText(request.facts);
  const took = request.isHeld || status.text === '…' ? '' : ` in ${durationText(timeTaken(request))}`;
  const { verification } = request.facts;
  return [
    `${timeText(request.receivedAt)}${sender === '' ? '' : ` ${sender}`}`,
    `${printable(request.method)} ${printableLatin1(request.requestTarget)}`,
    `${status.text === '…' ? 'not answered yet' : status.text}${took}`,
    sizeText(request.bodySize),
    ...(verification.result === 'unchecked' ? [] : [verdictText(verification)]),
    ...(request.redeliveryOf === undefined ? [] : [`redelivery of ${request.redeliveryOf}`]),
    `id ${request.id}`,
  ].join(', ');
}
