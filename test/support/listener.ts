import { onTestFinished } from 'vitest';
import { type ListenerOptions, openListener } from '../../src/capture/listener.ts';
import { openMemorySink } from '../../src/deliver/memory-sink.ts';
import { bodyOf } from '../../src/model/body.ts';
import type { Arrival } from '../../src/model/request.ts';

/** A listener of its own with limits that a test can wait for; what arrived and what was refused. */
export async function startListener(options: Partial<ListenerOptions> = {}) {
  const arrivals: Arrival[] = [];
  const refused: [number, string][] = [];
  const listener = await openListener({
    port: 0,
    addresses: ['127.0.0.1'],
    maxBodyBytes: 1024 * 1024,
    headTimeoutMs: 60_000,
    bodyTimeoutMs: 60_000,
    pace: { bytesPerSecond: 100, graceMs: 300, spanMs: 600 },
    mostArriving: 256,
    recordRefused: false,
    openBody: () => openMemorySink(),
    async receive(arrival) {
      arrivals.push(arrival);
      return { status: 200, headers: [], body: bodyOf(Buffer.from('ok')), by: 'listener' };
    },
    unrecordable: () => ({ status: 503, headers: [], body: bodyOf(Buffer.alloc(0)), by: 'listener' }),
    refused: (status, reason) => refused.push([status, reason]),
    ...options,
  });
  onTestFinished(() => listener.close());
  return { port: listener.port, arrivals, refused };
}
