import { inFlags } from '../format/in-flags.ts';
import { timeTaken } from '../format/line.ts';
import { printable, printableLatin1 } from '../format/printable.ts';
import { lateText, senderText, verdictText } from '../format/sender-text.ts';
import { sizeText } from '../format/size.ts';
import { failureWord, statusOf } from '../format/status.ts';
import { targetName } from '../format/target-name.ts';
import { durationText, timeText } from '../format/time.ts';
import type { Attempt } from '../model/attempt.ts';
import type { SessionEvent } from '../model/events.ts';
import type { RequestSummary } from '../model/request.ts';
import type { Seq } from '../model/seq.ts';

/** Events of the session that are not written yet, as sentences. */
export interface PendingEvents {
  add(event: SessionEvent): void;
  /** The sentences since the last call; `summaryOf` reads a request as it is now. */
  take(summaryOf: (seq: Seq) => RequestSummary | undefined): readonly string[];
}

type Entry =
  | {
      readonly type: 'text';
      readonly text: string;
      /** The target that it is about. */
      readonly target?: string;
    }
  | { readonly type: 'request'; readonly seq: Seq }
  | { readonly type: 'attempt'; readonly seq: Seq; readonly attempt: Attempt };

/** A response that comes with its request is part of the request's sentence; a later one has its own. */
export function createPendingEvents(): PendingEvents {
  const entries: Entry[] = [];
  const inTrouble = new Set<string>();
  return {
    add(event) {
      const entry = event.type === 'target' ? targetEntry(event, inTrouble) : entryOf(event);
      const last = entries.at(-1);
      // The attempt that showed the health of its target says it, too.
      if (entry?.type === 'attempt' && last?.type === 'text' && last.target === entry.attempt.target)
        entries.pop();
      if (entry) entries.push(entry);
    },
    take(summaryOf) {
      const taken = entries.splice(0);
      const arrived = new Set(taken.flatMap((entry) => (entry.type === 'request' ? [entry.seq] : [])));
      return taken.flatMap((entry) => {
        if (entry.type === 'text') return [entry.text];
        const summary = summaryOf(entry.seq);
        if (!summary) return [];
        if (entry.type === 'request') return [requestSentence(summary)];
        return arrived.has(entry.seq) ? [] : [resultSentence(summary, entry.attempt)];
      });
    },
  };
}

/** That a target is up is no news unless it was in trouble before. */
function targetEntry(
  { target, health }: Extract<SessionEvent, { type: 'target' }>,
  inTrouble: Set<string>,
): Entry | undefined {
  const name = targetName(target);
  const wasInTrouble = inTrouble.delete(target);
  if (health.state === 'up')
    return wasInTrouble ? { type: 'text', target, text: `${name} is up` } : undefined;
  inTrouble.add(target);
  const text =
    health.state === 'down'
      ? `${name} is down: ${failureWord(health.code)}`
      : `nothing listens at ${name} yet`;
  return { type: 'text', target, text };
}

/** The result of a replay is a notice already. */
function entryOf(event: SessionEvent): Entry | undefined {
  switch (event.type) {
    case 'warning':
      return { type: 'text', text: printable(inFlags(event.said ?? event.message)) };
    case 'fallback':
      return {
        type: 'text',
        text: `There is no public URL yet. ${event.driver}, a service of another company, can be used instead.`,
      };
    case 'refused':
      return { type: 'text', text: `not recorded, replied ${event.status}: ${printable(event.reason)}` };
    case 'request':
      return { type: 'request', seq: event.seq };
    case 'attempt':
      if (event.attempt.kind === 'replay') return undefined;
      return { type: 'attempt', seq: event.seq, attempt: event.attempt };
    default:
      return undefined;
  }
}

/** A request as a sentence: time, sender, request, outcome, size, signature. */
export function requestSentence(request: RequestSummary): string {
  const status = statusOf(request);
  const sender = senderText(request.classification);
  const took = request.isHeld || status.text === '…' ? '' : ` in ${durationText(timeTaken(request))}`;
  const { verification } = request.classification;
  const late = lateText(request);
  return [
    `${timeText(request.receivedAt)}${sender === '' ? '' : ` ${sender}`}`,
    `${printable(request.method)} ${printableLatin1(request.requestTarget)}`,
    `${status.text === '…' ? 'no response yet' : status.text}${took}`,
    ...(late === undefined || late === '' ? [] : [late]),
    sizeText(request.bodySize),
    ...(verification.result === 'unchecked' ? [] : [verdictText(verification)]),
    ...(request.redeliveryOf === undefined ? [] : [`redelivery of ${request.redeliveryOf}`]),
    `id ${request.id}`,
  ].join(', ');
}

/** The end of an attempt as a sentence: which request, its response or its failure, and that it is held. */
function resultSentence(request: RequestSummary, { kind, outcome, ms }: Attempt): string {
  const what = `${request.id.slice(0, 5)} ${printable(request.method)} ${printableLatin1(request.requestTarget)}`;
  const result =
    outcome.type === 'response'
      ? `${outcome.response.status} in ${durationText(ms)}`
      : `failed: ${printable(outcome.message)}`;
  const held = request.isHeld ? ', held and retried automatically' : '';
  return `${kind === 'retry' ? 'retried' : 'result of'} ${what}: ${result}${held}`;
}
