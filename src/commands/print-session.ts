import type { Io } from '../cli/io.ts';
import { write } from '../cli/io.ts';
import { stylingFor } from '../cli/output-style.ts';
import { heldText } from '../format/held.ts';
import { inFlags } from '../format/in-flags.ts';
import { type EventContext, sessionEventJson, stringifyJson } from '../format/json.ts';
import { attemptLine, type LineRequest, requestLine } from '../format/line.ts';
import { type MaskOptions, maskSecrets } from '../format/mask.ts';
import { printable } from '../format/printable.ts';
import { durationText } from '../format/time.ts';
import type { Attempt } from '../model/attempt.ts';
import { unclassified } from '../model/classification.ts';
import type { SessionEvent } from '../model/events.ts';
import type { ReplySummary } from '../model/reply.ts';
import type { AttemptSummary, CapturedRequest } from '../model/request.ts';
import type { Store } from '../store/store.ts';
import { createTunnelRemarks } from './tunnel-remarks.ts';

export interface PrinterOptions {
  readonly json: boolean;
  /** The database file, which the `ready` line names. */
  readonly db: string;
  /** The project, which the `ready` line names. */
  readonly project: string;
  readonly io: Io;
  /** Knows how held requests stand. */
  readonly store: Pick<Store, 'standings'>;
  /** Masking for text that people read. */
  readonly masking: MaskOptions;
}

/** Prints the events of a session: data to stdout, everything else to stderr. */
export interface Printer {
  print(event: SessionEvent): void;
  /** Resolves when the reader has taken everything. */
  flush(): Promise<void>;
}

export function createPrinter({ json, db, project, io, masking, store }: PrinterOptions): Printer {
  const { stdout, stderr } = io;
  const say = json ? jsonLine({ project, db, pid: process.pid }) : textLines(io, masking);
  const tunnelRemark = createTunnelRemarks();
  let lines: string[] = [];

  /** One write per tick: a system call per request would slow a busy listener. */
  function put(line: string): void {
    lines.push(line);
    if (lines.length === 1) setImmediate(writeLines);
  }

  function writeLines(): void {
    if (lines.length === 0) return;
    const text = `${lines.join('\n')}\n`;
    lines = [];
    if (!stdout.destroyed) stdout.write(text);
  }

  return {
    print(event) {
      const line = say(event);
      if (line !== undefined) put(line);
      const remark = json
        ? remarkJson(event)
        : (heldRemark(event, store, io) ?? remarkText(event, masking, tunnelRemark));
      if (remark !== undefined) stderr.write(`${remark}\n`);
    },
    async flush() {
      writeLines();
      await write(stdout, '');
    },
  };
}

function jsonLine(context: EventContext) {
  return (event: SessionEvent): string | undefined => {
    switch (event.type) {
      case 'ready':
      case 'request':
      case 'attempt':
      case 'tunnel':
        return stringifyJson(sessionEventJson(event, context));
      case 'disconnected':
      case 'forwarding':
      case 'target':
      case 'refused':
      case 'warning':
        return undefined;
    }
  };
}

/** The public URL on the first line, then a line per request when its outcome is known. */
function textLines(io: Io, masking: MaskOptions) {
  const colours = stylingFor(io.stdout, io.env);
  let shownUrl: string | null = null;
  const known = createLatest<Known>(mostUnderWay);
  const masked = (line: string) => maskSecrets(line, masking);
  return (event: SessionEvent): string | undefined => {
    const columns = io.stdout.isTTY ? io.stdout.columns : undefined;
    const styling = { ...colours, secrets: masking.secrets, columns };
    switch (event.type) {
      case 'ready':
        if (event.url !== null && event.url === shownUrl) return undefined;
        shownUrl = event.url;
        return printable(event.url ?? event.localUrl);
      case 'tunnel':
        if (event.state !== 'online' || event.url === shownUrl) return undefined;
        shownUrl = event.url;
        return event.url === null ? undefined : printable(event.url);
      case 'request':
        // One that is forwarded gets its line when it is known how that went.
        if (event.reply.status === null) {
          known.set(event.request.id, {
            classification: event.classification,
            redeliveryOf: event.redeliveryOf,
          });
        }
        return event.reply.status === null
          ? undefined
          : masked(
              requestLine(
                { ...lineOf(event.request, event.reply, event), target: event.deliveries[0]?.target },
                styling,
              ),
            );
      case 'attempt': {
        const { request, attempt } = event;
        if (attempt.kind === 'replay') return masked(attemptLine(attempt, styling));
        const line = lineOf(request, attempt.reply, known.get(request.id));
        return masked(
          requestLine({ ...line, lastAttempt: summaryOf(attempt), target: attempt.target }, styling),
        );
      }
      case 'disconnected':
      case 'forwarding':
      case 'target':
      case 'refused':
      case 'warning':
        return undefined;
    }
  };
}

