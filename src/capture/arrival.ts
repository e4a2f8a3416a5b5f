import type { IncomingMessage } from 'node:http';
import type { Body, BodySink } from '../model/body.ts';
import { elapsedMs } from '../model/elapsed.ts';
import { headersFromFlat } from '../model/headers.ts';
import type { Arrival, RequestState } from '../model/request.ts';
import { type Addresses, addressesOf, type TunnelSide } from './addresses.ts';
import { createPaceCheck, type Pace, type PaceCheck } from './pace.ts';

export interface ArrivalOptions {
  readonly maxBodyBytes: number;
  readonly pace: Pace;
  readonly openBody: () => BodySink;
  readonly tunnel?: TunnelSide;
}

export type ArrivalResult =
  | {
      readonly type: 'arrival';
      readonly arrival: Arrival;
      /** It was cut off because it came too slowly: its sender may still read why. */
      readonly tooSlow: boolean;
    }
  /** The store could not take the body. */
  | { readonly type: 'unrecordable'; readonly error: unknown };

/** A request whose body is being read. */
export interface Arriving {
  readonly request: IncomingMessage;
  /** Cuts it off, as aborted, if it comes too slowly; `now` is of the performance clock. */
  checkPace(now: number): void;
}

/** The time for which the rest of a body that is too large is read and thrown away, so that its sender sees the 413. */
const discardMs = 5_000;

const noTrailers = headersFromFlat([]);

/** State of a request that is being read. */
interface Reading {
  readonly request: IncomingMessage;
  readonly options: ArrivalOptions;
  readonly done: (result: ArrivalResult) => void;
  /** Ms since the epoch. */
  readonly receivedAt: number;
  /** Performance clock. */
  readonly started: number;
  readonly addresses: Addresses;
  readonly sink: BodySink;
  readonly onData: (chunk: Buffer) => void;
  finished: boolean;
  tooSlow: boolean;
  isTooSlow: PaceCheck | undefined;
  /** Time in which the store kept us from reading: that is not the sender's. */
  pausedMs: number;
  pausedAt: number | undefined;
}

/**
 * Reads a request to its end, to the limit, or until its sender disconnects or becomes too slow, and calls `done` once.
 * `tooLarge`: the sender waits for leave to send more than the limit, so nothing is read.
 */
export function readArrival(
  request: IncomingMessage,
  options: ArrivalOptions,
  tooLarge: boolean,
  done: (result: ArrivalResult) => void,
): Arriving {
  const reading: Reading = {
    request,
    options,
    done,
    receivedAt: Date.now(),
    started: performance.now(),
    // The socket forgets its address once it is closed.
    addresses: addressesOf(request, options.tunnel),
    sink: options.openBody(),
    onData: (chunk) => onData(reading, chunk),
    finished: false,
    tooSlow: false,
    isTooSlow: undefined,
    pausedMs: 0,
    pausedAt: undefined,
  };
  if (tooLarge) stopReading(reading, 'truncated');
  else {
    request.on('data', reading.onData);
    request.on('end', () => finish(reading, 'complete'));
    // 'close' follows 'end', too; alone it means that the sender disconnected half-way.
    request.on('close', () => finish(reading, 'aborted'));
  }
  return { request, checkPace: (now) => checkPace(reading, now) };
}

function checkPace(reading: Reading, now: number): void {
  const { request, options, sink } = reading;
  if (reading.finished || request.complete || reading.pausedAt !== undefined) return;
  reading.isTooSlow ??= createPaceCheck(options.pace, reading.started);
  const { bytesRead } = request.socket;
  if (!reading.isTooSlow({ size: sink.size, bytesRead }, now - reading.pausedMs)) return;
  reading.tooSlow = true;
  stopReading(reading, 'aborted');
}

function onData(reading: Reading, chunk: Buffer): void {
  const room = reading.options.maxBodyBytes - reading.sink.size;
  if (chunk.length <= room) keep(reading, chunk);
  else {
    if (room > 0) keep(reading, chunk.subarray(0, room));
    stopReading(reading, 'truncated');
  }
}

/** Gives bytes to the sink, and reads no more until it has room. */
function keep(reading: Reading, chunk: Buffer): void {
  const { request, sink } = reading;
  const written = sink.write(chunk);
  if (written === undefined) return;
  request.pause();
  reading.pausedAt ??= performance.now();
  written.then(
    () => {
      reading.pausedMs += performance.now() - (reading.pausedAt ?? performance.now());
      reading.pausedAt = undefined;
      request.resume();
    },
    (error: unknown) => {
      stopListening(reading);
      fail(reading, error);
    },
  );
}

function stopReading(reading: Reading, state: RequestState): void {
  stopListening(reading);
  finish(reading, state);
}

function stopListening({ request, onData }: Reading): void {
  request.off('data', onData);
  discardRest(request);
}

function finish(reading: Reading, state: RequestState): void {
  if (reading.finished) return;
  reading.finished = true;
  const { sink, done } = reading;
  const body = sink.end();
  if (body instanceof Promise) {
    body.then(
      (whole) => done(arrivalOf(reading, whole, state)),
      (error: unknown) => done({ type: 'unrecordable', error }),
    );
  } else done(arrivalOf(reading, body, state));
}

function fail(reading: Reading, error: unknown): void {
  if (reading.finished) return;
  reading.finished = true;
  reading.done({ type: 'unrecordable', error });
}

function arrivalOf(reading: Reading, body: Body, state: RequestState): ArrivalResult {
  const { request, addresses, receivedAt, started, tooSlow } = reading;
  const arrival: Arrival = {
    receivedAt,
    ms: elapsedMs(started),
    method: request.method ?? '',
    requestTarget: request.url ?? '',
    origin: addresses.origin,
    httpVersion: request.httpVersion,
    headers: headersFromFlat(request.rawHeaders),
    trailers: request.rawTrailers.length === 0 ? noTrailers : headersFromFlat(request.rawTrailers),
    body,
    remoteAddress: addresses.remoteAddress,
    state,
  };
  return { type: 'arrival', arrival, tooSlow };
}

/** Reads what is still to come and throws it away, for so long that its sender sees the reply. */
export function discardRest(request: IncomingMessage): void {
  request.resume();
  const timer = setTimeout(() => request.destroy(), discardMs);
  request.once('close', () => clearTimeout(timer));
}
