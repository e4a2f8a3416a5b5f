/**
 * Calls `start` and removes the signal handlers that it adds. Ink's handlers end the process before requests in flight
 * can end; our caller handles signals.
 */
export function withoutSignalHandlers<T>(start: () => T): T {
  const handlers = () =>
    process
      .eventNames()
      .filter((name) => typeof name === 'string' && name.startsWith('SIG'))
      .flatMap((name) => process.listeners(name as NodeJS.Signals).map((handler) => ({ name, handler })));
  const before = handlers();
  const started = start();
  for (const { name, handler } of handlers()) {
    if (!before.some((each) => each.name === name && each.handler === handler)) process.off(name, handler);
  }
  return started;
}
