/** An abort controller that also aborts when another signal does, until it is released. */
export interface LinkedAbort {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
  /** Stops following the other signal. Call it when the work is over, however it ended. */
  release(): void;
}

/**
 * Links an abort controller to a signal that may outlive it. `AbortSignal.any` would leave an entry in that signal for
 * each call.
 */
export function linkAbort(followed: AbortSignal | undefined): LinkedAbort {
  const own = new AbortController();
  const follow = () => own.abort(followed?.reason);
  if (followed?.aborted) follow();
  else followed?.addEventListener('abort', follow, { once: true });
  return {
    signal: own.signal,
    abort: (reason) => own.abort(reason),
    release: () => followed?.removeEventListener('abort', follow),
  };
}
