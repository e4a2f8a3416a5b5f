import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { isInForeground, isKnownInBackground, listProcesses, signalAll } from './process-tree.ts';

test('the tree of a process is its descendants in our own process group', async () => {
  const script = 'sleep 1000 & echo $!; set -m; sleep 1000 & echo $!; wait';
  const child = spawn('bash', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  child.stdout.on('data', (data) => {
    text += data;
  });
  await expect.poll(() => text.split('\n').length).toBe(3);
  const [inGroup, apart] = text.split('\n').map(Number);
  onTestFinished(() => signalAll([child.pid!, inGroup!, apart!], 'SIGKILL'));
  const before = await listProcesses();
  expect(before.treeOf(child.pid!)).toEqual([child.pid, inGroup]);
  expect(before.running([child.pid!, inGroup!, 4_194_305])).toHaveLength(2);
  expect(before.isZombie(child.pid!)).toBe(false);
  signalAll([child.pid!, inGroup!, 4_194_305], 'SIGKILL');
  await once(child, 'exit');
  await expect.poll(async () => (await listProcesses()).running([child.pid!, inGroup!])).toEqual([]);
});

test('the own process and the list of all agree on the foreground', async () => {
  const { inForeground } = await listProcesses();
  expect(await isInForeground()).toBe(!isKnownInBackground());
  // Without a terminal there is no foreground, and no background that one could be stopped in.
  expect([inForeground, !isKnownInBackground()]).not.toEqual([true, false]);
});
