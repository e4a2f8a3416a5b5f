import { Agent } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'vitest';
import { integrityOf, recordedPaths } from './database.ts';
import type { TestHome } from './home.ts';
import { sendTo } from './send.ts';

/** Senders that send one request after the other until they are stopped. */
export interface SteadySenders {
  /** The paths that were answered 2xx. */
  readonly acknowledged: readonly string[];
  /** The paths that were answered otherwise or not at all. */
  readonly failed: readonly string[];
  /** Resolves when so many more were answered 2xx. */
  proceed(count: number): Promise<void>;
  stop(): Promise<void>;
}

export interface SenderOptions {
  /** The address of the server; 127.0.0.1 unless given. */
  readonly address?: string;
  /** After this long a sender gives a request up. */
  readonly patienceMs?: number;
}

const lanes = 4;

/** Starts senders to `URL/0`, `URL/1` …; the URL is asked for each time, and may change. */
export function startSenders(url: () => string, options: SenderOptions = {}): SteadySenders {
  const { address, patienceMs = 5_000 } = options;
  // A server that was stopped for some seconds closes connections that it has kept, with the request on them.
  const agent = new Agent({ keepAlive: false });
  const acknowledged: string[] = [];
  const failed: string[] = [];
  const stopped = new AbortController();
  let next = 0;

  const send = async () => {
    const path = `/sent/${next++}`;
    const signal = AbortSignal.timeout(patienceMs);
    const { status } = await sendTo(`${url()}${path}`, {
      body: path,
      agent,
      signal,
      ...(address === undefined ? {} : { address }),
    }).catch(() => ({ status: 0 }));
    (status >= 200 && status < 300 ? acknowledged : failed).push(path);
    return status;
  };
  const lane = async () => {
    while (!stopped.signal.aborted) {
      // As many as are recorded while nothing fails; a server that is away is not flooded.
      const isSent = (await send()) !== 0;
      await wait(isSent ? 15 : 100);
    }
  };
  const running = Promise.all(Array.from({ length: lanes }, lane));
  return {
    acknowledged,
    failed,
    async proceed(count) {
      const wanted = acknowledged.length + count;
      while (acknowledged.length < wanted) await wait(20);
    },
    async stop() {
      stopped.abort();
      await running;
    },
  };
}

/** Stops the senders; every request that was answered 2xx is in the database. */
export async function expectNoneLost(home: TestHome, senders: SteadySenders): Promise<void> {
  await senders.stop();
  const recorded = new Set(recordedPaths(home));
  expect(senders.acknowledged.filter((path) => !recorded.has(path))).toEqual([]);
  expect(integrityOf(home)).toBe('ok');
}
