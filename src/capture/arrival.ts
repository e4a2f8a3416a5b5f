import type { IncomingMessage } from 'node:http';
import type { Body, BodySink } from '../model/body.ts';
import { elapsedMs } from '../model/elapsed.ts';
import { headersFromFlat } from '../model/headers.ts';
import type { Arrival, RequestState } from '../model/request.ts';
import { addressesOf, type TunnelSide } from './addresses.ts';
import { createPaceCheck, type Pace } from './pace.ts';

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

/** How long the rest of a body that is too large is read and thrown away, so that its sender sees the 413. */
const discardMs = 5_000;

const noTrailers = headersFromFlat([]);

/**
 * Reads a request to its end, to the limit, or to where its sender hung up or became too slow, and calls `done` once.
 * `tooLarge`: the sender waits for leave to send more than the limit, so nothing is read.
 */
export function readArrival(
  request: IncomingMessage,
  options: ArrivalOptions,
  tooLarge: boolean,
  done: (result: ArrivalResult) => void,
): Arriving {
  const receivedAt = Date.now();
  const started = performance.now();
  // The socket forgets its address once it is closed.
  const addresses = addressesOf(request, options.tunnel);
  const sink = options.openBody();
  let finished = false;
  let tooSlow = false;
  let isTooSlow: ReturnType<typeof createPaceCheck> | undefined;
  /** Time in which the store kept us from reading: that is not the sender's. */
  let pausedMs = 0;
  let pausedAt: number | undefined;

  if (tooLarge) stopReading('truncated');
  else {
    request.on('data', onData);
    request.on('end', () => finish('complete'));
    // 'close' follows 'end', too; alone it means that the sender hung up half-way.
    request.on('close', () => finish('aborted'));
  }
  return { request, checkPace };

  function checkPace(now: number): void {
    if (finished || request.complete || pausedAt !== undefined) return;
    isTooSlow ??= createPaceCheck(options.pace, started);
    const { bytesRead } = request.socket;
    if (!isTooSlow({ size: sink.size, bytesRead }, now - pausedMs)) return;
    tooSlow = true;
    stopReading('aborted');
  }

  function onData(chunk: Buffer): void {
    const room = options.maxBodyBytes - sink.size;
    if (chunk.length <= room) take(chunk);
    else {
      if (room > 0) take(chunk.subarray(0, room));
      stopReading('truncated');
    }
  }

  function take(chunk: Buffer): void {
    const written = sink.write(chunk);
    if (written === undefined) return;
    request.pause();
    pausedAt ??= performance.now();
    written.then(
      () => {
        pausedMs += performance.now() - (pausedAt ?? performance.now());
        pausedAt = undefined;
        request.resume();
      },
      (error: unknown) => {
        stopListening();
        fail(error);
      },
    );
  }

  function stopReading(state: RequestState): void {
    stopListening();
    finish(state);
  }

  function stopListening(): void {
    request.off('data', onData);
    discardRest(request);
  }

  function finish(state: RequestState): void {
    if (finished) return;
    finished = true;
    const body = sink.end();
    if (body instanceof Promise) body.then((whole) => done(arrivalOf(whole, state)), unrecordable);
    else done(arrivalOf(body, state));
  }

  function fail(error: unknown): void {
    if (finished) return;
    finished = true;
    unrecordable(error);
  }

  function unrecordable(error: unknown): void {
    done({ type: 'unrecordable', error });
  }

  function arrivalOf(body: Body, state: RequestState): ArrivalResult {
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
}

/** Reads what is still to come and throws it away, for so long that its sender sees the answer. */
export function discardRest(request: IncomingMessage): void {
  request.resume();
  const timer = setTimeout(() => request.destroy(), discardMs);
  request.once('close', () => clearTimeout(timer));
}
