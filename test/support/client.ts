import { onTestFinished } from 'vitest';
import { type Client, type ClientOptions, createClient } from '../../src/deliver/client.ts';
import { openStore } from '../../src/store/store.ts';

/** A client with a store in memory behind it; both are closed when the test has finished. */
export function openClient(options: Partial<ClientOptions> = {}): Client {
  const store = openStore(':memory:');
  const client = createClient({
    timeoutMs: 5_000,
    connectTimeoutMs: 1_000,
    insecure: false,
    hostHeader: 'keep',
    openBody: store.openBody,
    pathTokenOf: () => undefined,
    signal: new AbortController().signal,
    ...options,
  });
  onTestFinished(async () => {
    await client.close();
    await store.close();
  });
  return client;
}
