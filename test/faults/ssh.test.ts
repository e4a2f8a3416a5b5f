import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { recordedPaths } from '../support/database.ts';
import { largeBodyCase, startListening } from '../support/fidelity-cases.ts';
import { startListen } from '../support/listening.ts';
import { sendMany } from '../support/load.ts';
import { sendTo } from '../support/send.ts';
import { sshdFile, sshdNote, startSshServer, through } from '../support/ssh-server.ts';
import { startTarget } from '../support/target.ts';

describe.skipIf(sshdFile === undefined)(`through ssh to a real server and back${sshdNote}`, () => {
  largeBodyCase(async () =>
    startListening(through(await startSshServer()), ({ url }) => Number(new URL(String(url)).port)),
  );

  test('1,000 requests in parallel are recorded, each once', async () => {
    const count = 1_000;
    const { home, ready } = await startListen(through(await startSshServer()));
    const load = await sendMany(`${ready['url']}/load`, count, {
      connections: count,
      body: randomBytes(1_000),
    });
    expect(Object.fromEntries(load.statuses)).toEqual({ 200: count });
    expect(recordedPaths(home).sort()).toEqual([...load.acknowledged].sort());
  });

  test('eight bodies of 20 MB in parallel are exact', async () => {
    const target = await startTarget();
    onTestFinished(() => target.close());
    const { ready } = await startListen([String(target.port), ...through(await startSshServer())]);
    const bodies = Array.from({ length: 8 }, () => randomBytes(20 * 1024 * 1024));
    const answers = await Promise.all(
      bodies.map((body, number) => sendTo(`${ready['url']}/${number}`, { body })),
    );
    expect(answers.map(({ status }) => status)).toEqual(bodies.map(() => 200));
    const exact = target.requests.map(({ url, body }) => body.equals(bodies[Number(url.slice(1))]!));
    expect(exact).toEqual(bodies.map(() => true));
  });

  test('a server that is killed and restarted in the middle: the same URL again, and nothing acknowledged is lost', async () => {
    const server = await startSshServer();
    const { cli, home, ready } = await startListen(through(server));
    const url = String(ready['url']);
    let isOver = false;
    const acknowledged: string[] = [];
    let failed = 0;
    const lanes = Array.from({ length: 16 }, async (_, lane) => {
      for (let number = 0; !isOver; number++) {
        const path = `/${lane}/${number}`;
        const status = await sendTo(`${url}${path}`, { body: randomBytes(50_000) }).then(
          (answer) => answer.status,
          () => wait(5, 0),
        );
        if (status === 200) acknowledged.push(path);
        else failed++;
      }
    });
    const reach = (count: number) =>
      expect.poll(() => acknowledged.length, { timeout: 60_000, interval: 10 }).toBeGreaterThan(count);
    for (let round = 1; round <= 3; round++) {
      await reach(acknowledged.length + 200);
      const before = failed;
      await server.kill();
      await expect.poll(() => failed, { timeout: 30_000, interval: 10 }).toBeGreaterThan(before);
      await server.start();
      let online = 0;
      const again = await cli.waitForLine(({ state }) => state === 'online' && ++online > round, 60_000);
      expect(again['url']).toBe(url);
    }
    await reach(acknowledged.length + 200);
    isOver = true;
    await Promise.all(lanes);
    const recorded = new Set(recordedPaths(home));
    expect(acknowledged.filter((path) => !recorded.has(path))).toEqual([]);
  });
});
