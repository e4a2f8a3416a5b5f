import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { startLocaltunnelServer } from '../../test/support/localtunnel-server.ts';
import { sendTo } from '../../test/support/send.ts';
import { startTarget } from '../../test/support/target.ts';
import { holdTunnel } from './localtunnel-worker.ts';

test('reports its address, carries requests and reports its end', async () => {
  const server = await startLocaltunnelServer();
  const target = await startTarget();
  const { port1: driver, port2: worker } = new MessageChannel();
  onTestFinished(async () => {
    driver.close();
    await target.close();
    await server.stop();
  });

  const opened = once(driver, 'message');
  await holdTunnel(worker, { port: target.port, host: server.url, subdomain: 'held-one', env: {} });
  const url = `http://held-one.localhost:${server.port}`;
  expect((await opened)[0]).toEqual({ type: 'open', url });

  await sendTo(url, { body: 'through' });
  expect((await target.next()).body.toString()).toBe('through');

  const closed = once(driver, 'message');
  driver.postMessage('close');
  expect((await closed)[0]).toEqual({ type: 'closed' });
});
