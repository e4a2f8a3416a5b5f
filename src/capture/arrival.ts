import type { IncomingMessage } from 'node:http';
import type { Body, BodySink } from '../model/body.ts';
import { elapsedMs } from '../model/elapsed.ts';
import { headersFromFlat } from '../model/headers.ts';
import type { Arrival, RequestState } from '../model/request.ts';
import { addressesOf, type TunnelSide } from './addresses.ts';

export interface ArrivalOptions {
  readonly maxBodyBytes: number;
  readonly openBody: () => BodySink;
  readonly tunnel?: TunnelSide;
}

export type ArrivalResult =
  | { readonly type: 'arrival'; readonly arrival: Arrival }
  /** The store could not take the body. */
  | { readonly type: 'unrecordable'; readonly error: unknown };

/** How long the rest of a body that is too large is read and thrown away, so that its sender sees the 413. */
const discardMs = 5_000;

const noTrailers = headersFromFlat([]);

/**
 * Reads a request to its end, to the limit, or to where its sender hung up, and calls `done` once.
 * `tooLarge`: the sender waits for leave to send more than the limit, so nothing is read.
 */
export function readArrival(
  request: IncomingMessage,
  options: ArrivalOptions,
  tooLarge: boolean,
  done: (result: ArrivalResult) => void,
): void {
  const receivedAt = Date.now();
  const started = performance.now();
  // The socket forgets its address once it is closed.
  const addresses = addressesOf(request, options.tunnel);
  const sink = options.openBody();
  let finished = false;

  if (tooLarge) {
    stopReading('truncated');
    return;
  }
  request.on('data', onData);
  request.on('end', () => finish('complete'));
  // 'close' follows 'end', too; alone it means that the sender hung up half-way.
  request.on('close', () => finish('aborted'));

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
    written.then(
      () => request.resume(),
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
    return { type: 'arrival', arrival };
  }
}

/** Reads what is still to come and throws it away, for so long that its sender sees the answer. */
export function discardRest(request: IncomingMessage): void {
  request.resume();
  const timer = setTimeout(() => request.destroy(), discardMs);
  request.once('close', () => clearTimeout(timer));
}