/** Maximum number of requests under way whose classification is remembered. */
const mostUnderWay = 1_000;

/** A map of the latest values. */
function createLatest<T>(most: number) {
  const values = new Map<string, T>();
  return {
    get: (key: string) => values.get(key),
    set(key: string, value: T): void {
      values.set(key, value);
      if (values.size > most) values.delete(values.keys().next().value!);
    },
  };
}

/** The derived part of a request, from its event. */
type Known = Pick<LineRequest, 'classification' | 'redeliveryOf'>;

const nothingKnown: Known = { classification: unclassified, redeliveryOf: undefined };

function lineOf(request: CapturedRequest, reply: ReplySummary, known = nothingKnown): LineRequest {
  const { id, project, receivedAt, ms, method, requestTarget, body, state } = request;
  return {
    id,
    project,
    receivedAt,
    ms,
    method,
    requestTarget,
    bodySize: body.size,
    state,
    reply,
    classification: known.classification,
    redeliveryOf: known.redeliveryOf,
    lastAttempt: undefined,
    isHeld: reply.by === 'listener' && reply.status === 202,
  };
}

function summaryOf({ kind, target, startedAt, ms, outcome }: Attempt): AttemptSummary {
  return {
    kind,
    target,
    startedAt,
    ms,
    status: outcome.response?.status,
    errorCode: outcome.type === 'failed' ? outcome.code : undefined,
    bodySize: outcome.response?.body.size,
  };
}

/** That a request is held, and why; undefined if the event does not hold one. */
function heldRemark(
  event: SessionEvent,
  store: Pick<Store, 'standings'>,
  { stderr, env }: Io,
): string | undefined {
  if (event.type !== 'request' && event.type !== 'attempt') return undefined;
  const isQueued = event.type === 'request' && event.deliveries.some(({ held }) => held);
  const isFailed = event.type === 'attempt' && event.attempt.outcome.type === 'failed' && event.recorded;
  if (!isQueued && !isFailed) return undefined;
  const target = event.type === 'attempt' ? event.attempt.target : undefined;
  const { symbols } = stylingFor(stderr, env);
  const standing = store
    .standings(event.seq, Date.now())
    .find((each) => target === undefined || each.target === target);
  return standing && `webhook-cli: ${heldText(standing, { symbols })}`;
}

function remarkText(
  event: SessionEvent,
  masking: MaskOptions,
  tunnelRemark: ReturnType<typeof createTunnelRemarks>,
): string | undefined {
  switch (event.type) {
    case 'ready': {
      const to = event.target === null ? 'recording only' : `forwarding to ${event.target}`;
      return printable(`webhook-cli: listening on ${event.localUrl}, ${to}. Press Ctrl-C to stop.`);
    }
    case 'tunnel': {
      const remark = tunnelRemark(event);
      return remark === undefined ? undefined : `webhook-cli: ${printable(remark)}`;
    }
    case 'warning':
      return `webhook-cli: ${printable(inFlags(event.said ?? event.message))}`;
    case 'refused':
      return `webhook-cli: replied ${event.status}, not recorded: ${printable(event.reason)}`;
    case 'disconnected': {
      const after = durationText(event.afterMs);
      return `webhook-cli: the sender of ${event.requestId} disconnected after ${after}, before the reply`;
    }
    case 'attempt': {
      const { outcome } = event.attempt;
      if (outcome.type !== 'failed') return undefined;
      return `webhook-cli: ${printable(maskSecrets(outcome.message, masking))}`;
    }
    case 'forwarding':
    case 'target':
    case 'request':
      return undefined;
  }
}

function remarkJson(event: SessionEvent): string | undefined {
  if (event.type === 'warning')
    return stringifyJson({ type: 'warning', message: inFlags(event.said ?? event.message) });
  if (event.type === 'disconnected') {
    return stringifyJson({ type: 'disconnected', requestId: event.requestId, afterMs: event.afterMs });
  }
  if (event.type !== 'refused') return undefined;
  return stringifyJson({ type: 'refused', status: event.status, reason: event.reason });
}
